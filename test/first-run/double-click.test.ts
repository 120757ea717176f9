import { writeFileSync } from 'node:fs';
import { basename, join, win32 } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Launch, openedByDoubleClick, runOpened } from '../../src/first-run/double-click.ts';
import { run } from '../../src/main.ts';
import { temporaryFolder } from '../support/cli.ts';
import { CTRL_C, createTestContext } from '../support/context.ts';

const EXE = String.raw`C:\Users\Zane\Downloads\orkeys.exe`;
const MODULES = String.raw`C:\Program Files\WindowsPowerShell\Modules;C:\WINDOWS\system32\WindowsPowerShell\v1.0\Modules`;

/** What Explorer hands over: the variables of Windows and of its user, and nothing of a shell. */
const CLICKED: Launch = {
  platform: 'win32',
  isExecutable: true,
  execPath: EXE,
  title: EXE,
  env: { Path: String.raw`C:\WINDOWS\system32`, PSModulePath: MODULES, SystemRoot: String.raw`C:\WINDOWS` },
  args: [],
};

describe('a double click is told from a shell', () => {
  test.each<[string, Partial<Launch>]>([
    ['the window is named after the program', {}],
    ['in another case', { title: EXE.toUpperCase() }],
    ['a shortcut', { title: String.raw`C:\Users\Zane\Desktop\orkeys.lnk` }],
    ['a file is dropped on it', { args: [String.raw`C:\Users\Zane\list.xlsx`] }],
    ['Windows Terminal names the window otherwise', { title: 'orkeys' }],
    ['Explorer was started from a shell', { env: { ...CLICKED.env, PROMPT: '$P$G' } }],
  ])('%s', (_, launch) => {
    expect(openedByDoubleClick({ ...CLICKED, ...launch })).toBe(true);
  });

  const title = 'Windows PowerShell';
  const usersModules = String.raw`C:\Users\Zane\Documents\WindowsPowerShell\Modules;${MODULES}`;
  test.each<[string, Partial<Launch>]>([
    ['cmd', { title: 'C:\\WINDOWS\\system32\\cmd.exe - orkeys', env: { ...CLICKED.env, PROMPT: '$P$G' } }],
    ['PowerShell', { title, env: { ...CLICKED.env, PSModulePath: usersModules } }],
    ['a tab of Windows Terminal', { title: 'Nushell', env: { ...CLICKED.env, WT_SESSION: '0c8f' } }],
    ['Git Bash', { title: 'MINGW64:/c/Users/Zane', env: { ...CLICKED.env, MSYSTEM: 'MINGW64' } }],
    [
      'an ssh session',
      { title: 'c:\\windows\\system32\\conhost.exe', env: { SSH_CONNECTION: '10.0.0.2 1 10.0.0.3 22' } },
    ],
    ['more arguments than a drop has', { args: ['provision', 'x.xlsx'] }],
    ['the program from npm', { isExecutable: false }],
    ['macOS, where Terminal stays open', { platform: 'darwin' }],
    ['Linux', { platform: 'linux' }],
  ])('%s is none', (_, launch) => {
    expect(openedByDoubleClick({ ...CLICKED, ...launch })).toBe(false);
  });
});

const CLOSE = '\nPress Enter to close this window. ';

/** Started by a click in a folder with one roster, by somebody who types these answers. */
async function click(answers: string[], launch: Partial<Launch> = {}, file?: string) {
  const cwd = temporaryFolder();
  const elsewhere = temporaryFolder();
  writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name\nada@example.org,Ada\n');
  const ctx = createTestContext({ cwd: file === undefined ? cwd : elsewhere, answers });
  const args = file === undefined ? (launch.args ?? []) : [join(cwd, file)];
  const code = await runOpened({ ...CLICKED, ...launch, args }, ctx, run);
  return { cwd, code, stdout: ctx.stdout.text(), stderr: ctx.stderr.text() };
}

test('a double click opens the guide, and the window stays until Enter', async () => {
  const { code, stdout, stderr } = await click(['', '', '', '', 'y', '']);
  expect(code).toBe(0);
  expect(stderr).toContain('orkeys creates one OpenRouter API key per participant');
  expect(stdout).toContain('Created 1 key');
  expect(stderr.endsWith(CLOSE)).toBe(true);
});

test.each<[string, Partial<Launch>, string | undefined]>([
  ['elsewhere', {}, String.raw`write C:\Users\Zane\Downloads\orkeys.exe in place of orkeys.`],
  [
    'in a folder with a space',
    { execPath: String.raw`C:\New folder\orkeys.exe`, title: 'orkeys' },
    String.raw`write & 'C:\New folder\orkeys.exe' in place of orkeys.`,
  ],
  [
    'in a folder of the Path',
    { env: { ...CLICKED.env, Path: String.raw`C:\WINDOWS;c:\users\zane\downloads\\` } },
    undefined,
  ],
])('the program is %s: the last lines say how to type a command', async (_, launch, said) => {
  const { stderr } = await click(['', '', '', '', 'n', ''], launch);
  const text = stderr.replace(/\s+/g, ' ');
  if (said === undefined) expect(text).not.toContain('in place of orkeys');
  else expect(text).toContain(said);
});

test('a program beside the roster is started from its own folder', async () => {
  const cwd = temporaryFolder();
  const ctx = createTestContext({ cwd, answers: [''] });
  await runOpened({ ...CLICKED, execPath: win32.join(cwd, 'orkeys.exe'), args: ['lsit'], title: 'orkeys' }, ctx, run);
  expect(ctx.stderr.text().replace(/\s+/g, ' ')).toContain(String.raw`write .\orkeys in place of orkeys.`);
});

test('an error stays until Enter, too', async () => {
  const { code, stderr } = await click([''], { args: ['lsit'] });
  expect(code).toBe(2);
  expect(stderr).toMatch(/Unknown command lsit\.[\s\S]*\nPress Enter to close this window\. $/);
});

test('Ctrl-C closes the window at once', async () => {
  const { code, stderr } = await click(['', CTRL_C]);
  expect([code, stderr.includes(CLOSE)]).toEqual([130, false]);
});

test('a roster that is dropped on the program is asked about, and its results are beside it', async () => {
  const { cwd, code, stdout, stderr } = await click(['', '', '', 'y', ''], {}, 'W.csv');
  expect(code).toBe(0);
  expect(stdout).toContain(`Saved in\u001b[22m ${join(cwd, 'output', 'sandbox', 'W')}`);
  expect(stdout).toContain('orkeys provision W.csv --limit 1 --prefix W --sandbox');
  expect(stderr).not.toContain('Roster: a number');
});

test('what is started in a shell shows no question of windows', async () => {
  const { stdout, stderr } = await click([], { isExecutable: false });
  expect(stdout).toContain('Three ways to start');
  expect(stderr).not.toContain(CLOSE);
});

test('where nobody can answer, nothing waits', async () => {
  const ctx = createTestContext({ cwd: temporaryFolder() });
  expect(await runOpened(CLICKED, ctx, run)).toBe(0);
  expect(basename(ctx.cwd)).not.toBe('');
  expect(ctx.stderr.text()).toBe('');
});
