import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';

const ROSTER = `E-mail,Name,Surname,Group
anna@example.org,Anna,Bērziņa,Table 3
janis@example.org,Jānis,Ozols,Table 3
zane@example.org,Zane,Ozola,Red
kaspars@example.org,Kaspars,Liepa,table  3
`;

const NOW = () => new Date('2026-03-02T09:00:00Z');

function useRoster(text = ROSTER) {
  const cwd = temporaryFolder();
  const file = 'BSSDH_2025_participants.csv';
  const write = (content: string) => writeFileSync(join(cwd, file), content);
  write(text);
  const folder = join(cwd, 'output', 'sandbox', 'BSSDH_2025');
  const command = (...args: string[]) => orkeys([...args, '--sandbox', '--rate', 'off'], { cwd, now: NOW });
  const local = (...args: string[]) => orkeys([...args, '--sandbox'], { cwd, now: NOW });
  return {
    cwd,
    folder,
    file,
    write,
    command,
    local,
    provision: (...args: string[]) => command('provision', file, '--per', 'group', '--limit', '6', ...args),
    sync: (...args: string[]) => command('sync', file, '--per', 'group', ...args),
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
    screen: (screen: Awaited<ReturnType<typeof orkeys>>) => screenOf(screen, cwd),
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

test('try', async () => {
  const { provision, sync, screen, write, command, local, read } = useRoster();
  const out: string[] = [];
  const say = async (title: string, s: Promise<any>) => out.push(`##### ${title}\n${screen(await s)}`);
  await provision();
  out.push(read('journal.jsonl').split('\n').map((l) => l.slice(0, 700)).join('\n'));
  await say('again', provision());
  await say('list', command('list', 'BSSDH_2025'));
  await say('list json', command('list', 'BSSDH_2025', '--json'));
  await say('show', command('show', 'janis@example.org'));
  await say('verify', command('verify', '--prefix', 'BSSDH_2025'));
  await say('rotate', command('rotate', '--prefix', 'BSSDH_2025', '--group', 'table 3', '--yes'));
  await say('rotate', command('rotate', '--prefix', 'BSSDH_2025', '--group', 'tabel 3', '--yes'));
  await say('update email', command('update', '--prefix', 'BSSDH_2025', '--email', 'janis@example.org', '--limit', '9', '--yes'));
  await say('slips', local('handout', 'slips', 'BSSDH_2025', '--master'));
  await say('files', local('handout', 'files', 'BSSDH_2025'));
  await say('table', local('handout', 'table', 'BSSDH_2025'));
  await say('table json', local('handout', 'table', 'BSSDH_2025', '--json'));
  out.push(read('handout/people/003-janis-ozols/START.md'));
  out.push(read('handouts.jsonl'));
  write(ROSTER.replace('janis@example.org,Jānis,Ozols,Table 3', 'janis@example.org,Jānis,Ozols,Red') + 'liga@example.org,Līga,Kalna,Table 3\n');
  await say('moved', sync());
  await say('files new', local('handout', 'files', 'BSSDH_2025', '--new'));
  write(ROSTER.replaceAll(/table  ?3/gi, 'Blue'));
  await say('renamed', sync('--revoke-missing', '--yes'));
  await say('renamed keep', sync('--same-group', 'Table 3=Blue'));
  await say('person', command('provision', 'BSSDH_2025_participants.csv'));
  write(ROSTER.replaceAll(/.*Red\n/g, ''));
  await say('missing', sync('--same-group', 'Blue=Table 3', '--revoke-missing', '--yes'));
  out.push(read('keys.json'));
  writeFileSync('/tmp/groups-out.txt', out.join('\n\n'));
}, 60000);
