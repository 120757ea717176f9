import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodeJournal, encodeEntry } from '../../src/journal/codec.ts';
import { foldJournal } from '../../src/journal/fold.ts';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';

const ROSTER = `E-mail,Name,Surname,Group
anna@example.org,Anna,Bērziņa,Table 3
janis@example.org,Jānis,Ozols,Table 3
zane@example.org,Zane,Ozola,Red
kaspars@example.org,Kaspars,Liepa,table  3
`;

const NOW = () => new Date('2026-03-02T09:00:00Z');
const FILE = 'BSSDH_2025_participants.csv';

function useRoster(text = ROSTER) {
  const cwd = temporaryFolder();
  const write = (content: string) => writeFileSync(join(cwd, FILE), content);
  write(text);
  const folder = join(cwd, 'output', 'sandbox', 'BSSDH_2025');
  const command = (...args: string[]) => orkeys([...args, '--sandbox', '--rate', 'off'], { cwd, now: NOW });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    cwd,
    folder,
    write,
    command,
    read,
    local: (...args: string[]) => orkeys([...args, '--sandbox'], { cwd, now: NOW }),
    provision: (...args: string[]) => command('provision', FILE, '--per', 'group', '--limit', '6', ...args),
    sync: (...args: string[]) => command('sync', FILE, '--per', 'group', ...args),
    screen: (screen: Awaited<ReturnType<typeof orkeys>>) =>
      screenOf(screen, cwd).replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>'),
    entries: () => decodeJournal(readFileSync(join(folder, 'journal.jsonl'))).entries,
    created: () => read('journal.jsonl').match(/"type":"created"/g)?.length,
  };
}

test('one key for each group, its limit a head in the plan', async () => {
  const { provision, screen } = useRoster();
  expect(screen(await provision('--dry-run'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Workshop  BSSDH_2025 → output/sandbox/BSSDH_2025 (prefix from the file name; --prefix sets another)
    Roster    BSSDH_2025_participants.csv: 2 groups of 4 participants in 4 rows
    Columns   email A, name B, surname C, group D

    ROW  KEY NAME              MEMBERS                                      LIMIT  A HEAD
      2  BSSDH_2025_Table_3_…  3: Anna Bērziņa, Jānis Ozols, Kaspars Liepa  $6.00   $2.00
      4  BSSDH_2025_Red_…      1: Zane Ozola                                $6.00   $6.00

    Create    2 keys, $6.00 each ($2.00 to $6.00 a head), no expiration
    Limits    total limit $12.00; remaining credit $1,000.00

    Dry run for prefix BSSDH_2025: nothing was changed.
    --- stderr
    "
  `);
  expect(screen(await provision())).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
        ROW  NAME     STATUS   KEY NAME                     SECRET
    2, 3, 5  Table 3  created  BSSDH_2025_Table_3_<tag>  <masked>
          4  Red      created  BSSDH_2025_Red_<tag>      <masked>

    Created 2 keys, total limit $12.00
    Saved in <folder>/output/sandbox/BSSDH_2025
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    Next, to test every key:
      orkeys verify --prefix BSSDH_2025 --sandbox
    Next, to hand out the keys:
      orkeys handout slips BSSDH_2025 --sandbox
    --- stderr
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Workshop  BSSDH_2025 → output/sandbox/BSSDH_2025 (prefix from the file name; --prefix sets another)
    Roster    BSSDH_2025_participants.csv: 2 groups of 4 participants in 4 rows
    Columns   email A, name B, surname C, group D
    Create    2 keys, $6.00 each ($2.00 to $6.00 a head), no expiration
    Limits    total limit $12.00; remaining credit $1,000.00
    Creating keys: 0 of 2
    Creating keys: 2 of 2 after 0.0 s
    "
  `);
});

test('a second run changes nothing, whatever the order, case and composition of the groups', async () => {
  const { provision, write, read, entries, created } = useRoster(ROSTER.replaceAll('Red', 'Grupa ā'));
  await provision();
  const before = read('journal.jsonl');
  await provision();
  expect(read('journal.jsonl')).toBe(before);
  const [header, ...rows] = ROSTER.replaceAll('Red', 'GRUPA  Ā').trimEnd().split('\n');
  write(`${[header, ...rows.toReversed()].join('\n')}\n`.normalize('NFD').replaceAll('Table', 'TABLE'));
  expect((await provision()).code).toBe(0);
  expect(created()).toBe(2);
  // Only the roster is recorded anew.
  expect(
    entries()
      .slice(before.split('\n').length - 1)
      .map(({ type }) => type),
  ).toEqual(['roster']);
});

test('the journal has version 4 before its first line with a group, and keeps it when it is purged or rebuilt', async () => {
  const { provision, entries, command, local, folder, read } = useRoster();
  await provision();
  const lines = entries();
  const raised = lines.findIndex((entry) => entry.type === 'journal' && entry.version === 4);
  const first = lines.findIndex((entry) => JSON.stringify(entry).includes('"members"'));
  expect(raised).toBeGreaterThan(0);
  expect(raised).toBeLessThan(first);
  const keys = JSON.parse(read('keys.json'));
  writeFileSync(join(folder, 'journal.jsonl'), '');
  expect((await local('journal', 'rebuild', 'BSSDH_2025')).code).toBe(0);
  expect(foldJournal(entries()).header?.version).toBe(4);
  // The second header, which says the version, was lost with its line.
  const [one, two, ...rest] = lines.map(encodeEntry);
  writeFileSync(join(folder, 'journal.jsonl'), [one, `x${two}`, ...rest, ''].join('\n'));
  expect((await local('journal', 'repair', 'BSSDH_2025')).code).toBe(0);
  expect(foldJournal(entries()).header?.version).toBe(4);
  await provision();
  expect(JSON.parse(read('keys.json')).keys).toEqual(keys.keys);
  await command('revoke', '--prefix', 'BSSDH_2025', '--yes');
  expect((await command('purge', 'BSSDH_2025', '--yes')).code).toBe(0);
  expect(foldJournal(entries()).header?.version).toBe(4);
});

test('a workshop has keys of one kind: the other is refused, and nothing is asked twice', async () => {
  const { provision, command, screen, created } = useRoster();
  await provision();
  expect(screen(await command('provision', FILE))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: The workshop BSSDH_2025 has one key per group. Nothing was changed.
    Hint: Add --per group, or choose another workshop with --prefix.
    "
  `);
  expect((await command('sync', FILE)).code).toBe(2);
  expect(created()).toBe(2);
  const other = useRoster();
  await other.command('provision', FILE);
  expect(screen(await other.provision())).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: The workshop BSSDH_2025 has one key per participant. Nothing was changed.
    Hint: Remove --per group, or choose another workshop with --prefix.
    "
  `);
  expect(other.created()).toBe(4);
});

test('rows that cannot be in a group are told, all at once', async () => {
  const long = 'L'.repeat(300);
  const { provision, screen, folder } = useRoster(`E-mail,Name,Surname,Group,Limit
a@example.org,A,A,Table 3,2
b@example.org,B,B,Table_3,
c@example.org,C,C,,
d@example.org,D,D,\u200B,
e@example.org,E,E,Table 3,5
f@example.org,F,F,${long}a,
g@example.org,G,G,${long}b,
h@example.org,H,H,Blue,
h@example.org,H,H,Green,
`);
  const refused = await provision();
  expect(screen(refused)).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: BSSDH_2025_participants.csv has 6 problems. Nothing was created.

      This row names no group, and every key is shared by a group.
        row 4, column D
        row 5, column D
      Rows 9, 10 are the same person in different groups. Keep one of them.
        row 9, column D
      The key of the group "Table 3" has one limit: this row has $5.00, row 2 has $2.00.
        row 6
      The groups "Table 3" and "Table_3" would give their keys the same name. If they are one group, write it one way.
        row 3, column D: "Table_3"
      The groups "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL…" and "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL…" would give their keys the same name. If they are one group, write it one way.
        row 8, column D: "LLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLLL…"

    Hint: Fix the rows and run the same command again, or add --skip-invalid to skip them.
    "
  `);
  expect(() => readFileSync(join(folder, 'journal.jsonl'))).toThrow();
  const none = useRoster(ROSTER.replaceAll(/,[^,\n]*$/gm, ''));
  expect(screen(await none.provision())).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: BSSDH_2025_participants.csv does not say who is in which group, so --per group has nothing to go by.
    Hint: Add a column Group, or name it with --column group=HEADING.
    "
  `);
});

test('a corrected address in a group is told as that: nobody joined, and nobody left', async () => {
  const { provision, write } = useRoster();
  await provision();
  write(ROSTER.replace('janis@', 'janis.new@'));
  const { stderr } = await provision();
  expect(stderr).toContain('Resolve   Jānis Ozols of Table 3: janis@example.org → janis.new@example.org\n');
  expect(stderr).not.toMatch(/no longer in|is now also for/);
});

test('long groups and those that look like formulas get keys, and stay text', async () => {
  const long = `${'Ļoti gara grupa '.repeat(18)}1`;
  const { provision, local, read } = useRoster(`E-mail,Name,Surname,Group
a@example.org,A,A,${long}
b@example.org,B,B,"=HYPERLINK(""http://example.org"")"
c@example.org,C,C,"=HYPERLINK(""http://example.org"")"
`);
  expect((await provision()).code).toBe(0);
  const names = JSON.parse(read('keys.json')).keys.map(({ name }: { name: string }) => name);
  expect(names.every((name: string) => name.length <= 100)).toBe(true);
  await local('handout', 'table', 'BSSDH_2025');
  expect(read('handout/mail-merge.csv')).not.toMatch(/(?:^|,)"?=/m);
});

test('who joins is recorded, who leaves is told to know the key, and numbers stay', async () => {
  const { provision, sync, write, screen, entries, created } = useRoster();
  await provision();
  write(`${ROSTER.replace('Ozols,Table 3', 'Ozols,Red')}liga@example.org,Līga,Kalna,Table 3\n`);
  expect(screen(await sync())).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Created 0 keys; 2 have a key already
    Saved in <folder>/output/sandbox/BSSDH_2025
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    --- stderr
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Workshop  BSSDH_2025 → output/sandbox/BSSDH_2025 (prefix from the file name; --prefix sets another)
    Roster    BSSDH_2025_participants.csv: 2 groups of 5 participants in 5 rows
    Columns   email A, name B, surname C, group D
    Resolve   the key of Table 3 is now also for Līga Kalna
    Resolve   no longer in Table 3: Jānis Ozols, who still knows its key; orkeys rotate --prefix BSSDH_2025 --group 'Table 3' --sandbox replaces it
    Resolve   the key of Red is now also for Jānis Ozols
    Skip      2 groups already have a key
    Create    nothing to create
    "
  `);
  expect(created()).toBe(2);
  const table = [...foldJournal(entries()).attempts.values()]
    .map(({ participant }) => participant)
    .find((each) => each?.name === 'Table 3');
  expect(table?.members?.map(({ name, number }) => [name, number])).toEqual([
    ['Anna', 1],
    ['Kaspars', 3],
    ['Līga', 4],
  ]);
  expect(table?.former?.map(({ name, number }) => [name, number])).toEqual([['Jānis', 2]]);
  // Who comes back has the number from before.
  write(`${ROSTER}liga@example.org,Līga,Kalna,Table 3\n`);
  await sync();
  const again = [...foldJournal(entries()).attempts.values()]
    .map(({ participant }) => participant)
    .find((each) => each?.name === 'Table 3');
  expect(again?.members?.map(({ number }) => number)).toEqual([1, 2, 3, 4]);
});

test('a renamed group waits, with --revoke-missing too, until somebody says that it keeps its key', async () => {
  const { provision, sync, write, screen, created, read } = useRoster();
  await provision();
  write(ROSTER.replaceAll(/table {1,2}3/gi, 'Blue'));
  expect(screen(await sync('--revoke-missing', '--yes'))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
        ROW  NAME  STATUS       KEY NAME  SECRET
    2, 3, 5  Blue  not started

    Not started, row 2: seems to have had the name Table 3; add --same-group 'Table 3=Blue' to keep that key, or --new-group Blue

    Created 0 keys; 1 has a key already; 1 not started
    Saved in <folder>/output/sandbox/BSSDH_2025
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    Next, if it is the same as before:
      orkeys sync BSSDH_2025_participants.csv --per group --revoke-missing --yes --sandbox --rate off --same-group 'Table 3=Blue'
    --- stderr
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Workshop  BSSDH_2025 → output/sandbox/BSSDH_2025 (prefix from the file name; --prefix sets another)
    Roster    BSSDH_2025_participants.csv: 2 groups of 4 participants in 4 rows
    Columns   email A, name B, surname C, group D
    Skip      1 group already has a key
    Skip      Blue seems to have a new name (Table 3 → Blue) and waits: add --same-group 'Table 3=Blue' to keep the key, or --new-group Blue
    Create    nothing to create
    "
  `);
  expect((await sync('--same-group', 'table 3=blue')).code).toBe(0);
  expect(created()).toBe(2);
  expect(
    JSON.parse(read('keys.json')).keys.map(({ group, status }: { group: { name: string }; status: string }) => [
      group.name,
      status,
    ]),
  ).toEqual([
    ['Blue', 'active'],
    ['Red', 'active'],
  ]);
  // The old name is free: a new group that has it does not get the key of the old one.
  write(`${ROSTER.replaceAll(/table {1,2}3/gi, 'Blue')}liga@example.org,Līga,Kalna,Table 3\n`);
  await sync();
  expect(created()).toBe(3);
});

test('a group that only has the members of another gets a key of its own with --new-group', async () => {
  const { provision, sync, write, created } = useRoster();
  await provision();
  write(ROSTER.replaceAll(/table {1,2}3/gi, 'Blue'));
  expect((await provision('--new-group', 'Blue')).code).toBe(0);
  expect(created()).toBe(3);
  // Now Table 3 is nobody's any more.
  await sync('--revoke-missing', '--yes');
  expect((await sync('--dry-run')).stdout).not.toContain('Table 3');
});

test('a key of a group that is no longer in the roster is deleted with --revoke-missing only', async () => {
  const { provision, sync, write, screen, command } = useRoster();
  await provision();
  write(ROSTER.replace('zane@example.org,Zane,Ozola,Red\n', ''));
  expect((await sync()).code).toBe(0);
  expect((await command('list', 'BSSDH_2025')).stdout).toContain('Red');
  expect(screen(await sync('--revoke-missing', '--yes'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Deleted 1 key.

    Created 0 keys; 1 has a key already
    Saved in <folder>/output/sandbox/BSSDH_2025
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    --- stderr
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Workshop  BSSDH_2025 → output/sandbox/BSSDH_2025 (prefix from the file name; --prefix sets another)
    Roster    BSSDH_2025_participants.csv: 1 group of 3 participants in 3 rows
    Columns   email A, name B, surname C, group D
    Skip      1 group already has a key
    Create    nothing to create

    KEY NAME                 CHANGE
    BSSDH_2025_Red_<tag>  delete ($0.00 spent)

    1 key to delete, total spent $0.00.
    Syncing keys: 0 of 1
    Syncing keys: 1 of 1 after 0.0 s
    "
  `);
  expect((await command('list', 'BSSDH_2025')).stdout).not.toContain('Red');
});

test('keys of groups are listed, shown, verified, updated, rotated and revoked by --group; --email of a member means the shared key', async () => {
  const { provision, command, screen } = useRoster();
  await provision();
  expect(screen(await command('list', 'BSSDH_2025', '--group', 'TABLE 3'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Spent     today $0.00, week $0.00, month $0.00, in all $0.00; total limit $6.00; credit left $1,000.00
    PARTICIPANT  EMAIL      KEY    STATUS  LIMIT  SPENT  REMAINING
    Table 3      3 members  …<end>  active  $6.00  $0.00      $6.00

    1 key, total limit $6.00, total spent $0.00, remaining $6.00
    --- stderr
    "
  `);
  expect(screen(await command('show', 'janis@example.org'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Name        BSSDH_2025_Table_3_<tag>
    Hash        <hash>
    Secret      <masked>
    Saved in    <folder>/output/sandbox/BSSDH_2025/keys.json
    Status      active
    Group       Table 3 · 3 members
                Anna Bērziņa · anna@example.org · requests as table-3-01
                Jānis Ozols · janis@example.org · requests as table-3-02
                Kaspars Liepa · kaspars@example.org · requests as table-3-03
    Workshop    BSSDH_2025
    Limit       $6.00, $6.00 remaining
    Spent       $0.00 ($0.00 today, $0.00 this week, $0.00 this month)
    Expires     never
    Created     2026-03-02 09:00 UTC
    Workspace   5a9db0c5-0000-4000-8000-000000000001
    Created by  user_sandbox
    --- stderr
    "
  `);
  expect((await command('verify', '--prefix', 'BSSDH_2025', '--group', 'Red')).stdout).toContain('The key works');
  expect(
    screen(await command('update', '--prefix', 'BSSDH_2025', '--email', 'janis@example.org', '--limit', '9', '--yes')),
  ).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Changed 1 key.
    --- stderr
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Note      shared by the members of Table 3 (3 people)
    KEY NAME                     CHANGE
    BSSDH_2025_Table_3_<tag>  limit $6.00 → $9.00

    1 key to change.
    Changing keys: 0 of 1
    Changing keys: 1 of 1 after 0.0 s
    "
  `);
  expect((await command('rotate', '--prefix', 'BSSDH_2025', '--group', 'Red', '--yes')).stdout).toContain(
    'Rotated 1 key.',
  );
  expect(screen(await command('revoke', '--prefix', 'BSSDH_2025', '--group', 'Rad', '--yes'))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: No key belongs to the group Rad.
    Hint: Did you mean Red? Available groups: Table 3, Red
    "
  `);
  expect((await command('revoke', '--prefix', 'BSSDH_2025', '--group', 'Red', '--yes')).stdout).toContain(
    'Deleted 1 key',
  );
  expect((await command('provision', FILE, '--per', 'group', '--dry-run', '--json')).stdout).toContain(
    '"result": "planned"',
  );
});

test('keys.json has one entry a key with its members, and JSON of commands too', async () => {
  const { provision, read } = useRoster();
  const { keys } = JSON.parse((await provision('--json')).stdout);
  expect(keys[0]).toMatchObject({
    participant: null,
    group: { row: 2, name: 'Table 3', members: [{ name: 'Anna' }, { name: 'Jānis' }, { name: 'Kaspars' }] },
    result: 'created',
  });
  expect(JSON.parse(read('keys.json')).keys[0]).toMatchObject({
    participant: null,
    group: {
      row: 2,
      name: 'Table 3',
      members: [
        { row: 2, name: 'Anna', surname: 'Bērziņa', emails: ['anna@example.org'] },
        { row: 3, name: 'Jānis' },
        { row: 5, name: 'Kaspars' },
      ],
    },
    status: 'active',
  });
});
