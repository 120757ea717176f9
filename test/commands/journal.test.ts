import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, type Screen, screenOf, temporaryFolder } from '../support/cli.ts';

const NOW = () => new Date('2026-03-02T09:00:00Z');

async function useWorkshop() {
  const cwd = temporaryFolder();
  const folder = join(cwd, 'output', 'sandbox', 'W');
  const path = (name: string) => join(folder, name);
  writeFileSync(join(cwd, 'roster.csv'), 'E-mail,Name\nanda@example.org,Anda\nzane@example.org,Zane\n');
  const run = (...args: string[]) => orkeys([...args, '--sandbox'], { cwd, now: NOW });
  const provision = () => run('provision', 'roster.csv', '--prefix', 'W', '--rate', 'off', '--yes');
  expect((await provision()).code).toBe(0);
  const screen = (seen: Screen) => screenOf(seen, cwd);
  const lines = () => readFileSync(path('journal.jsonl'), 'utf8').split('\n').slice(0, -1);
  const write = (all: string[]) => writeFileSync(path('journal.jsonl'), all.map((line) => `${line}\n`).join(''));
  const keys = () => JSON.parse(readFileSync(path('keys.json'), 'utf8')).keys;
  return { cwd, folder, path, run, provision, screen, lines, write, keys };
}

const flipped = (line: string) => line.replace('"at":"2026', '"at":"2027');

test('export writes both result files anew, to the byte', async () => {
  const { run, screen, path } = await useWorkshop();
  const before = ['keys.json', 'keys.xlsx'].map((name) => readFileSync(path(name)));
  for (const name of ['keys.json', 'keys.xlsx']) rmSync(path(name));
  expect(screen(await run('export'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Exported 2 keys to <folder>/output/sandbox/W
      keys.json
      keys.xlsx
    --- stderr
    "
  `);
  expect(['keys.json', 'keys.xlsx'].map((name) => readFileSync(path(name)))).toEqual(before);
});

test('verify tells that a journal is whole', async () => {
  const { run, screen } = await useWorkshop();
  expect(screen(await run('journal', 'verify', 'W'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    <folder>/output/sandbox/W/journal.jsonl is intact: 6 entries, 2 keys.
    --- stderr
    "
  `);
});

test('verify tells which lines are damaged, and how to go on; provision stops with the same words', async () => {
  const { run, screen, lines, write, provision } = await useWorkshop();
  write(lines().map((line, index) => (index === 3 ? flipped(line) : line)));
  expect(screen(await run('journal', 'verify'))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: <folder>/output/sandbox/W/journal.jsonl is damaged. Nothing was changed.

      line 4: wrong checksum: it was modified
        row 4

    Hint: Check it with: orkeys journal verify W --sandbox
      Then repair it with: orkeys journal repair W --sandbox
    "
  `);
  expect((await provision()).stderr).toBe((await run('journal', 'verify')).stderr);
});

test('repair keeps every good line, takes lost secrets from keys.json, and keeps the journal as it was', async () => {
  const { run, screen, lines, write, provision, keys, path, folder } = await useWorkshop();
  const secrets = keys().map(({ key }: { key: string }) => key);
  const damaged = lines().map((line) => (line.includes('"type":"created"') ? flipped(line) : line));
  write(damaged);
  const dry = await run('journal', 'repair', 'W', '--dry-run');
  expect(lines()).toEqual(damaged);
  expect(screen(dry)).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    <folder>/output/sandbox/W/journal.jsonl: would keep 4 entries, drop lines 5, 6.
    Would restore 2 keys from keys.json.
    Dry run: nothing was changed.
    --- stderr
    "
  `);
  expect(screen(await run('journal', 'repair', 'W'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    <folder>/output/sandbox/W/journal.jsonl: kept 4 entries, dropped lines 5, 6.
    Restored 2 keys from keys.json.
    Backup of the previous journal: <folder>/output/sandbox/W/journal-before-20260302T090000.jsonl (contains secrets)
    Next, to rebuild keys.json and keys.xlsx:
      orkeys export W --sandbox
    --- stderr
    "
  `);
  const backup = readdirSync(folder).find((name) => name.startsWith('journal-before-')) ?? '';
  expect(readFileSync(path(backup), 'utf8')).toBe(damaged.map((line) => `${line}\n`).join(''));
  expect(statSync(path(backup)).mode & 0o777).toBe(0o600);
  expect((await provision()).stdout).toContain('Created 0 keys; 2 have a key already');
  expect(keys().map(({ key }: { key: string }) => key)).toEqual(secrets);
});

test('a secret that no file has any more: repair, and the next run takes the key away and makes a new one', async () => {
  const { run, screen, lines, write, provision, keys, path } = await useWorkshop();
  const [first, second] = keys();
  rmSync(path('keys.json'));
  const victim = lines().findIndex((line) => line.includes(first.key));
  write(lines().map((line, index) => (index === victim ? flipped(line) : line)));
  expect(screen(await run('journal', 'repair', 'W'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    <folder>/output/sandbox/W/journal.jsonl: kept 5 entries, dropped line 5.
    1 key on a damaged line is unresolved. The next orkeys provision run checks it.
    Backup of the previous journal: <folder>/output/sandbox/W/journal-before-20260302T090000.jsonl (contains secrets)
    Next, to rebuild keys.json and keys.xlsx:
      orkeys export W --sandbox
    --- stderr
    "
  `);
  expect((await provision()).stdout).toContain('Created 1 key, total limit $1.00; 1 has a key already');
  expect(keys()[1].key).toBe(second.key);
  expect(keys()[0].key).not.toBe(first.key);
  const listed = JSON.parse((await run('list', '--json', '--rate', 'off')).stdout);
  expect(listed.keys).toHaveLength(2);
});

test('an intent that is damaged does not cost its key', async () => {
  const { run, lines, write, provision, path } = await useWorkshop();
  rmSync(path('keys.json'));
  write(lines().map((line) => (line.includes('"type":"intent"') ? flipped(line) : line)));
  await run('journal', 'repair', 'W');
  await provision();
  expect(JSON.parse((await run('list', '--json', '--rate', 'off')).stdout).keys.length).toBeGreaterThanOrEqual(2);
  expect(readFileSync(path('keys.json'), 'utf8').match(/"key": "sk-or-/g)?.length).toBeGreaterThanOrEqual(2);
});

test('rebuild makes a journal from keys.json, and nobody gets a second key', async () => {
  const { run, screen, provision, keys, path } = await useWorkshop();
  const before = keys();
  rmSync(path('journal.jsonl'));
  expect(screen(await provision())).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: <folder>/output/sandbox/W/keys.json exists, but journal.jsonl is missing. Nothing was changed.
    Hint: Restore journal.jsonl, or rebuild it from keys.json with: orkeys journal rebuild W --sandbox
    "
  `);
  expect(existsSync(path('journal.jsonl'))).toBe(false);
  expect(screen(await run('journal', 'rebuild', 'W', '--dry-run'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    <folder>/output/sandbox/W/journal.jsonl: would keep 0 entries.
    Would restore 2 keys from keys.json.
    Dry run: nothing was changed.
    --- stderr
    "
  `);
  expect(existsSync(path('journal.jsonl'))).toBe(false);
  expect(screen(await run('journal', 'rebuild', 'W'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    <folder>/output/sandbox/W/journal.jsonl: kept 0 entries.
    Restored 2 keys from keys.json.
    Next, to rebuild keys.json and keys.xlsx:
      orkeys export W --sandbox
    --- stderr
    "
  `);
  expect((await provision()).stdout).toContain('Created 0 keys; 2 have a key already');
  expect(keys()).toEqual(before);
  expect((await run('journal', 'rebuild', 'W')).stdout).toContain('needs no rebuild');
});

test.each([
  ['an empty journal', () => []],
  ['a torn first line', (lines: string[]) => [lines[0]?.slice(0, 20) ?? '']],
  ['an older copy of it', (lines: string[]) => lines.slice(0, -2)],
])('%s beside keys.json stops provision; rebuild takes the keys over', async (_, change) => {
  const { run, lines, write, provision, keys, path } = await useWorkshop();
  const before = keys();
  write(change(lines()));
  const journal = readFileSync(path('journal.jsonl'));
  const stopped = await provision();
  expect(stopped).toMatchObject({ code: 2, stdout: '' });
  expect(stopped.stderr).toMatch(/journal (rebuild|repair) W --sandbox/);
  expect(readFileSync(path('journal.jsonl'))).toEqual(journal);
  const mend = stopped.stderr.includes('journal rebuild W') ? 'rebuild' : 'repair';
  expect((await run('journal', mend, 'W')).stderr).toBe('');
  expect((await provision()).stdout).toContain('Created 0 keys; 2 have a key already');
  expect(keys().map(({ key }: { key: string }) => key)).toEqual(before.map(({ key }: { key: string }) => key));
});

test('as JSON', async () => {
  const { run, lines, write } = await useWorkshop();
  expect(JSON.parse((await run('journal', 'verify', '--json')).stdout)).toMatchObject({
    totals: { count: 2, entries: 6 },
  });
  expect(JSON.parse((await run('export', '--json')).stdout)).toMatchObject({ prefix: 'W', totals: { count: 2 } });
  write(lines().map((line, index) => (index === 4 ? flipped(line) : line)));
  expect(JSON.parse((await run('journal', 'verify', '--json')).stderr).error).toMatchObject({
    code: 'journal_damaged',
  });
  expect(JSON.parse((await run('journal', 'repair', 'W', '--json')).stdout)).toMatchObject({
    lines_skipped: [5],
    changed: true,
  });
});

test('without a prefix the only workshop is meant; none and several are told', async () => {
  const { cwd, run, screen } = await useWorkshop();
  expect((await orkeys(['export'], { cwd })).stderr).toContain('No workshop in');
  await run('provision', 'roster.csv', '--prefix', 'V', '--rate', 'off');
  expect(screen(await run('export'))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: There is more than one workshop.
    Hint: Add one of these prefixes: V, W
    "
  `);
});

test('alone it names its subcommands', async () => {
  const { code, stdout, stderr } = await orkeys(['journal'], { cwd: temporaryFolder() });
  expect([code, stdout, stderr]).toEqual([
    2,
    '',
    'Error: orkeys journal needs a subcommand.\nHint: Use one of: orkeys journal verify, orkeys journal repair, orkeys journal rebuild\n',
  ]);
});
