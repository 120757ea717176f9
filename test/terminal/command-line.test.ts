import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { quoteArgument, shellOf } from '../../src/shell.ts';
import { commandLine } from '../../src/terminal/command-line.ts';

const EVIL = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell would run
  'k$(touch${IFS}PWN).csv',
  '`touch PWN`',
  '!!',
  "it's",
  'a"b',
  'my results',
  '%PATH%',
  '~',
  '*',
  '',
  '=ls',
  'a;b|c&d',
  'back\\slash\\',
  '#x',
  '-v',
];

test.runIf(process.platform !== 'win32').each(['sh', 'bash'])(
  '%s hands over exactly what a file is called',
  (shell) => {
    for (const arg of EVIL) {
      const line = `printf %s ${quoteArgument(arg, 'posix')}`;
      expect(execFileSync(shell, ['-c', line], { encoding: 'utf8' })).toBe(arg === '-v' ? '-v' : arg);
    }
  },
);

test('PowerShell gets single quotes, in which nothing is expanded', () => {
  expect(commandLine(['list', '--out', 'k$(calc)'], {}, 'powershell')).toBe("orkeys list --out 'k$(calc)'");
  expect(quoteArgument("it's ’ here", 'powershell')).toBe("'it''s ’’ here'");
  expect(quoteArgument('@a', 'powershell')).toBe("'@a'");
  expect(quoteArgument('a,b', 'powershell')).toBe("'a,b'");
});

test('cmd gets double quotes; a variable is not expanded and a backslash does not swallow the quote', () => {
  expect(quoteArgument('my dir\\', 'cmd')).toBe('"my dir\\\\"');
  expect(quoteArgument('%PATH%', 'cmd')).toBe('^"^%PATH^%^"');
  expect(quoteArgument('a&b', 'cmd')).toBe('"a&b"');
  expect(quoteArgument('a" & calc', 'cmd')).toBe('^"a\\^" ^& calc^"');
});

test('ordinary words, folders and addresses need no quotes', () => {
  for (const arg of ['BSSDH_2025', 'a/b.csv', 'anna@example.org', '--limit=1', 'Bērziņš'])
    expect(quoteArgument(arg, 'posix')).toBe(arg);
  expect(quoteArgument('C:\\Users\\anna', 'powershell')).toBe('C:\\Users\\anna');
});

test('the shell is told by the platform, and cmd by the prompt that it sets', () => {
  expect(shellOf({ platform: 'linux', env: {} })).toBe('posix');
  expect(shellOf({ platform: 'win32', env: {} })).toBe('powershell');
  expect(shellOf({ platform: 'win32', env: { PROMPT: '$P$G' } })).toBe('cmd');
});

test('through npx the command goes through npx again', () => {
  expect(commandLine(['list'], { npm_lifecycle_event: 'npx' }, 'posix')).toBe('npx orkeys list');
});
