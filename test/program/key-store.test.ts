import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { useKeyring, whyNoKeyring } from '../keychain/support/keyring.ts';
import { startBuilt } from '../support/built-program.ts';
import { useTwoAccounts, WORK_KEY } from '../support/two-accounts.ts';
import { useExecutable } from './support/place.ts';

const alone = useExecutable();
const missing = whyNoKeyring();

test.skipIf(missing !== undefined)(
  `the single executable saves a management key in the key store, uses it and removes it${missing ? ` (left out: ${missing})` : ''}`,
  async () => {
    const service = await useTwoAccounts();
    const keyring = await useKeyring();
    const { cwd, env } = alone.openPlace();
    writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name\nada@example.org,Ada\n');
    const program = { bin: alone.executable, command: [alone.executable], remove: () => undefined };
    const inPlace = { HOME: env.HOME, TMPDIR: env.TMPDIR, ORKEYS_BASE_URL: service.url, ...keyring.env };
    const run = async (args: readonly string[], input = '') => {
      const running = startBuilt(program, args, { cwd, env: inPlace });
      running.child.stdin?.end(input);
      const { code } = await running.ended;
      return { code, stdout: running.stdout(), stderr: running.stderr() };
    };
    expect(await run(['login'], WORK_KEY)).toMatchObject({ code: 0, stdout: expect.stringContaining('user_work') });
    expect(await run(['profiles'])).toMatchObject({ code: 0, stdout: expect.stringContaining('default') });
    expect(await run(['provision', 'W.csv', '--limit', '1', '--rate', 'off', '--yes'])).toMatchObject({ code: 0 });
    expect(service.requests.filter(({ method }) => method === 'POST').map(({ key }) => key)).toEqual([WORK_KEY]);
    expect(await run(['logout', '--yes'])).toMatchObject({ code: 0 });
    expect(await run(['whoami'])).toMatchObject({ code: 4 });
  },
);
