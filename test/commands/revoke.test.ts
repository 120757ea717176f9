import { expect, test } from 'vitest';
import { refused, resetAfterCommit } from '../support/faults.ts';
import { useWorkshop } from '../support/workshop-world.ts';

test('a workshop ends: all its keys go, the files say so, and revoking again finds nothing left', async () => {
  const { run, screen, server, hashOf, saved, sdk } = await useWorkshop();
  server.account.spend(hashOf('Anda'), 0.25);
  await sdk.apiKeys.create({ requestBody: { name: 'WSx_other' } });
  expect(screen(await run(['revoke', '--prefix', 'WS', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Deleted 3 keys.
    Next, to remove the secrets from this computer:
      orkeys purge WS
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    KEY NAME                   CHANGE
    WS_Zane_Kalna_<tag>     delete ($0.00 spent)
    WS_Jānis_Bērziņš_<tag>  delete ($0.00 spent)
    WS_Anda_Ozola_<tag>     delete ($0.25 spent)

    3 keys to delete, total spent $0.25.
    Deleting keys: 0 of 3
    Deleting keys: 3 of 3 after 0.0 s
    "
  `);
  expect((await sdk.apiKeys.list({})).data.map(({ name }) => name)).toEqual(['WSx_other']);
  expect(saved().map(({ status }) => status)).toEqual(['revoked', 'revoked', 'revoked']);
  expect(screen(await run(['revoke', '--prefix', 'WS', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    No changes.
    --- stderr
    "
  `);
});

test('what was never there is a mistake', async () => {
  const { run } = await useWorkshop();
  const { code, stderr } = await run(['revoke', '--prefix', 'NEVER', '--yes']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('No key matches --prefix NEVER')]);
  expect((await run(['revoke', '--prefix', 'WSS', '--yes'])).stderr).toContain('Hint: Did you mean --prefix WS?');
  expect((await run(['revoke', '--yes'])).code).toBe(2);
});

test('on a terminal the prefix is typed, whatever else selects the keys', async () => {
  const { run, server } = await useWorkshop();
  const wrong = await run(['revoke', '--prefix', 'WS'], { answers: ['yes'] });
  expect(wrong.stderr).toContain('Type WS to confirm:');
  expect(server.liveKeys()).toHaveLength(3);
  const two = await run(['revoke', '--prefix', 'WS', '--name', '*a_*'], { answers: ['WS'] });
  expect(two.stderr).toContain('Type WS to confirm:');
  expect(server.liveKeys()).toHaveLength(1);
  expect((await run(['revoke', '--prefix', 'WS'], { answers: ['WS'] })).code).toBe(0);
  expect(server.liveKeys()).toHaveLength(0);
});

test('--disable is the reversible form', async () => {
  const { run, server } = await useWorkshop();
  expect((await run(['revoke', '--prefix', 'WS', '--disable', '--yes'])).stdout).toBe('Disabled 3 keys.\n');
  expect(server.liveKeys().every(({ disabled }) => disabled)).toBe(true);
  await run(['update', '--prefix', 'WS', '--enable', '--yes']);
  expect(server.liveKeys().some(({ disabled }) => disabled)).toBe(false);
});

test('--not-in revokes who left, and never a key of nobody known', async () => {
  const { run, write, server, sdk } = await useWorkshop();
  await sdk.apiKeys.create({ requestBody: { name: 'WS_by_hand' } });
  write('now.csv', 'E-mail,Name,Surname\nANDA@example.org,Anda,Ozola\njanis@example.org,J.,Bērziņš\n');
  expect((await run(['revoke', '--not-in', 'now.csv', '--yes'])).code).toBe(0);
  expect(server.liveKeys().map(({ name }) => name.split('_')[1])).toEqual(['Anda', 'Jānis', 'by']);
  expect((await run(['revoke', '--from', 'now.csv', '--yes'])).code).toBe(0);
  expect(server.liveKeys().map(({ name }) => name)).toEqual(['WS_by_hand']);
});

test.for(['E-mail,Name,Surname\n', 'E-mail,Name,Surname\nnot an address,Anda,Ozola\nzane@example.org,Zane,Kalna\n'])(
  'a roster that is empty or has problems revokes nobody: %j',
  async (text) => {
    const { run, write, sent } = await useWorkshop();
    write('now.csv', text);
    sent();
    expect((await run(['revoke', '--not-in', 'now.csv', '--yes'])).code).toBe(2);
    expect(sent()).toEqual([]);
  },
);

test('a refusal in the middle: that key is left, the others go, exit 3; a lost answer is settled by the next run', async () => {
  const { run, server, hashOf } = await useWorkshop();
  const anda = hashOf('Anda');
  server.setRules(({ method, hash, nth }) => {
    if (method !== 'DELETE') return undefined;
    return hash === anda ? refused(409, 'Conflict') : nth === 1 ? resetAfterCommit : undefined;
  });
  const first = await run(['revoke', '--prefix', 'WS', '--yes', '--retries', '0']);
  expect(first.code).toBe(3);
  expect(server.liveKeys().map(({ hash }) => hash)).toEqual([anda]);
  server.setRules(() => undefined);
  expect((await run(['revoke', '--prefix', 'WS', '--yes'])).code).toBe(0);
  expect(server.liveKeys()).toEqual([]);
});

test('a key deleted on the website counts as done, and the files learn of it', async () => {
  const { run, server, hashOf, saved } = await useWorkshop();
  server.account.deleteKey(hashOf('Anda'));
  expect((await run(['revoke', '--email', 'anda@example.org', '--yes'])).code).toBe(0);
  expect(saved()[0]?.status).toBe('gone');
});

test('list takes the same selectors; what nothing fits is an empty table', async () => {
  const { run, screen, hashOf } = await useWorkshop();
  await run(['update', '--hash', hashOf('Zane'), '--disable', '--yes']);
  const shown = await run(['list', '--prefix', 'WS', '--disabled']);
  expect(screen(shown)).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Spent     today $0.00, week $0.00, month $0.00, in all $0.00; total limit $1.00; credit left $1,000.00
    PARTICIPANT  EMAIL             KEY    STATUS    LIMIT  SPENT  REMAINING
    Zane Kalna   zane@example.org  …<end>  disabled  $1.00  $0.00      $1.00

    1 key, total limit $1.00, total spent $0.00, remaining $1.00
    --- stderr
    "
  `);
  expect(screen(await run(['list', '--name', 'nothing*']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    No keys found.
    --- stderr
    "
  `);
  const { keys } = JSON.parse((await run(['list', '--email', 'janis@example.org', '--json'])).stdout);
  expect(keys).toMatchObject([{ hash: hashOf('Jānis'), participant: { emails: ['janis@example.org'] } }]);
});
