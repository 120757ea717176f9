import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';

const ROSTER = `E-mail,Name,Surname
anda.baklane@example.org,Anda,Baklāne
"valdis.veveris@example.org; v.veveris@example.com",Valdis,Vēveris
zane.ozola@example.net,Zane,Ozola
`;

const NOW = () => new Date('2026-03-02T09:00:00Z');

function useRoster(text = ROSTER, name = 'BSSDH_2025_participants.csv') {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, name), text);
  const folder = join(cwd, 'output', 'sandbox', 'BSSDH_2025');
  return {
    cwd,
    folder,
    provision: (...args: string[]) =>
      orkeys(['provision', name, '--sandbox', '--rate', 'off', ...args], { cwd, now: NOW }),
    read: (file: string) => readFileSync(join(folder, file), 'utf8'),
    screen: (screen: Awaited<ReturnType<typeof orkeys>>) => screenOf(screen, cwd),
  };
}

test('one key for each participant, everything saved, and what to type next', async () => {
  const { provision, screen } = useRoster();
  expect(screen(await provision())).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    ROW  NAME            STATUS   KEY NAME                            SECRET
      2  Anda Baklāne    created  BSSDH_2025_Anda_Baklāne_<tag>    <masked>
      3  Valdis Vēveris  created  BSSDH_2025_Valdis_Vēveris_<tag>  <masked>
      4  Zane Ozola      created  BSSDH_2025_Zane_Ozola_<tag>      <masked>

    Created 3 keys, total limit $3.00
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
    Roster    BSSDH_2025_participants.csv: 3 participants in 3 rows
    Columns   email A, name B, surname C
    Create    3 keys, $1.00 each, no expiration
    Limits    total limit $3.00; remaining credit $1,000.00
    Creating keys: 0 of 3
    Creating keys: 3 of 3 after 0.0 s
    "
  `);
});

test('keys.json says who has which key, names unescaped', async () => {
  const { provision, read } = useRoster();
  await provision('--limit', '0.5', '--limit-reset', 'daily', '--expires', '7d');
  const { keys, ...rest } = JSON.parse(read('keys.json'));
  expect(rest).toEqual({
    version: 1,
    prefix: 'BSSDH_2025',
    generated_at: '2026-03-02T09:00:00.000Z',
    failures: [],
  });
  expect(keys).toHaveLength(3);
  expect(keys[1]).toEqual({
    participant: {
      row: 3,
      name: 'Valdis',
      surname: 'Vēveris',
      emails: ['valdis.veveris@example.org', 'v.veveris@example.com'],
    },
    name: expect.stringMatching(/^BSSDH_2025_Valdis_Vēveris_[a-z2-7]{8}$/),
    hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    key: expect.stringMatching(/^sk-or-v1-sandbox-/),
    limit: 0.5,
    limit_reset: 'daily',
    expires_at: '2026-03-09T09:00:00Z',
    created_at: expect.any(String),
    status: 'active',
  });
  expect(read('keys.json')).toContain('Vēveris');
});

test('a second run makes no key and leaves every file as it was, byte for byte', async () => {
  const { provision, folder, screen } = useRoster();
  await provision();
  const files = () => Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]));
  const before = files();
  expect(screen(await provision())).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Created 0 keys; 3 have a key already
    Saved in <folder>/output/sandbox/BSSDH_2025
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    --- stderr
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Workshop  BSSDH_2025 → output/sandbox/BSSDH_2025 (prefix from the file name; --prefix sets another)
    Roster    BSSDH_2025_participants.csv: 3 participants in 3 rows
    Columns   email A, name B, surname C
    Skip      3 participants already have a key
    Create    nothing to create
    "
  `);
  expect(files()).toEqual(before);
});

test('somebody new in the roster gets a key, the others keep theirs; moved and renamed rows are the same people', async () => {
  const { provision, read, cwd } = useRoster();
  await provision();
  const keysBefore: { key: string }[] = JSON.parse(read('keys.json')).keys;
  const changed = `E-mail,Name,Surname
new@example.org,Jauna,Dalībniece
zane.ozola@example.net,Zane,Ozola-Kalniņa
V.VEVERIS@example.com,Valdis,Vēveris
anda.baklane@example.org,Anda,Baklāne
`;
  writeFileSync(join(cwd, 'BSSDH_2025_participants.csv'), changed);
  const again = await provision('--json');
  expect(JSON.parse(again.stdout).totals).toMatchObject({ created: 1, has_key: 3 });
  const keysAfter: { key: string }[] = JSON.parse(read('keys.json')).keys;
  expect(keysAfter).toHaveLength(4);
  expect(keysAfter.map(({ key }) => key)).toEqual(expect.arrayContaining(keysBefore.map(({ key }) => key)));
});

test('a dry run prints the plan and writes nothing', async () => {
  const { provision, cwd, screen } = useRoster();
  expect(screen(await provision('--dry-run'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Workshop  BSSDH_2025 → output/sandbox/BSSDH_2025 (prefix from the file name; --prefix sets another)
    Roster    BSSDH_2025_participants.csv: 3 participants in 3 rows
    Columns   email A, name B, surname C

    ROW  KEY NAME                     EMAIL                                              LIMIT
      2  BSSDH_2025_Anda_Baklāne_…    anda.baklane@example.org                           $1.00
      3  BSSDH_2025_Valdis_Vēveris_…  valdis.veveris@example.org, v.veveris@example.com  $1.00
      4  BSSDH_2025_Zane_Ozola_…      zane.ozola@example.net                             $1.00

    Create    3 keys, $1.00 each, no expiration
    Limits    total limit $3.00; remaining credit $1,000.00

    Dry run for prefix BSSDH_2025: nothing was changed.
    --- stderr
    "
  `);
  expect(readdirSync(cwd)).toEqual(['BSSDH_2025_participants.csv']);
});

test('all problems of a roster are told at once, and nothing is made', async () => {
  const { provision, folder, screen } = useRoster(`E-mail,Name,Surname,Limit,Expires
anda.baklane@example.org,Anda,Baklāne,1,
not an address,Valdis,Vēveris,1,
zane.ozola@example.net,Zane,Ozola,lots,2020-01-01
`);
  expect(screen(await provision())).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: BSSDH_2025_participants.csv has 3 problems. Nothing was created.

      Invalid email address: it has no @. Correct it, or delete the row.
        row 3, column A: "not an address"
      Invalid limit: it is not a number of US dollars. Use US dollars, such as 2.50, or none.
        row 4, column D: "lots"
      Invalid expiration: it is in the past (2020-01-01T23:59:59Z).
        row 4, column E: "2020-01-01"

    Hint: Fix the rows and run the same command again, or add --skip-invalid to skip them.
    "
  `);
  expect(existsSync(folder)).toBe(false);
});

test('--skip-invalid goes on without the rows that have problems and writes them to problems.xlsx', async () => {
  const { provision, folder, screen } = useRoster(`E-mail,Name,Surname
anda.baklane@example.org,Anda,Baklāne
not an address,Valdis,Vēveris
`);
  expect(screen(await provision('--skip-invalid', '--quiet'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    ROW  NAME          STATUS   KEY NAME                          SECRET
      2  Anda Baklāne  created  BSSDH_2025_Anda_Baklāne_<tag>  <masked>

    Created 1 key, total limit $1.00
    Skipped 1 row with 1 problem; see problems.xlsx
    Saved in <folder>/output/sandbox/BSSDH_2025
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      problems.xlsx  rows without a key, with the reason
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    Next, to test every key:
      orkeys verify --prefix BSSDH_2025 --sandbox
    Next, to hand out the keys:
      orkeys handout slips BSSDH_2025 --sandbox
    --- stderr
    "
  `);
  expect(existsSync(join(folder, 'problems.xlsx'))).toBe(true);
});

test('columns Limit and Expires override the flags for a person', async () => {
  const { provision, read } = useRoster(`E-mail,Name,Surname,Limit,Expires
anda.baklane@example.org,Anda,Baklāne,"2,5",
valdis.veveris@example.org,Valdis,Vēveris,none,2026-12-31
zane.ozola@example.net,Zane,Ozola,,
`);
  await provision('--limit', '1', '--expires', '2026-06-30T12:00:00Z');
  const keys: { limit: number; expires_at: string }[] = JSON.parse(read('keys.json')).keys;
  expect(keys.map(({ limit, expires_at }) => [limit, expires_at])).toEqual([
    [2.5, '2026-06-30T12:00:00Z'],
    [null, '2026-12-31T23:59:59Z'],
    [1, '2026-06-30T12:00:00Z'],
  ]);
});

test('on a terminal it asks once; no means that nothing is made', async () => {
  const { cwd, folder } = useRoster();
  const args = ['provision', 'BSSDH_2025_participants.csv', '--sandbox', '--rate', 'off'];
  const no = await orkeys(args, { cwd, answers: ['n'] });
  expect(no.code).toBe(0);
  expect(no.stderr).toContain('Create 3 keys? [y/N]');
  expect(no.stderr).toContain('Cancelled; nothing was changed.');
  expect(existsSync(join(folder, 'keys.json'))).toBe(false);
  const yes = await orkeys(args, { cwd, answers: ['y'] });
  expect(yes.stdout).toContain('Created 3 keys');
});

test('people for whom the roster has a key already get none, unless --replace asks for it', async () => {
  const { provision, screen } = useRoster(`E-mail,Name,Surname,api_key
anda.baklane@example.org,Anda,Baklāne,sk-or-v1-test-anda
zane.ozola@example.net,Zane,Ozola,
`);
  expect(screen(await provision('--quiet'))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    ROW  NAME          STATUS             KEY NAME                        SECRET
      2  Anda Baklāne  has key elsewhere
      3  Zane Ozola    created            BSSDH_2025_Zane_Ozola_<tag>  <masked>

    Has key elsewhere, row 2: the roster already contains a key for this participant

    Created 1 key, total limit $1.00; 1 has a key elsewhere
    Saved in <folder>/output/sandbox/BSSDH_2025
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    Next, to test every key:
      orkeys verify --prefix BSSDH_2025 --sandbox
    Next, to hand out the keys:
      orkeys handout slips BSSDH_2025 --sandbox
    --- stderr
    "
  `);
  expect(JSON.parse((await provision('--replace', '--json')).stdout).totals).toMatchObject({ created: 1, has_key: 1 });
});

test.for([
  [['--limit', 'lots'], '--limit lots'],
  [['--limit', '-1'], '--limit -1'],
  [['--expires', '2020-01-01'], '--expires 2020-01-01'],
  [['--expires', 'soon'], '--expires soon'],
  [['--concurrency', '0'], '--concurrency 0'],
  [['--rate', '-1'], '--rate -1'],
  [['--rate', 'abc'], '--rate abc'],
  [['--limit-reset', 'yearly'], 'Invalid --limit-reset yearly.'],
  [['--workspace', 'nowhere'], 'No workspace nowhere on this account.'],
  [['--prefix', 'CON'], '--prefix CON'],
  [['--prefix', 'Sandbox'], '--prefix Sandbox'],
] as const)('%j is refused with what was wrong, and nothing is sent', async ([flags, expected]) => {
  const { provision, folder } = useRoster();
  const { code, stdout, stderr } = await provision(...flags);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(expected);
  expect(stderr).toContain('Hint:');
  expect(existsSync(folder)).toBe(false);
});

test('a decimal comma is accepted, with a note', async () => {
  const { provision } = useRoster();
  const { code, stderr } = await provision('--limit', '0,5');
  expect(code).toBe(0);
  expect(stderr).toContain('--limit 0,5: 0,5 was read as 0.5');
});

test('a prefix from a file name has nothing in it that a shell expands when the next command is pasted', async () => {
  const { cwd } = useRoster();
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell would run
  const evil = 'k$(touch${IFS}PWN)`!%.csv';
  copyFileSync(join(cwd, 'BSSDH_2025_participants.csv'), join(cwd, evil));
  const { stdout, code } = await orkeys(['provision', evil, '--sandbox', '--rate', 'off'], { cwd });
  expect(code).toBe(0);
  expect(stdout).toContain("--prefix 'k(touch{IFS}PWN)'");
  expect(stdout).not.toMatch(/--prefix '[^']*[$`!%]/);
});

test('through npx the next commands go through npx too, and they keep --out', async () => {
  const { provision, cwd } = useRoster();
  expect((await provision('--out', 'my results')).stdout).toContain(
    "  orkeys verify --prefix BSSDH_2025 --out 'my results' --sandbox\n",
  );
  const args = ['provision', 'BSSDH_2025_participants.csv', '--sandbox', '--rate', 'off'];
  const { stdout } = await orkeys(args, { cwd, env: { npm_lifecycle_event: 'npx' } });
  expect(stdout).toContain('  npx orkeys verify --prefix BSSDH_2025 --sandbox\n');
});

test('a dry run says what would refuse the run: results that git tracks, a folder where a file should be', async () => {
  const { provision, cwd, folder } = useRoster();
  await provision();
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd });
  git('init', '-q');
  git('add', '-f', 'output/sandbox/BSSDH_2025/keys.json');
  const tracked = await provision('--dry-run');
  expect(tracked.code).toBe(6);
  expect(tracked.stderr).toContain('Git tracks keys.json');
  git('rm', '-q', '--cached', 'output/sandbox/BSSDH_2025/keys.json');
  expect((await provision('--dry-run')).code).toBe(0);
  rmSync(join(folder, 'keys.xlsx'));
  mkdirSync(join(folder, 'keys.xlsx'));
  expect((await provision('--dry-run')).code).toBe(6);
});
