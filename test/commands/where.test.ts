import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { useProvisioned } from '../support/provisioned.ts';

const ROSTER = `Email,Name,Surname,Group,City = town,Paid
a@example.org,Anda,Ozola,Table 3,Rīga,3
b@example.org,Bea,Kalna,Table 3,Cēsis,
c@example.org,Cilla,Zara,Table 4,Rīga,2
d@example.org,Dana,Upe,,Ogre,2
`;

async function workshop() {
  const world = await useProvisioned();
  writeFileSync(join(world.cwd, 'W.csv'), ROSTER);
  await world.command(['provision', 'W.csv', '--yes']);
  const names = async (...args: string[]) => {
    const { stdout } = await world.command(['list', '--json', ...args]);
    return JSON.parse(stdout)
      .keys.map((key: { participant: { name: string } }) => key.participant.name)
      .sort()
      .join(' ');
  };
  const folderOf = (prefix: string) => join(world.cwd, 'output', prefix);
  return { ...world, names, folderOf };
}

describe('--where selects people by any column of their roster', () => {
  test.each([
    ['Group=Table 3', 'Anda Bea'],
    ['group = TABLE 3', 'Anda Bea'],
    ['Group!=Table 3', 'Cilla Dana'],
    ['Group=', 'Dana'],
    ['Group~able', 'Anda Bea Cilla'],
    ['City = town=Rīga', 'Anda Cilla'],
    ['City = town~ī', 'Anda Cilla'],
    ['Paid=2', 'Cilla Dana'],
    ['Surname~a', 'Anda Bea Cilla'],
  ])('%s', async (condition, people) => {
    const { names } = await workshop();
    expect(await names('--prefix', 'W', '--where', condition)).toBe(people);
  });

  test('several conditions must all hold, and others with them', async () => {
    const { names } = await workshop();
    expect(await names('--where', 'Group=Table 3', '--where', 'Paid!=3')).toBe('Bea');
    expect(await names('--where', 'Group=Table 3', '--email', 'a@example.org')).toBe('Anda');
    expect(await names('--where', 'Group=Table 3', '--from', 'W.csv')).toBe('Anda Bea');
    expect(await names('--where', 'Group=Table 3', '--from', 'SUMMER_participants.csv')).toBe('');
  });

  test('in every command that selects keys', async () => {
    const { command, names } = await workshop();
    const verify = await command(['verify', 'W', '--where', 'Group=Table 3', '--json', '--fields', 'participant']);
    expect(JSON.parse(verify.stdout).keys).toHaveLength(2);
    expect(await command(['update', '--where', 'Group=Table 3', '--disable', '--yes'])).toMatchObject({ code: 0 });
    expect(await names('--disabled')).toBe('Anda Bea');
    expect(await command(['rotate', '--where', 'Paid=2', '--yes'])).toMatchObject({ code: 0 });
    expect(await command(['revoke', '--where', 'Group=Table 3', '--yes'])).toMatchObject({ code: 0 });
    expect(await names('--prefix', 'W')).toBe('Cilla Dana');
  });

  test('in every way of handing out', async () => {
    const { command, folderOf } = await workshop();
    const slips = await command(['handout', 'slips', 'W', '--where', 'Group=Table 3']);
    expect(slips.stdout).toMatch(/^Slips +2 participants,/);
    expect(await command(['handout', 'table', 'W', '--where', 'Group=Table 3', '--where', 'Paid=3'])).toMatchObject({
      code: 0,
    });
    const rows = readFileSync(join(folderOf('W'), 'handout', 'mail-merge.csv'), 'utf8')
      .trim()
      .split(/\r?\n/);
    expect(rows.map((row) => row.includes('a@example.org'))).toEqual([false, true]);
    const preview = await command(['mail', 'preview', 'W', '--where', 'Paid=2', '--json']);
    expect(JSON.parse(preview.stdout)).toMatchObject({ to: ['c@example.org'] });
    expect(await command(['handout', 'files', 'W', '--where', 'Grup=Table 3'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean Group?'),
    });
    expect(await command(['handout', 'table', 'W', '--format', 'hub', '--where', 'Paid=2'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--format hub and --where cannot be combined'),
    });
  });

  test('hands out to nobody else of a group that shares a key, and not to who left the roster', async () => {
    const { command, folderOf, cwd } = await workshop();
    writeFileSync(join(cwd, 'G.csv'), ROSTER);
    await command(['provision', 'G.csv', '--per', 'group', '--yes', '--skip-invalid']);
    const handedTo = async (prefix: string, condition: string) => {
      const made = await command(['handout', 'table', prefix, '--where', condition]);
      if (made.code !== 0) return made.stderr;
      const csv = readFileSync(join(folderOf(prefix), 'handout', 'mail-merge.csv'), 'utf8');
      return [...csv.matchAll(/[a-d]@example\.org/g)].join(' ');
    };
    expect(await handedTo('G', 'Surname=Kalna')).toBe('b@example.org');
    expect(await handedTo('G', 'Group=Table 3')).toBe('a@example.org b@example.org');
    writeFileSync(join(cwd, 'W.csv'), ROSTER.replace('a@example.org,Anda,Ozola', 'n@example.org,Nora,Upe'));
    await command(['provision', 'W.csv', '--yes']);
    expect(await handedTo('W', 'Group=Table 3')).toBe('b@example.org');
  });

  test('in a column of merged cells too, of which a roster has only the first', async () => {
    const { command, names, cwd } = await workshop();
    copyFileSync(
      fileURLToPath(new URL('../fixtures/rosters/058_vertical_merges.xlsx', import.meta.url)),
      join(cwd, 'M.xlsx'),
    );
    await command(['provision', 'M.xlsx', '--yes']);
    expect(await names('--where', 'komanda=komanda 1')).toBe('Anna Jānis');
    expect(await names('--where', 'Komanda!=Komanda 1')).toBe('Mārtiņš Zane');
    expect((await command(['list', '--where', 'Komanda='])).stderr).toContain(
      'Available values: Komanda 1, Komanda 2\n',
    );
  });
});

test.each([
  [
    'Grup=Table 3',
    'No roster has a column Grup.\nHint: Did you mean Group? Available headings: Email, Name, Surname, Group, City = town, Paid',
  ],
  [
    'Group=Table 5',
    'No participant has Group Table 5.\nHint: Did you mean Table 3? Available values: Table 3, Table 4, (empty)',
  ],
  ['Group!=Tabel 9', 'No participant has Group Tabel 9.'],
  ['Group~chair', 'No participant has Group with chair.\nHint: Available values: Table 3, Table 4, (empty)'],
  ['Group', 'Invalid --where Group: expected a column heading, then =, != or ~, then a value.'],
  ['=Table 3', 'For example: --where "Group=Table 3"'],
])('what nobody has is an error that says what there is: %s', async (condition, words) => {
  const { command } = await workshop();
  for (const args of [['list'], ['revoke', '--yes']]) {
    const shown = await command([...args, '--prefix', 'W', '--where', condition]);
    expect(shown).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  }
});
