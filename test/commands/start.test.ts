import { mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rosterQuestion } from '../../src/commands/start/questions.ts';
import { findLeaks } from '../support/canary.ts';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';
import { type ContextOptions, CTRL_C } from '../support/context.ts';
import { HOME_KEY, useTwoAccounts, WORK_KEY } from '../support/two-accounts.ts';

const TWO = 'E-mail,Name,Surname\nada@example.org,Ada,Lind\nbo@example.org,Bo,Krag\n';
/** Enter: the answer in brackets */
const ENTER = '';

/** A folder with these spreadsheets, an account, and no management key. */
async function useFolder(files: Record<string, string> = { 'AI_2026_participants.csv': TWO }) {
  const cwd = temporaryFolder();
  // The same time for all, so that their names decide which is first.
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(cwd, name), text);
    utimesSync(join(cwd, name), 1_000, 1_000);
  }
  const service = await useTwoAccounts();
  const env = { ORKEYS_BASE_URL: service.url };
  const guide = async (args: string, answers: string[], options: Partial<ContextOptions> = {}) => {
    const ended = await orkeys(args.split(' '), { cwd, env, columns: 80, answers, ...options });
    // Progress tells how fast it was.
    const screen = screenOf(ended, cwd).replaceAll(/[^\n]*Creating keys \[[^\n]*\n/g, '');
    return { ...ended, screen };
  };
  return {
    cwd,
    env,
    service,
    guide,
    names: () => readdirSync(cwd).sort(),
    keysOf: (prefix: string, root = 'output/sandbox') =>
      JSON.parse(readFileSync(join(cwd, root, prefix, 'keys.json'), 'utf8')).keys,
  };
}

test('Enter at every question rehearses, and the plan is confirmed as ever', async () => {
  const { guide, keysOf, service } = await useFolder();
  expect((await guide('start', [ENTER, ENTER, ENTER, ENTER, 'y'])).screen).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    [1mROW  NAME      STATUS   KEY NAME                   SECRET[22m
      2  Ada Lind  created  AI_2026_Ada_Lind_<tag>  <masked>
      3  Bo Krag   created  AI_2026_Bo_Krag_<tag>   <masked>

    Created 2 keys, total limit $2.00
    [1mSaved in[22m <folder>/output/sandbox/AI_2026
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    [1mNext[22m, to test every key:
      orkeys verify --prefix AI_2026 --sandbox
    [1mNext[22m, to hand out the keys:
      orkeys handout slips AI_2026 --sandbox

    The same without questions:
      orkeys provision AI_2026_participants.csv --limit 1 --prefix AI_2026 --sandbox
    For real keys:
      orkeys provision AI_2026_participants.csv --limit 1 --prefix AI_2026
    --- stderr
    orkeys creates one OpenRouter API key per participant, each with a limit.
    Enter takes the answer in brackets, ? explains, Ctrl-C stops.

      1  AI_2026_participants.csv
    Roster: a number, or the path of a spreadsheet [1]: AI_2026_participants.csv: 2 participants
    Limit per participant, in US dollars [1]: Prefix: the name of the workshop [AI_2026]:   1  rehearsal: simulated keys that work nowhere; no account, no cost
      2  real keys on your OpenRouter account
    Rehearsal, or real keys [1]: 
    Here is the plan. Nothing is created before you confirm it.

    [33mSandbox  [39m simulated account; keys cost nothing and work nowhere else
    [1mWorkshop [22m AI_2026 → output/sandbox/AI_2026
    [1mRoster   [22m AI_2026_participants.csv: 2 participants in 2 rows
    [1mColumns  [22m email A, name B, surname C

    [1mROW  NAME      EMAIL            LIMIT[22m
      2  Ada Lind  ada@example.org  $1.00
      3  Bo Krag   bo@example.org   $1.00

    [1mCreate   [22m 2 keys, $1.00 each, no expiration
    [1mLimits   [22m total limit $2.00; remaining credit $1,000.00
    "
  `);
  expect(keysOf('AI_2026')).toHaveLength(2);
  expect(service.requests).toEqual([]);
});

test('the printed command does the same: nothing is left to do', async () => {
  const { guide, cwd, env } = await useFolder();
  const { stdout } = await guide('start', [ENTER, '0.5', 'OTHER', ENTER, 'y']);
  const line = /^The same without questions:\n {2}orkeys (.*)$/m.exec(stdout)?.[1] ?? '';
  expect(line).toBe('provision AI_2026_participants.csv --limit 0.5 --prefix OTHER --sandbox');
  const again = await orkeys(line.split(' '), { cwd, env, columns: 80 });
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Created 0 keys; 2 have a key already') });
});

test('? explains each question, and what means nothing is asked again', async () => {
  const { guide, keysOf } = await useFolder({ 'a.csv': TWO, 'b.csv': TWO, 'notes.txt': 'hello' });
  const roster = ['?', '3', 'c.csv', 'notes.txt', '2'];
  const answers = [...roster, '?', 'much', '-1', '2', '?', '///', 'sandbox', 'WS', '?', 'yes', '1', 'y'];
  expect((await guide('start', answers)).screen).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    [1mROW  NAME      STATUS   KEY NAME              SECRET[22m
      2  Ada Lind  created  WS_Ada_Lind_<tag>  <masked>
      3  Bo Krag   created  WS_Bo_Krag_<tag>   <masked>

    Created 2 keys, total limit $4.00
    [1mSaved in[22m <folder>/output/sandbox/WS
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    [1mNext[22m, to test every key:
      orkeys verify --prefix WS --sandbox
    [1mNext[22m, to hand out the keys:
      orkeys handout slips WS --sandbox

    The same without questions:
      orkeys provision b.csv --limit 2 --prefix WS --sandbox
    For real keys:
      orkeys provision b.csv --limit 2 --prefix WS
    --- stderr
    orkeys creates one OpenRouter API key per participant, each with a limit.
    Enter takes the answer in brackets, ? explains, Ctrl-C stops.

      1  a.csv
      2  b.csv
    Roster: a number, or the path of a spreadsheet [1]:   The roster is your spreadsheet of participants: one row each, with a column of
      email addresses, and preferably their names. Type the number of a spreadsheet
      in this folder, or the path of another one; most terminals also accept a file
      that is dragged into them. It is only read.
    Roster: a number, or the path of a spreadsheet [1]:   3 is not one of the choices.
      Type a number from 1 to 2, or ? for an explanation.
    Roster: a number, or the path of a spreadsheet [1]:   File not found: c.csv
      Did you mean a.csv?
    Roster: a number, or the path of a spreadsheet [1]:   notes.txt has no column of email addresses.
      Head the columns with E-mail, Name, Surname, or map them by hand with --column
      email="…".
    Roster: a number, or the path of a spreadsheet [1]: b.csv: 2 participants
    Limit per participant, in US dollars [1]:   The most that each participant can spend with their key; OpenRouter refuses
      requests beyond it. For example 1, 0.50 or none. It can be changed later with
      orkeys update. A column Limit in the roster takes precedence for its rows.
    Limit per participant, in US dollars [1]:   Invalid limit much: it is not a number of US dollars.
    Limit per participant, in US dollars [1]:   Invalid limit -1: a limit cannot be negative.
    Limit per participant, in US dollars [1]: Prefix: the name of the workshop [b]:   Every key name begins with the prefix, and the results are saved in a folder
      of this name. Later commands use it to select the keys of this workshop. If
      keys with this prefix were created before, only participants without a key get
      one.
    Prefix: the name of the workshop [b]:   Invalid prefix ///: it contains /, which is not allowed in folder names.
    Prefix: the name of the workshop [b]:   --prefix sandbox is reserved for --sandbox.
      Choose another prefix with --prefix.
    Prefix: the name of the workshop [b]:   1  rehearsal: simulated keys that work nowhere; no account, no cost
      2  real keys on your OpenRouter account
    Rehearsal, or real keys [1]:   A rehearsal does everything with a simulated OpenRouter on this computer: the
      same plan, the same files, in a folder of its own. For real keys you need a
      management key of your OpenRouter account. In both cases you see the plan
      first.
    Rehearsal, or real keys [1]:   yes is not one of the choices.
      Type a number from 1 to 2, or ? for an explanation.
    Rehearsal, or real keys [1]: 
    Here is the plan. Nothing is created before you confirm it.

    [33mSandbox  [39m simulated account; keys cost nothing and work nowhere else
    [1mWorkshop [22m WS → output/sandbox/WS
    [1mRoster   [22m b.csv: 2 participants in 2 rows
    [1mColumns  [22m email A, name B, surname C

    [1mROW  NAME      EMAIL            LIMIT[22m
      2  Ada Lind  ada@example.org  $2.00
      3  Bo Krag   bo@example.org   $2.00

    [1mCreate   [22m 2 keys, $2.00 each, no expiration
    [1mLimits   [22m total limit $4.00; remaining credit $1,000.00
    "
  `);
  expect(keysOf('WS').map(({ limit }: { limit: number }) => limit)).toEqual([2, 2]);
});

test('a roster elsewhere can be typed, also as a terminal pastes it', async () => {
  const { cwd, guide, keysOf } = await useFolder();
  const folder = join(cwd, 'my lists');
  mkdirSync(folder);
  writeFileSync(join(folder, 'X.csv'), TWO);
  for (const typed of [
    "'my lists/X.csv'",
    '"my lists/X.csv"',
    join(folder, 'X.csv').replaceAll(' ', '\\ '),
    '~/my lists/X.csv',
  ]) {
    const { stdout } = await guide('start', [typed, ENTER, ENTER, ENTER, 'y']);
    expect(stdout).toContain('--prefix X --sandbox');
  }
  expect(keysOf('X')).toHaveLength(2);
});

test.each([
  ['"C:\\my lists\\x.xlsx"', 'C:\\my lists\\x.xlsx'],
  ["'C:\\my lists\\x.xlsx'", 'C:\\my lists\\x.xlsx'],
  ['C:\\lists\\ x.xlsx', 'C:\\lists\\ x.xlsx'],
  ['\\\\server\\lists\\x.xlsx', '\\\\server\\lists\\x.xlsx'],
])('of a path of Windows only the quotation marks are dropped: %s', async (typed, path) => {
  const looked: string[] = [];
  const stop = new Error('looked');
  const look = async (file: string) => {
    looked.push(file);
    throw stop;
  };
  const { read } = rosterQuestion(['a.csv'], { sample: 'a sample', home: 'C:\\Users\\Zane' }, look);
  await expect(read(typed)).rejects.toBe(stop);
  expect(looked).toEqual([path]);
});

test('the roster cannot come from standard input, where the answers are', async () => {
  const { guide } = await useFolder();
  expect(await guide('start -', [])).toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringContaining('orkeys provision -'),
  });
});

test('the spreadsheet that was saved last is the first; of many, nine are shown', async () => {
  const many = Array.from({ length: 12 }, (_, n) => [`list-${String.fromCharCode(97 + n)}.csv`, TWO] as const);
  const { cwd, guide } = await useFolder(Object.fromEntries(many));
  utimesSync(join(cwd, 'list-k.csv'), 2_000, 2_000);
  mkdirSync(join(cwd, 'folder.csv'));
  writeFileSync(join(cwd, '~$list-a.xlsx'), 'Excel has it open');
  const { stderr } = await guide('start', [ENTER]);
  const offered =
    /^ {2}1 {2}list-k\.csv\n {2}2 {2}list-a\.csv\n[\s\S]* {2}9 {2}list-h\.csv\n {2}There are 3 more in this folder/m;
  expect(stderr).toMatch(offered);
  expect(stderr).toContain('list-k.csv: 2 participants');
});

test('without a spreadsheet the sample is rehearsed, and written only once all is answered', async () => {
  const { guide, names } = await useFolder({});
  await guide('start', [ENTER, ENTER, CTRL_C]);
  expect(names()).toEqual([]);
  const { screen } = await guide('start', [ENTER, ENTER, ENTER, 'y']);
  expect(screen).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    [1mROW  NAME                STATUS   KEY NAME                   SECRET[22m
      2  Anda Baklāne        created  participants…āne_<tag>  <masked>
      3  Jānis Kalniņš       created  participants…iņš_<tag>  <masked>
      4  María García López  created  participants…pez_<tag>  <masked>
      5  Jürgen Müller       created  participants…ler_<tag>  <masked>
      6  Олена Шевченко      created  participants…нко_<tag>  <masked>

    Created 5 keys, total limit $5.00
    [1mSaved in[22m <folder>/output/sandbox/participants
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    [1mNext[22m, to test every key:
      orkeys verify --prefix participants --sandbox
    [1mNext[22m, to hand out the keys:
      orkeys handout slips participants --sandbox

    The same without questions:
      orkeys provision participants.xlsx --limit 1 --prefix participants --sandbox
    --- stderr
    orkeys creates one OpenRouter API key per participant, each with a limit.
    Enter takes the answer in brackets, ? explains, Ctrl-C stops.

      1  a sample roster with 5 invented participants (writes participants.xlsx)
    Roster: a number, or the path of a spreadsheet [1]: Limit per participant, in US dollars [1]: Prefix: the name of the workshop [participants]: 
    Here is the plan. Nothing is created before you confirm it.

    [33mSandbox  [39m simulated account; keys cost nothing and work nowhere else
    [1mWorkshop [22m participants → output/sandbox/participants
    [1mRoster   [22m participants.xlsx, sheet "Participants": 5 participants in 5 rows
    [1mColumns  [22m email A, name B, surname C

    [1mROW  NAME                EMAIL                         LIMIT[22m
      2  Anda Baklāne        anda.baklane@example.org      $1.00
      3  Jānis Kalniņš       janis.kalnins@example.org     $1.00
      4  María García López  maria.garcia@example.org      $1.00
      5  Jürgen Müller       jurgen.muller@example.org     $1.00
      6  Олена Шевченко      olena.shevchenko@example.org  $1.00

    [1mCreate   [22m 5 keys, $1.00 each, no expiration
    [1mLimits   [22m total limit $5.00; remaining credit $1,000.00
    "
  `);
  expect(names()).toEqual(['output', 'participants.xlsx']);
});

test.each([0, 1, 2, 3])('Ctrl-C at question %d leaves nothing behind', async (before) => {
  const { guide, names, service } = await useFolder();
  const { code, stdout, stderr } = await guide('start', [...Array<string>(before).fill(ENTER), CTRL_C]);
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toContain('Cancelled; nothing was changed.');
  expect(names()).toEqual(['AI_2026_participants.csv']);
  expect(service.requests).toEqual([]);
});

test('Ctrl-C at the management key leaves nothing behind; so does the end of input at any question', async () => {
  const { guide, names, service } = await useFolder();
  const toTheKey = [ENTER, ENTER, ENTER, '2'];
  expect((await guide('start', [...toTheKey, CTRL_C])).code).toBe(130);
  for (let before = 0; before < 4; before++) {
    const { code, stderr } = await guide('start', Array<string>(before).fill(ENTER));
    expect([code, stderr.endsWith('Cancelled; nothing was changed.\n')]).toEqual([0, true]);
  }
  expect(names()).toEqual(['AI_2026_participants.csv']);
  expect(service.requests).toEqual([]);
});

test('real keys: the typed management key is used for this run, and is nowhere afterwards', async () => {
  const { cwd, guide, keysOf, service } = await useFolder();
  const { screen, stdout, stderr } = await guide('start', [ENTER, ENTER, ENTER, '2', WORK_KEY, 'y']);
  expect(screen.replaceAll(service.url, '<url>')).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    [1mROW  NAME      STATUS   KEY NAME                   SECRET[22m
      2  Ada Lind  created  AI_2026_Ada_Lind_<tag>  <masked>
      3  Bo Krag   created  AI_2026_Bo_Krag_<tag>   <masked>

    Created 2 keys, total limit $2.00
    [1mSaved in[22m <folder>/output/AI_2026
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    [1mNext[22m, to test every key:
      orkeys verify --prefix AI_2026
    [1mNext[22m, to hand out the keys:
      orkeys handout slips AI_2026

    The same without questions:
      orkeys provision AI_2026_participants.csv --limit 1 --prefix AI_2026
    To save the management key for it:
      orkeys login
    --- stderr
    orkeys creates one OpenRouter API key per participant, each with a limit.
    Enter takes the answer in brackets, ? explains, Ctrl-C stops.

      1  AI_2026_participants.csv
    Roster: a number, or the path of a spreadsheet [1]: AI_2026_participants.csv: 2 participants
    Limit per participant, in US dollars [1]: Prefix: the name of the workshop [AI_2026]:   1  rehearsal: simulated keys that work nowhere; no account, no cost
      2  real keys on your OpenRouter account
    Rehearsal, or real keys [1]:   Paste your management key. Enter rehearses instead, ? explains.
    Management key (not shown): 

    Here is the plan. Nothing is created before you confirm it.

    [33mServer   [39m http://<host>/api/v1 (from ORKEYS_BASE_URL)
    [1mWorkshop [22m AI_2026 → output/AI_2026
    [1mAccount  [22m user_work, management key <masked>
    [1mRoster   [22m AI_2026_participants.csv: 2 participants in 2 rows
    [1mColumns  [22m email A, name B, surname C

    [1mROW  NAME      EMAIL            LIMIT[22m
      2  Ada Lind  ada@example.org  $1.00
      3  Bo Krag   bo@example.org   $1.00

    [1mCreate   [22m 2 keys, $1.00 each, no expiration
    [1mLimits   [22m total limit $2.00; remaining credit $1,000.00
    "
  `);
  expect(keysOf('AI_2026', 'output')).toHaveLength(2);
  expect(new Set(service.requests.map(({ key }) => key))).toEqual(new Set([WORK_KEY]));
  expect(await findLeaks([WORK_KEY], { stdout, stderr }, cwd)).toEqual([]);
  expect(readFileSync(join(cwd, 'output', 'AI_2026', 'journal.jsonl'), 'utf8')).not.toContain(WORK_KEY);
});

test('real keys: a management key that is set is taken, and named', async () => {
  const { guide, env, service } = await useFolder();
  const answers = [ENTER, ENTER, ENTER, '2', 'y'];
  const { code, stdout, stderr } = await guide('start', answers, {
    env: { ...env, OPENROUTER_MANAGEMENT_KEY: HOME_KEY },
  });
  expect([code, stdout.includes('orkeys login')]).toEqual([0, false]);
  expect(stderr).toContain('Management key: OPENROUTER_MANAGEMENT_KEY in the environment\n');
  expect(new Set(service.requests.map(({ key }) => key))).toEqual(new Set([HOME_KEY]));
});

test('real keys without a management key become a rehearsal', async () => {
  const { guide, keysOf, service } = await useFolder();
  const { stderr } = await guide('start', [ENTER, ENTER, ENTER, '2', '?', 'abc', ENTER, 'y']);
  expect(stderr).toContain('This cannot be a management key.');
  expect(stderr).toContain('Without a management key, this is a rehearsal.');
  expect(keysOf('AI_2026')).toHaveLength(2);
  expect(service.requests).toEqual([]);
});

test('a rejected management key changes nothing, and says so as ever', async () => {
  const { guide } = await useFolder();
  const { code, stdout, stderr } = await guide('start', [
    ENTER,
    ENTER,
    ENTER,
    '2',
    'sk-or-v1-test-wrong-0123456789abcdef0123',
    'y',
  ]);
  expect(code).toBe(4);
  expect(stderr).toContain('rejected');
  // The answers are not lost.
  expect(stdout).toContain('orkeys provision AI_2026_participants.csv --limit 1 --prefix AI_2026\n');
});

test('a plan that is not confirmed creates nothing, and the command is printed all the same', async () => {
  const { cwd, guide } = await useFolder();
  const { code, stdout } = await guide('start', [ENTER, ENTER, ENTER, ENTER, 'n']);
  expect(code).toBe(0);
  expect(stdout).toContain('orkeys provision AI_2026_participants.csv --limit 1 --prefix AI_2026 --sandbox');
  const folder = join(cwd, 'output', 'sandbox', 'AI_2026');
  expect(readdirSync(folder)).not.toContain('keys.json');
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).not.toContain('"intent"');
});

test('a dry run shows the plan and stops', async () => {
  const { guide, names } = await useFolder();
  const { code, stderr, stdout } = await guide('start --dry-run', [ENTER, ENTER, ENTER, ENTER]);
  expect([code, `${stdout}${stderr}`.includes('Create 2 keys?')]).toEqual([0, false]);
  expect(names()).toEqual(['AI_2026_participants.csv']);
});

test('a dry run writes no sample', async () => {
  const { guide, names } = await useFolder({});
  expect(await guide('start --dry-run', [ENTER])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('This folder has no spreadsheet'),
  });
  expect(names()).toEqual([]);
});

test('a file whose name leaves no prefix is offered one', async () => {
  const { guide, keysOf } = await useFolder({ '$%.csv': TWO });
  expect((await guide('start', [ENTER, ENTER, ENTER, ENTER, 'y'])).code).toBe(0);
  expect(keysOf('workshop')).toHaveLength(2);
});

test('without a terminal it refuses, with the command to use', async () => {
  const { cwd } = await useFolder();
  for (const [args, command] of [
    [['start'], 'orkeys provision participants.xlsx --limit 1 --sandbox'],
    [['start', 'my list.csv'], "orkeys provision 'my list.csv' --limit 1 --sandbox"],
  ] as const) {
    expect(await orkeys(args, { cwd })).toEqual({
      code: 2,
      stdout: '',
      stderr: `Error: orkeys start asks questions, so it needs a terminal.\nHint: Without questions: ${command}\n`,
    });
  }
});

test('rows with problems stop the guide at once, with all of them, or are skipped', async () => {
  const { guide, keysOf, names } = await useFolder({ 'W.csv': `${TWO}nobody,No,Body\n` });
  const stopped = await guide('start', [ENTER, '?', ENTER]);
  expect(stopped.screen).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    orkeys creates one OpenRouter API key per participant, each with a limit.
    Enter takes the answer in brackets, ? explains, Ctrl-C stops.

      1  W.csv
    Roster: a number, or the path of a spreadsheet [1]: W.csv: 2 participants, 1 problem
      1  stop, and show the problems
      2  skip these rows: their participants get no key
    Rows with problems [1]:   These rows cannot be used as they are, for example because an email address is
      missing or not valid. It is best to stop, correct them in the spreadsheet and
      start again. Rows that are skipped can be corrected later: the same command
      then creates their keys.
    Rows with problems [1]: [31mError:[39m W.csv has 1 problem. Nothing was created.

      Invalid email address: it has no @. Correct it, or delete the row.
        row 4, column A: "nobody"

    [1mHint:[22m Fix the rows and run the same command again, or add --skip-invalid to
      skip them.
    "
  `);
  expect(names()).toEqual(['W.csv']);
  const { code, stdout } = await guide('start W.csv', ['2', ENTER, ENTER, ENTER, 'y']);
  expect([code, keysOf('W').length]).toEqual([0, 2]);
  expect(stdout).toContain('orkeys provision W.csv --limit 1 --prefix W --skip-invalid --sandbox\n');
});

test('an escape sequence in the name of a file does not reach the terminal', async () => {
  const { guide } = await useFolder({ 'W\u001b[31m.csv': TWO });
  const { stdout, stderr } = await guide('start', [ENTER, ENTER, 'WS', ENTER, 'y']);
  expect(`${stdout}${stderr}`).not.toContain('\u001b[31m');
});

test('a spreadsheet in place of a command opens the guide', async () => {
  const { guide, keysOf } = await useFolder();
  expect((await guide('AI_2026_participants.csv', [ENTER, ENTER, ENTER, 'y'])).code).toBe(0);
  expect(keysOf('AI_2026')).toHaveLength(2);
});

test('without a terminal a spreadsheet in place of a command is an error that says what to type', async () => {
  const { cwd, names } = await useFolder();
  const refused = await orkeys(['AI_2026_participants.csv'], { cwd });
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toBe(
    'Error: AI_2026_participants.csv is a file, not a command.\n' +
      'Hint: To create keys from it: orkeys provision AI_2026_participants.csv --limit 1 --dry-run\n',
  );
  expect(names()).toEqual(['AI_2026_participants.csv']);
});

test.each(['missing.csv', 'notes.txt'])('%s in place of a command is an unknown command', async (word) => {
  const { guide } = await useFolder({ 'notes.txt': 'hello' });
  expect(await guide(word, [])).toMatchObject({ code: 2, stderr: expect.stringContaining('Unknown command') });
});
