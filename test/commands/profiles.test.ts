import { describe, expect, test } from 'vitest';
import { JSON_SHAPES } from '../support/json-shapes.ts';
import { useKeyStore } from '../support/key-store-world.ts';
import { HOME_KEY, WORK_KEY } from '../support/two-accounts.ts';

describe.skipIf(process.platform === 'win32')('profiles', () => {
  test('lists what is saved, and changes the default', async () => {
    const { login, run, screen, profiles, lastKey } = await useKeyStore();
    expect(screen(await run('profiles'))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      No management key is saved on this computer.
      Save one with: orkeys login
      --- stderr
      "
    `);
    await login('work', WORK_KEY);
    expect(screen(await login('home', HOME_KEY))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Saved     management key <masked> as profile home, in the keyring of this computer
      Account   user_home
      Service   http://<host>/api/v1
      Default   no; to make it so: orkeys profiles --default home
      Check it  orkeys whoami --profile home
      --- stderr
      Note: the management key is checked on http://<host>/api/v1, which ORKEYS_BASE_URL selects, and saved for it.
      Management key for profile home (not shown): 
      "
    `);
    expect(screen(await run('profiles'))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      PROFILE  MANAGEMENT KEY       ACCOUNT    SAVED       SERVICE
      work     <masked>  user_work  2026-03-02  http://<host>/api/v1  default
      home     <masked>  user_home  2026-03-02  http://<host>/api/v1
      --- stderr
      "
    `);
    await run('profiles --default home --dry-run');
    expect(profiles().default).toBe('work');
    await run('profiles --default home');
    await run('whoami');
    expect(lastKey()).toBe(HOME_KEY);
    const { stdout } = await run('profiles --json');
    expect(stdout).not.toContain(HOME_KEY);
    expect(JSON_SHAPES.profiles.parse(JSON.parse(stdout))).toMatchObject({ command: 'profiles' });
  });

  test('a default that is not saved is refused, with those that are, and nothing changes', async () => {
    const { login, run, profiles } = await useKeyStore();
    await login('work', WORK_KEY);
    expect(await run('profiles --default home')).toMatchObject({ code: 2, stderr: expect.stringContaining('work') });
    expect(profiles().default).toBe('work');
  });
});
