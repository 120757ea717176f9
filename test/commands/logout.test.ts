import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { useKeyStore } from '../support/key-store-world.ts';
import { HOME_KEY, WORK_KEY } from '../support/two-accounts.ts';

describe.skipIf(process.platform === 'win32')('logout', () => {
  test('removes the default profile after a question, and leaves the others', async () => {
    const { login, run, screen, profiles, keyring } = await useKeyStore();
    await login('work', WORK_KEY);
    await login('home', HOME_KEY);
    await run('profiles --default home');
    expect(screen(await run('logout', { answers: ['n'] }))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      --- stderr
      Remove the management key <masked> of profile home from the keyring of this computer? [y/N] Cancelled; nothing was changed.
      "
    `);
    expect(await run('logout')).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --yes to confirm.') });
    expect((await run('logout --dry-run')).code).toBe(0);
    expect(profiles().default).toBe('home');
    expect(screen(await run('logout', { answers: ['y'] }))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Removed      management key <masked> of profile home from the keyring of this computer
      Default      none now; to set one: orkeys profiles --default work
      Still valid  it works wherever else it is; to delete it: https://openrouter.ai/settings/management-keys
      --- stderr
      Remove the management key <masked> of profile home from the keyring of this computer? [y/N] "
    `);
    expect(profiles()).toMatchObject({ default: null, profiles: { work: {} } });
    expect(Object.keys(profiles().profiles)).toEqual(['work']);
    expect(
      keyring
        .calls()
        .filter(({ args }) => args[0] === 'clear')
        .map(({ args }) => args.at(-1)),
    ).toEqual(['key:home']);
    expect(await run('list')).toMatchObject({ code: 4, stderr: expect.stringContaining('No management key') });
    expect(await run('logout')).toMatchObject({ code: 2, stderr: expect.stringContaining('Name one of: work') });
    expect((await run('logout work --yes')).code).toBe(0);
    expect(await run('logout')).toMatchObject({ code: 2, stderr: expect.stringContaining('orkeys login') });
  });

  test('a keyring that is locked keeps the profile, so that logout can be run again', async () => {
    const { login, run, keyring, profiles } = await useKeyStore();
    await login('work', WORK_KEY);
    writeFileSync(keyring.path, '#!/bin/sh\n[ "$1" = clear ] && exit 1; echo "[/1]"\n');
    expect(await run('logout --yes')).toMatchObject({ code: 6, stderr: expect.stringContaining('is locked') });
    expect(Object.keys(profiles().profiles)).toEqual(['work']);
  });
});
