import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { moveCommandFirst } from '../../src/commands/flags/before-command.ts';
import { orkeys, temporaryFolder } from '../support/cli.ts';

async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await orkeys(args, { cwd: temporaryFolder() });
  expect([code, stdout]).toEqual([2, '']);
  return stderr;
}

describe('a command line that is wrong says what to type instead', () => {
  test.each(['update', 'rotate', 'revoke'])('orkeys %s BSSDH_2025', async (name) => {
    expect(await refused(name, 'BSSDH_2025')).toBe(
      `Error: orkeys ${name} selects a workshop with --prefix only, so BSSDH_2025 is unexpected.\n` +
        `Hint: Did you mean --prefix BSSDH_2025?\n`,
    );
  });

  test.each([
    [['show', 'Anda', 'Baklane'], 'put it in quotes: orkeys show "Anda Baklane"'],
    [['whoami', 'me'], 'takes no arguments, so me is unexpected.\nHint: For usage, run: orkeys whoami --help'],
    [['list', ''], 'An argument is empty.\nHint: Add a prefix or an email address, or remove it.'],
    [['list', 'A', 'B'], 'A and B cannot be combined: they name two workshops.'],
    [['verify', 'A', '--prefix', 'B'], 'A and --prefix B cannot be combined: they name two workshops.'],
    [['provision'], 'orkeys provision needs <roster>.\nHint: For usage, run: orkeys provision --help'],
    [['list', '--prefix'], 'Option --prefix needs a value.'],
    [['lsit'], 'Unknown command lsit.\nHint: Did you mean list? For usage, run: orkeys --help'],
    [['journal', 'verfy'], 'Did you mean verify? For usage, run: orkeys journal --help'],
    [['journal'], 'orkeys journal needs a subcommand.\nHint: Use one of: orkeys journal verify,'],
    [['list', '--prefx', 'A'], 'orkeys list has no option --prefx.\nHint: Did you mean --prefix?'],
    [['--prefix', 'A', 'list'], 'Options go after the command. For usage, run: orkeys list --help'],
    [['--sandbox'], 'Options go after the command. For usage, run: orkeys --help'],
    [['completion', 'tcsh'], 'Invalid <shell> tcsh.\nHint: Available values: bash, zsh, fish, powershell'],
    [['create', 'x', '--limit-reset', 'hourly'], 'Invalid --limit-reset hourly.\nHint: Available values: daily,'],
    [['list', '--rate', 'abc'], 'Invalid --rate abc: expected a number above 0.\nHint: For example: --rate 5'],
    [['sandbox', '--port', '99999'], 'Invalid --port 99999: expected a whole number, from 0 to 65535.'],
  ])('orkeys %j', async (args, words) => {
    expect(await refused(...args)).toContain(words);
  });
});

test.each([
  ['list', '--name', ''],
  ['revoke', '--prefix='],
  ['verify', '--hash', 'abcd', '--hash', ''],
  ['provision', 'roster.csv', '--out', ''],
])('an empty value is refused and not guessed at: orkeys %s %s %s', async (...args) => {
  expect(await refused(...args.filter((arg) => arg !== undefined), '--sandbox')).toMatch(
    /^Error: Option --\w+ has an empty value\.\nHint: Add a value, or remove --\w+\. For usage, run: orkeys \w+ --help\n$/,
  );
});

describe('options that commands share may stand before the command', () => {
  test.each([
    [
      ['--sandbox', 'list'],
      ['list', '--sandbox'],
    ],
    [
      ['--out', 'list', '--rate=5', 'revoke', '--prefix', 'A'],
      ['revoke', '--out', 'list', '--rate=5', '--prefix', 'A'],
    ],
    [
      ['-y', '--json', 'journal', 'verify', 'A', '--quiet'],
      ['journal', 'verify', 'A', '-y', '--json', '--quiet'],
    ],
    [
      ['journal', '--json', 'verify'],
      ['journal', 'verify', '--json'],
    ],
    [
      ['list', '--prefix', '--sandbox'],
      ['list', '--prefix', '--sandbox'],
    ],
    [
      ['--prefix', 'A', '--json', 'list'],
      ['--prefix', 'A', '--json', 'list'],
    ],
    [
      ['show', '--', '--json'],
      ['show', '--', '--json'],
    ],
  ])('orkeys %j', (typed, meant) => {
    expect(moveCommandFirst(typed)).toEqual(meant);
  });

  test('they work there as they do behind it', async () => {
    const cwd = temporaryFolder();
    const behind = await orkeys(['list', '--sandbox', '--json'], { cwd });
    expect(behind).toMatchObject({ code: 0, stderr: '' });
    expect(await orkeys(['--sandbox', '--json', 'list'], { cwd })).toEqual(behind);
  });

  test('an error is JSON then too', async () => {
    const { stderr } = await orkeys(['--json', 'lsit'], { cwd: temporaryFolder() });
    expect(JSON.parse(stderr)).toEqual({
      error: {
        code: 'usage',
        message: 'Unknown command lsit.',
        hint: 'Did you mean list? For usage, run: orkeys --help',
      },
    });
  });
});

describe('where one workshop is meant', () => {
  const roster = 'Email,Name\nanda@example.org,Anda\n';

  async function twoWorkshops(): Promise<string> {
    const cwd = temporaryFolder();
    for (const prefix of ['A', 'B']) {
      mkdirSync(join(cwd, 'rosters'), { recursive: true });
      writeFileSync(join(cwd, 'rosters', `${prefix}.csv`), roster);
      const args = ['provision', `rosters/${prefix}.csv`, '--prefix', prefix, '--sandbox', '--yes'];
      expect(await orkeys(args, { cwd })).toMatchObject({ code: 0 });
    }
    return cwd;
  }

  test('its prefix is an argument or an option', async () => {
    const cwd = await twoWorkshops();
    for (const words of [
      ['export'],
      ['journal', 'verify'],
      ['journal', 'repair'],
      ['journal', 'rebuild'],
      ['doctor'],
    ]) {
      const tell = async (...prefix: string[]) => {
        const { code, stdout } = await orkeys([...words, ...prefix, '--sandbox', '--json'], { cwd });
        const { prefix: named } = JSON.parse(stdout);
        return { code, named };
      };
      expect(await tell('--prefix', 'B'), words.join(' ')).toEqual(await tell('B'));
    }
    const { stdout } = await orkeys(['export', '--prefix', 'B', '--sandbox', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({ prefix: 'B' });
  });

  test('two different ones are refused', async () => {
    expect(await refused('export', 'A', '--prefix', 'B')).toBe(
      'Error: A and --prefix B cannot be combined: they name two workshops.\nHint: Remove one of them.\n',
    );
  });

  test('a journal is never replaced without a name', async () => {
    expect(await refused('journal', 'rebuild')).toContain('For example: orkeys journal rebuild BSSDH_2025');
  });
});
