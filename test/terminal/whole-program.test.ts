import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltProgram, buildProgram, inShell } from '../support/built-program.ts';
import { temporaryFolder } from '../support/cli.ts';
import { openTerminal, whyNoTmux } from './support/tmux.ts';

const missing = whyNoTmux();
const CANCELLED = 'Cancelled; nothing was changed.';

describe.skipIf(missing !== undefined)(
  `the program at a terminal${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let program: BuiltProgram;

    beforeAll(() => {
      program = buildProgram();
    }, 60_000);
    afterAll(() => program.remove());

    /** A shell in a folder with a roster of two people; `orkeys` is the built program on a sandbox. */
    async function openShell({ columns = 90, env = '' } = {}) {
      const cwd = temporaryFolder();
      writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name,Surname\nada@example.org,Ada,Lind\nbo@example.org,Bo,Krag\n');
      const start = `cd '${cwd}'; PS1='> '; orkeys() { env -u npm_lifecycle_event ${env} ${inShell(program)} "$@"; }`;
      writeFileSync(join(cwd, 'start.sh'), start);
      const terminal = await openTerminal(join(cwd, 'tmux'), columns, `ENV='${cwd}/start.sh' sh -i`);
      onTestFinished(() => terminal.close());
      await terminal.shows('>');
      const enter = (line: string) => terminal.type(line, 'Enter');
      return {
        cwd,
        terminal,
        enter,
        /** runs a command to its end and gives its last screen */
        run: async (line: string) => {
          await enter(`clear; ${line}; echo exit "code: $?"`);
          return terminal.shows('exit code: ');
        },
        keysOf: (prefix: string) => existsSync(join(cwd, 'output', 'sandbox', prefix, 'keys.json')),
      };
    }

    test.each([
      ['standard error', '2>err.txt'],
      ['standard output and standard error', '>out.txt 2>err.txt'],
    ])('with %s in a file the question goes to the terminal', async (_, redirection) => {
      const { cwd, terminal, enter, keysOf } = await openShell();
      await enter(`orkeys provision W.csv --sandbox ${redirection}; echo exit "code: $?"`);
      const asked = await terminal.shows('Create 2 keys? [y/N]');
      expect(asked).toContain('Workshop  W → output/sandbox/W');
      expect(asked).toMatch(/2 {2}Ada Lind {2}ada@example\.org {2}\$1\.00/);
      await terminal.type('n', 'Enter');
      expect(await terminal.shows('exit code: 0')).toContain(CANCELLED);
      expect(keysOf('W')).toBe(false);
      await enter(`clear; orkeys create Solo --sandbox ${redirection}; echo exit "code: $?"`);
      await terminal.shows('Create the key Solo? [y/N]');
      await terminal.type('y', 'Enter');
      await terminal.shows('exit code: 0');
      expect(readFileSync(join(cwd, 'err.txt'), 'utf8')).not.toContain('[y/N]');
    });

    test.each([
      ['provision W.csv', 'Create 2 keys? [y/N]'],
      ['create Solo', 'Create the key Solo? [y/N]'],
      ['sync MORE.csv', 'Create 1 key? [y/N]'],
      ['update --prefix MORE --limit 2', 'Change 1 key? [y/N]'],
      ['rotate --prefix MORE', 'Type MORE to confirm:'],
      ['revoke --prefix MORE', 'Type MORE to confirm:'],
      ['provision MOVED.csv --prefix MORE', 'Is this the same person, who keeps the key? [y/N]'],
    ])('Ctrl-C at the question of %s cancels and says so', async (command, question) => {
      const { cwd, terminal, enter, run } = await openShell();
      writeFileSync(join(cwd, 'MORE.csv'), 'E-mail,Name,Surname\ncleo@example.org,Cleo,Ruiz\n');
      writeFileSync(join(cwd, 'MOVED.csv'), 'E-mail,Name,Surname\ncleo.new@example.org,Cleo,Ruiz\n');
      await run('orkeys provision MORE.csv --sandbox --yes');
      if (command.startsWith('sync')) {
        writeFileSync(
          join(cwd, 'MORE.csv'),
          'E-mail,Name,Surname\ncleo@example.org,Cleo,Ruiz\nd@example.org,Dora,Weiss\n',
        );
      }
      await enter(`clear; orkeys ${command} --sandbox; echo exit "code: $?"`);
      await terminal.shows(question);
      await terminal.type('C-c');
      const screen = await terminal.shows('exit code: ');
      expect(screen).toContain(`${question} ^C\n${CANCELLED}\nexit code: 130`);
      expect(screen).not.toContain('in progress');
    });

    test('a piped standard input is no terminal: creating goes on, deleting is refused', async () => {
      const { run, keysOf } = await openShell();
      const created = await run('echo n | orkeys provision W.csv --sandbox');
      expect(created).toContain('Created 2 keys');
      expect(created).not.toContain('[y/N]');
      expect(keysOf('W')).toBe(true);
      const refused = await run('echo W | orkeys revoke --prefix W --sandbox');
      expect(refused.replaceAll(/\s+/g, ' ')).toContain('Cannot ask for confirmation without a terminal');
      expect(refused).toContain('exit code: 2');
    });

    test.each([
      ['60 columns', { columns: 60 }],
      ['TERM=dumb', { env: 'TERM=dumb' }],
      ['NO_COLOR', { env: 'NO_COLOR=1' }],
    ])('with %s the plan, the question and the result can be read', async (_, options) => {
      const { terminal, enter } = await openShell(options);
      await enter('clear; orkeys provision W.csv --sandbox; echo exit "code: $?"');
      const asked = await terminal.shows('Create 2 keys? [y/N]');
      expect(asked).toMatch(/2 {2}Ada Lind {2}ada@example\.org {2}\$1\.00/);
      expect(asked).toMatch(/^Create {4}2 keys, \$1\.00 each, no expiration$/m);
      await terminal.type('y', 'Enter');
      const done = await terminal.shows('exit code: 0');
      expect(done).toContain('Created 2 keys, total limit $2.00');
      expect(done).toMatch(/^ {2}orkeys verify --prefix W --sandbox$/m);
      const styled = await terminal.styledScreen();
      expect(styled.includes('\u001b[1m')).toBe(!('env' in options));
      expect(await terminal.ask('#{cursor_flag}')).toBe('1');
    });

    test('a window that shrinks while a bar runs keeps a bar and a result that can be read', async () => {
      const { cwd, terminal, enter } = await openShell({ columns: 100 });
      const people = Array.from({ length: 30 }, (_, at) => `p${at}@example.org,Person,Number${at}`);
      writeFileSync(join(cwd, 'MANY.csv'), `E-mail,Name,Surname\n${people.join('\n')}\n`);
      await enter(
        'clear; orkeys provision MANY.csv --prefix BAR --sandbox --yes --rate 12 >out.txt; echo exit "code: $?"',
      );
      await terminal.shows('Creating keys');
      await terminal.resize(60);
      const screen = await terminal.shows('exit code: 0');
      expect(screen.match(/^Creating keys.*$/gm)).toEqual([
        expect.stringMatching(/^Creating keys \[=+\] 30\/30 .* done in \d+ s$/),
      ]);
      expect(screen).toMatch(/^Create {4}30 keys, \$1\.00 each, no expiration$/m);
      expect(readFileSync(join(cwd, 'out.txt'), 'utf8')).toContain('Created 30 keys');
      expect(await terminal.ask('cursor #{cursor_flag}, wraps #{wrap_flag}')).toBe('cursor 1, wraps 1');
    });
  },
);
