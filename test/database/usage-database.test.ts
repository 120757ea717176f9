import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeUsageDatabase } from '../../src/database/usage-database.ts';
import type { UsageTables } from '../../src/usage/usage-tables.ts';
import { canRun } from '../support/programs.ts';
import { HOSTILE_NAMES } from '../support/usage-reports.ts';

function tables(changes: Partial<UsageTables> = {}): UsageTables {
  const person = (id: number, name: string) => ({
    ...{ id, row: id + 1, name, surname: 'Zariņš', email: `p${id}@example.org`, group: null, tier: null },
  });
  const key = (id: number, of: number | null) => ({
    ...{ id, hash: `${id}`.padStart(64, '0'), name: `KEY ${id}`, person: of, limit: 1, disabled: false },
    ...{ limit_reset: 'daily' as const, deleted: false },
  });
  return {
    meta: { prefix: 'BSSDH_2025', as_of: '2025-08-03T12:04:00Z' },
    persons: [person(1, 'Jānis'), person(2, 'Anna')],
    // Jānis has a rotated key too; one key is nobody's.
    keys: [
      key(1, 1),
      { ...key(2, 1), deleted: true, limit: 9 },
      { ...key(3, 2), limit: 'unlimited' },
      { ...key(4, null), limit: null, limit_reset: null, disabled: null },
    ],
    models: [
      { id: 1, slug: 'openai/gpt-6-luna' },
      { id: 2, slug: 'meta-llama/llama-5-8b:free' },
    ],
    days: [
      ['2025-07-28', 1, 1, 1.5, 0, 10, 900, 100, 0, true],
      ['2025-08-03', 2, 1, 0.25, 0, 1, null, null, null, true],
      ['2025-08-03', 3, 2, 0, 0, 7, 1, 1, 0, false],
      ['2025-08-04', 1, 1, 2, 0.5, 3, 1, 1, 0, false],
      ['2025-08-04', 4, 1, null, 0, null, null, null, null, false],
    ],
    readings: [
      {
        at: '2025-08-03T12:00:00Z',
        key: 1,
        usage: 1.5,
        byok_usage: null,
        limit: 1,
        limit_remaining: 0.5,
        disabled: false,
      },
    ],
    notices: [
      { at: '2025-08-03T12:00:00Z', rule: 'over', key: null, state: 'raised', value: 1, threshold: 0.8, acted: null },
    ],
    ...changes,
  };
}

async function saved(changes: Partial<UsageTables> = {}, most?: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-database-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'usage.sqlite');
  writeFileSync(path, (await writeUsageDatabase(tables(changes), most)).bytes);
  return path;
}

describe.skipIf(!canRun('sqlite3', '-version'))(
  `the sqlite3 shell${canRun('sqlite3', '-version') ? '' : ' (is not here)'}`,
  () => {
    const sqlite = (path: string, ...statements: string[]) =>
      execFileSync('sqlite3', ['-readonly', path, ...statements], { encoding: 'utf8' });

    test('finds the database intact, closed and marked as ours', async () => {
      const path = await saved();
      expect(
        sqlite(
          path,
          'PRAGMA integrity_check',
          'PRAGMA foreign_key_check',
          'PRAGMA application_id',
          'PRAGMA user_version',
          'PRAGMA journal_mode',
        ),
      ).toBe('ok\n1330793305\n1\ndelete\n');
    });

    test('reads weeks from Monday to Sunday, one row a person with all their keys', async () => {
      const path = await saved();
      expect(sqlite(path, '.mode column', '.nullvalue ?', 'SELECT * FROM weekly')).toMatchInlineSnapshot(`
        "week        name   surname  email           key_name  weekly_cost  requests  daily_limit
        ----------  -----  -------  --------------  --------  -----------  --------  -----------
        2025-07-28  Jānis  Zariņš   p1@example.org  ?         1.75         11        1.0        
        2025-07-28  Anna   Zariņš   p2@example.org  ?         0.0          7         ?          
        2025-08-04  Jānis  Zariņš   p1@example.org  ?         2.0          3         1.0        
        2025-08-04  ?      ?        ?               KEY 4     ?            ?         ?          
        "
      `);
    });

    test('tells unlimited from not known, and reads every table', async () => {
      const path = await saved();
      expect(
        sqlite(
          path,
          '.nullvalue ?',
          'SELECT lim, unlimited, limit_reset, disabled, deleted FROM key',
          'SELECT * FROM reading',
          'SELECT * FROM notice',
          'SELECT * FROM model',
          'SELECT count(*), count(cost) FROM usage_day',
          'SELECT * FROM meta',
        ),
      ).toMatchInlineSnapshot(`
        "1.0|0|daily|0|0
        9.0|0|daily|0|1
        ?|1|daily|0|0
        ?|?|?|?|0
        2025-08-03T12:00:00Z|1|1.5|?|1.0|0|0.5|0
        2025-08-03T12:00:00Z|over|?|raised|1.0|0.8|?
        1|openai/gpt-6-luna
        2|meta-llama/llama-5-8b:free
        5|4
        as_of|2025-08-03T12:04:00Z
        personal_data|This database says who used which models, when and how much. Share it only with people who need to know.
        prefix|BSSDH_2025
        "
      `);
    });

    test('reads names as they are, whatever they look like', async () => {
      const persons = HOSTILE_NAMES.map((name, at) => ({
        ...{ id: at + 1, row: at, name, surname: '' },
        ...{ email: null, group: null, tier: null },
      }));
      const path = await saved({ persons });
      const read: { name: string }[] = JSON.parse(sqlite(path, '.mode json', 'SELECT name FROM person ORDER BY id'));
      expect(read.map(({ name }) => name)).toEqual(HOSTILE_NAMES);
    });
  },
);

const READ_IN_PYTHON = `
import json, sqlite3, sys
db = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True)
print(json.dumps([db.execute('PRAGMA integrity_check').fetchall(), db.execute('SELECT week, name, weekly_cost, daily_limit FROM weekly').fetchall()]))
`;

test.skipIf(!canRun('python3', '--version'))('Python reads it', async () => {
  const path = await saved();
  expect(JSON.parse(execFileSync('python3', ['-c', READ_IN_PYTHON, path], { encoding: 'utf8' }))).toEqual([
    [['ok']],
    [
      ['2025-07-28', 'Jānis', 1.75, 1],
      ['2025-07-28', 'Anna', 0, null],
      ['2025-08-04', 'Jānis', 2, 1],
      ['2025-08-04', null, null, null],
    ],
  ]);
});

test('the same tables give the same bytes', async () => {
  const [one, other] = await Promise.all([writeUsageDatabase(tables()), writeUsageDatabase(tables())]);
  expect(Buffer.from(one.bytes).equals(other.bytes)).toBe(true);
  expect(Buffer.from(one.bytes).subarray(0, 15).toString()).toBe('SQLite format 3');
});

test('of more rows than fit, the oldest days are left out whole, and the database says so', async () => {
  const { daysLeftOut, bytes } = await writeUsageDatabase(tables(), 4);
  expect(daysLeftOut).toBe(1);
  const text = Buffer.from(bytes).toString('latin1');
  expect(text).toContain('days_left_out1: the oldest, because there are too many rows');
  expect(text).toContain('2025-08-03');
  expect(text).not.toContain('2025-07-28');
});

test('the bundle brings its own SQLite, compressed', async () => {
  // A process of its own: the test runner gives modules more globals than Node does.
  const bundle = new URL('../../dist/usage-database.js', import.meta.url).href;
  const script = `const { writeUsageDatabase } = await import(${JSON.stringify(bundle)});
    const { readings, notices, ...tables } = JSON.parse((await import('node:fs')).readFileSync(0, 'utf8'));
    process.stdout.write((await writeUsageDatabase({ ...tables, readings, notices })).bytes);`;
  const plain = { ...tables(), readings: [...tables().readings], notices: [...tables().notices] };
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    input: JSON.stringify(plain),
    maxBuffer: 1e8,
  });
  expect(String(stderr)).toBe('');
  expect(stdout.equals((await writeUsageDatabase(tables())).bytes)).toBe(true);
});
