import { expect, test } from 'vitest';
import { useProvisioned } from '../support/provisioned.ts';

async function twoWorkshops() {
  const world = await useProvisioned();
  const winter = ['provision', 'SUMMER_participants.csv', '--prefix', 'WINTER', '--create-duplicates', '--yes'];
  await world.command(winter);
  await world.command(['revoke', '--prefix', 'WINTER', '--email', 'zane.ozola@example.net', '--yes']);
  const env = { ...world.env, ORKEYS_PREFIX: 'WINTER' };
  return { ...world, run: (...args: string[]) => world.command(args, { env }) };
}

test('ORKEYS_PREFIX is what commands select that only read, and they say so', async () => {
  const { run } = await twoWorkshops();
  const list = await run('list', '--fields', 'prefix');
  expect(list).toEqual({
    code: 0,
    stdout: 'PREFIX\nWINTER\nWINTER\n',
    stderr: 'Note: only keys of WINTER, because ORKEYS_PREFIX is set; to include all keys, add --no-prefix\n',
  });
  const verify = await run('verify', '--json', '--fields', 'prefix');
  expect(JSON.parse(verify.stdout)).toMatchObject({ keys: [{ prefix: 'WINTER' }, { prefix: 'WINTER' }] });
  expect((await run('list', '--no-prefix', '--fields', 'prefix')).stdout.match(/SUMMER/g)).toHaveLength(3);
  expect(await run('list', 'SUMMER', '--fields', 'prefix')).toEqual({
    code: 0,
    stdout: 'PREFIX\nSUMMER\nSUMMER\nSUMMER\n',
    stderr: '',
  });
  expect(JSON.parse((await run('verify', '--no-prefix', '--json')).stdout).totals.count).toBe(5);
});

test.each(['update', 'rotate', 'revoke'])('%s wants its workshop typed, and says which there are', async (name) => {
  const { run } = await twoWorkshops();
  const words = name === 'update' ? ['--limit', '2'] : [];
  expect(await run(name, ...words, '--yes')).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'Error: No keys selected. Which workshop? Here: SUMMER (3 keys), WINTER (2 keys)\n' +
      'Hint: Select its keys, for example with --prefix WINTER\n',
  });
});

test('a workshop whose keys are all deleted is not suggested', async () => {
  const { run } = await twoWorkshops();
  await run('revoke', '--prefix', 'WINTER', '--yes');
  const { stderr } = await run('update', '--limit', '2', '--yes');
  expect(stderr).toBe(
    'Error: No keys selected. Which workshop? Here: SUMMER (3 keys)\n' +
      'Hint: Select its keys, for example with --prefix SUMMER\n',
  );
});

test('where there is no workshop, no hint selects everything', async () => {
  const { run, cwd } = await twoWorkshops();
  const { stderr } = await run('revoke', '--out', 'elsewhere');
  expect(stderr.replaceAll(cwd, '<folder>')).toBe(
    'Error: No keys selected, and no workshop in <folder>/elsewhere.\n' +
      'Hint: Select keys with --email, --name or --hash, or use another output folder with --out.\n',
  );
});

test('an address selects as an argument where keys are changed', async () => {
  const { run, sandbox } = await twoWorkshops();
  const limits = () => {
    const query = { offset: 0, includeDisabled: true, includeExpired: true, workspaceId: undefined };
    return sandbox.account.listKeys(query).data.map(({ limit }) => limit);
  };
  expect(await run('update', 'anda.baklane@example.org', '--limit', '7', '--yes')).toMatchObject({ code: 0 });
  expect(limits().filter((limit) => limit === 7)).toHaveLength(2);
  expect(await run('rotate', 'zane.ozola@example.net', '--yes')).toMatchObject({ code: 0 });
  expect(await run('revoke', 'valdis.veveris@example.org', 'anda.baklane@example.org', '--yes')).toMatchObject({
    code: 0,
  });
  expect(limits()).toHaveLength(1);
});
