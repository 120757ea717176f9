import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { useKeyring, whyNoKeyring } from '../keychain/support/keyring.ts';
import { type BuiltProgram, buildProgram, inShell } from '../support/built-program.ts';
import { findLeaks } from '../support/canary.ts';
import { temporaryFolder } from '../support/cli.ts';
import { HOME_KEY, useTwoAccounts, WORK_KEY } from '../support/two-accounts.ts';
import { openTerminal, whyNoTmux } from './support/tmux.ts';

const missing = whyNoTmux() ?? whyNoKeyring();

describe.skipIf(missing !== undefined)(
  `login at a terminal with a real keyring${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let program: BuiltProgram;
    beforeAll(() => {
      program = buildProgram();
    }, 60_000);
    afterAll(() => program.remove());

    async function openShell(columns: number) {
      const cwd = temporaryFolder();
      const { env } = await useKeyring();
      const { url } = await useTwoAccounts();
      const set = Object.entries({ ...env, ORKEYS_BASE_URL: url }).map(([name, value]) => `${name}='${value}'`);
      const start = `cd '${cwd}'; PS1='> '; orkeys() { env -u npm_lifecycle_event ${set.join(' ')} ${inShell(program)} "$@"; }`;
      writeFileSync(join(cwd, 'start.sh'), start);
      const terminal = await openTerminal(join(cwd, 'tmux'), columns, `ENV='${cwd}/start.sh' sh -i`);
      onTestFinished(() => terminal.close());
      await terminal.shows('>');
      const enter = (line: string) => terminal.type(`clear; ${line}; echo exit "code: $?"`, 'Enter');
      return { cwd, terminal, enter };
    }

    test.each([100, 40])('in %d columns the key is never on the screen, pasted or typed', async (columns) => {
      const { cwd, terminal, enter } = await openShell(columns);
      const screens: string[] = [];
      const look = async (text: string) => screens.push((await terminal.shows(text)).replaceAll('\n', ''));
      await enter('orkeys login work');
      await look('wn):');
      await terminal.paste(`${WORK_KEY}\n`);
      await look('exit code: 0');
      await enter('orkeys login home');
      await look('wn):');
      await terminal.type('-l', `${HOME_KEY}x`);
      await terminal.type('BSpace', 'Enter');
      await look('exit code: 0');
      await enter('orkeys whoami --profile home');
      await look('Credit');
      expect(screens.at(-1)).toContain('user_home');
      await enter('orkeys login work');
      await look('wn):');
      await terminal.type('-l', HOME_KEY);
      await terminal.type('C-c');
      await look('exit code: 130');
      expect(screens.at(-1)).toContain('Cancelled; nothing was changed.');
      expect(screens.join('\n')).not.toMatch(/test-(?:work|home)/);
      // The terminal shows again what is typed.
      await terminal.type('echo hello', 'Enter');
      expect(await terminal.shows('echo hello')).toContain('\nhello');
      expect(await findLeaks([WORK_KEY, HOME_KEY], {}, cwd)).toEqual([]);
    });
  },
);
