import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltProgram, buildProgram, inShell } from '../support/built-program.ts';
import { findLeaks } from '../support/canary.ts';
import { temporaryFolder } from '../support/cli.ts';
import { useTwoAccounts, WORK_KEY } from '../support/two-accounts.ts';
import { openTerminal, whyNoTmux } from './support/tmux.ts';

const missing = whyNoTmux();

describe.skipIf(missing !== undefined)(`start and init at a terminal${missing ? ` (${missing})` : ''}`, () => {
  let program: BuiltProgram;
  beforeAll(() => {
    program = buildProgram();
  }, 60_000);
  afterAll(() => program.remove());

  /** A shell in a folder with a roster of two people, where nothing is set up; the account is a local one. */
  async function openShell(columns: number) {
    const cwd = temporaryFolder();
    const work = temporaryFolder();
    const { url, requests } = await useTwoAccounts();
    writeFileSync(join(work, 'W.csv'), 'E-mail,Name\nada@example.org,Ada\nbo@example.org,Bo\n');
    const set = `HOME='${cwd}' XDG_CONFIG_HOME='${cwd}/config' ORKEYS_BASE_URL='${url}'`;
    const start = `cd '${work}'; PS1='> '; orkeys() { env -u npm_lifecycle_event ${set} ${inShell(program)} "$@"; }`;
    writeFileSync(join(cwd, 'start.sh'), start);
    const terminal = await openTerminal(join(cwd, 'tmux'), columns, `ENV='${cwd}/start.sh' sh -i`);
    onTestFinished(() => terminal.close());
    await terminal.shows('>');
    const screens: string[] = [];
    return {
      work,
      requests,
      terminal,
      screens,
      /** runs a command, and says how it ended */
      enter: (line: string) => terminal.type(`clear; ${line}; echo exit "code: $?"`, 'Enter'),
      /** types an answer and Enter once the question is there; the screen before is kept */
      answer: async (question: string, ...keys: string[]) => {
        screens.push(await terminal.shows(question));
        await terminal.type(...keys, 'Enter');
      },
    };
  }

  test.each([80, 40])(
    'in %d columns Enter takes the defaults, ? explains, and lines break between words',
    async (columns) => {
      const { work, terminal, enter, answer, screens } = await openShell(columns);
      await enter('orkeys start');
      await answer('[1]:', '?');
      await answer('only read', '');
      await answer('US dollars', 'much');
      await answer('Invalid limit much', '');
      await answer('[W]:', '');
      await answer('keys [1]:', '');
      await answer('[y/N]', 'y');
      const last = await terminal.shows('exit code: 0');
      expect(last).toContain('The same without questions:');
      expect(existsSync(join(work, 'output', 'sandbox', 'W', 'keys.json'))).toBe(true);
      // A line that is too long would be broken by the terminal within a word.
      expect(screens[2]).toContain(columns === 40 ? 'in US dollars\n[1]:' : 'in US dollars [1]:');
      expect(screens[1]).toMatch(/participants: one\s+row\s+each/);
    },
  );

  test('the management key is not shown, pasted or typed, and is used for this run only', async () => {
    const { work, terminal, enter, answer, screens, requests } = await openShell(80);
    await enter('orkeys start W.csv');
    await answer('dollars [1]:', '');
    await answer('[W]:', '');
    await answer('keys [1]:', '2');
    await terminal.shows('(not shown):');
    await terminal.type('?', 'Enter');
    screens.push(await terminal.shows('paste it here'));
    await terminal.paste(`${WORK_KEY}\n`);
    await answer('[y/N]', 'y');
    screens.push(await terminal.shows('exit code: 0'));
    expect(screens.at(-1)).toContain('To save the management key for it:\n  orkeys login');
    expect(screens.join('\n')).not.toContain('test-work');
    expect(requests.length).toBeGreaterThan(0);
    expect(await findLeaks([WORK_KEY], {}, work)).toEqual([]);
    await terminal.type('echo hello', 'Enter');
    expect(await terminal.shows('echo hello')).toContain('\nhello');
  });

  test.each([
    ['the roster', []],
    ['the limit', ['[1]:']],
    ['the prefix', ['[1]:', 'dollars [1]:']],
    ['rehearsal or real', ['[1]:', 'dollars [1]:', '[W]:']],
  ])('Ctrl-C at the question about %s leaves nothing behind', async (_, before) => {
    const { work, terminal, enter, answer } = await openShell(80);
    await enter('orkeys start');
    for (const question of before) await answer(question, '');
    await terminal.shows(['[1]:', 'dollars [1]:', '[W]:', 'keys [1]:'][before.length] ?? '');
    await terminal.type('C-c');
    expect(await terminal.shows('exit code: 130')).toContain('Cancelled; nothing was changed.');
    expect(readdirSync(work)).toEqual(['W.csv']);
  });

  test('Ctrl-C at the hidden question of start, and at that of init, leaves nothing behind', async () => {
    const { work, terminal, enter, answer } = await openShell(80);
    await enter('orkeys start W.csv');
    await answer('dollars [1]:', '');
    await answer('[W]:', '');
    await answer('keys [1]:', '2');
    await terminal.shows('(not shown):');
    await terminal.type('-l', WORK_KEY);
    await terminal.type('C-c');
    expect(await terminal.shows('exit code: 130')).toContain('Cancelled; nothing was changed.');
    await enter('orkeys init');
    // Only the screen of init says so: the one before may still be there.
    await terminal.shows('saved in .env');
    await terminal.shows('(not shown):');
    await terminal.type('C-c');
    await terminal.shows('exit code: 130');
    expect(readdirSync(work)).toEqual(['W.csv']);
  });

  test('in 40 columns init writes the key that is typed, and shows nothing of it', async () => {
    const { work, terminal, enter } = await openShell(40);
    await enter('orkeys init');
    await terminal.shows('shown):');
    await terminal.type('-l', WORK_KEY);
    await terminal.type('Enter');
    const last = await terminal.shows('exit code: 0');
    expect(last).not.toContain('test-work');
    expect(readFileSync(join(work, '.env'), 'utf8')).toBe(`OPENROUTER_MANAGEMENT_KEY=${WORK_KEY}\n`);
  });
});
