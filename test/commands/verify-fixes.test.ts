import { expect, test } from 'vitest';
import { useProvisioned } from '../support/provisioned.ts';

/** Runs every command that a screen tells to run, as it stands there. */
function commandsOf(stdout: string): string[][] {
  return [...stdout.matchAll(/, run: orkeys (.+)$/gm)].map(([, words = '']) => words.split(' '));
}

test('each reason stands with its keys and a command that helps', async () => {
  const { command, sandbox, saved, screen } = await useProvisioned();
  const [anda = '', valdis = '', zane = ''] = saved.map(({ hash }) => hash);
  sandbox.account.spend(anda, 1);
  sandbox.account.deleteKey(valdis);
  sandbox.account.updateKey(zane, { limit: 5, limit_reset: 'daily' });
  const broken = await command(['verify', 'SUMMER']);
  expect(screen({ ...broken, stderr: '' })).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    1 key is no longer on the account.
      Valdis Vēveris · valdis.veveris@example.org · …<end>
    To create a new one, run: orkeys provision SUMMER_participants.csv --prefix SUMMER

    1 key reached the limit.
      Anda Baklāne · anda.baklane@example.org · …<end>
    To raise the limit, run: orkeys update --prefix SUMMER --email anda.baklane@example.org --add-limit 1

    1 key: limit and reset not as expected.
      Zane Ozola · zane.ozola@example.net · …<end>
    To restore what is expected, run: orkeys update --prefix SUMMER --email zane.ozola@example.net --limit 1 --no-limit-reset

    3 of 3 keys failed.
    --- stderr
    "
  `);
  for (const words of commandsOf(broken.stdout)) {
    expect(await command([...words, '--yes']), words.join(' ')).toMatchObject({ code: 0 });
  }
  expect(await command(['verify', 'SUMMER'])).toMatchObject({ code: 0, stdout: 'All 3 keys work.\n' });
});

test('keys that orkeys disabled are one line with the command that enables them', async () => {
  const { command, screen } = await useProvisioned();
  await command(['update', '--prefix', 'SUMMER', '--disable', '--yes']);
  const off = await command(['verify', 'SUMMER', '--quiet']);
  expect(screen(off)).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    3 keys are disabled.
    To enable them, run: orkeys update --prefix SUMMER --enable

    --- stderr
    "
  `);
  for (const words of commandsOf(off.stdout)) await command([...words, '--yes']);
  expect(await command(['verify', 'SUMMER'])).toMatchObject({ code: 0 });
});

test('a fix reaches no further than what was verified', async () => {
  const { command } = await useProvisioned();
  await command(['update', '--prefix', 'SUMMER', '--disable', '--yes']);
  const some = await command(['verify', 'SUMMER', '--where', 'Surname!=Ozola', '--quiet']);
  expect(some.stdout).toBe(
    '2 keys are disabled.\nTo enable them, run: orkeys update --prefix SUMMER ' +
      '--email anda.baklane@example.org --email valdis.veveris@example.org --enable\n\n',
  );
  const all = await command(['verify', 'SUMMER', '--where', 'Surname!=Nobody', '--name', '*_*', '--quiet']);
  expect(all).toMatchObject({ code: 2 });
  const named = await command(['verify', 'SUMMER', '--name', 'SUMMER_*', '--quiet']);
  expect(named.stdout).toContain("run: orkeys update --prefix SUMMER --name 'SUMMER_*' --enable\n");
});

test('expired keys, and keys of another account', async () => {
  const { command, sandbox, setTime, saved, env } = await useProvisioned('--expires', '2d');
  setTime('2026-03-05T09:00:00Z');
  const expired = await command(['verify', 'SUMMER']);
  expect(expired.stdout).toContain('3 keys expired.\n');
  expect(commandsOf(expired.stdout)).toEqual([['rotate', '--prefix', 'SUMMER', '--expired', '--expires', '7d']]);
  expect(await command(['rotate', '--prefix', 'SUMMER', '--expired', '--expires', '7d', '--yes'])).toMatchObject({
    code: 0,
  });
  expect(saved).toHaveLength(3);
  const without = { ORKEYS_BASE_URL: env.ORKEYS_BASE_URL };
  const rotated = JSON.parse((await command(['list', 'SUMMER', '--json'])).stdout).keys;
  sandbox.account.deleteKey(rotated[0].hash);
  setTime('2026-03-05T10:00:00Z');
  const unexplained = await command(['verify', 'SUMMER', '--quiet'], { env: without });
  expect(unexplained.stdout).toContain('1 key: deleted or disabled.\n  Anda Baklāne');
  expect(unexplained.stdout).toContain('To see which, set OPENROUTER_MANAGEMENT_KEY and run the same command again.\n');
});

test('--all-rows lists the keys that work too, failures first', async () => {
  const { command, sandbox, saved, screen, env } = await useProvisioned();
  sandbox.account.updateKey(saved[1]?.hash ?? '', { limit: 5, limit_reset: 'daily' });
  const shown = await command(['verify', '--all-rows', '--quiet'], {
    answers: [],
    columns: 80,
    env: { ...env, NO_COLOR: '1' },
  });
  expect(screen(shown)).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    PARTICIPANT     EMAIL                       KEY    VERDICT  LIMIT  REMAINING
    Valdis Vēveris  valdis.veveris@example.org  …<end>  changed  $5.00      $5.00
    Anda Baklāne    anda.baklane@example.org    …<end>  works    $1.00      $1.00
    Zane Ozola      zane.ozola@example.net      …<end>  works    $1.00      $1.00

    1 key: limit and reset not as expected.
      Valdis Vēveris · valdis.veveris@example.org · …<end>
    To restore what is expected, run: orkeys update --prefix SUMMER --email valdis.veveris@example.org --limit 1 --no-limit-reset

    1 of 3 keys failed.
    --- stderr
    "
  `);
});

test('after a revoke there is nothing to test, and no talk of provisioning', async () => {
  const { command } = await useProvisioned();
  await command(['revoke', '--prefix', 'SUMMER', '--yes']);
  expect(await command(['verify', 'SUMMER'])).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'Error: All keys of SUMMER are deleted, so there is nothing to test.\n' +
      'Hint: To see the keys on the account, run: orkeys list\n',
  });
  expect(await command(['verify', 'SUMER'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Did you mean --prefix SUMMER?'),
  });
});
