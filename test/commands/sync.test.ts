import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refused, resetAfterCommit } from '../support/faults.ts';
import { useWorkshop } from '../support/workshop-world.ts';

const ROSTER = 'WS_participants.csv';
const CHANGED = `E-mail,Name,Surname,Limit
anda@example.org,Anda,Ozola,3
zane@example.org,Zane,Kalna,
ilze@example.org,Ilze,Jauna,0.5
`;

const limits = (keys: readonly { name: string; limit: number | null }[]) =>
  Object.fromEntries(keys.map(({ name, limit }) => [name.split('_')[1], limit]));

test('missing people get keys, other limits are patched, who is not listed any more is shown and stays', async () => {
  const { run, screen, write, sdk, saved } = await useWorkshop();
  write(ROSTER, CHANGED);
  expect(screen(await run(['sync', ROSTER, '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Changed 1 key.

    ROW  NAME        STATUS   KEY NAME                SECRET
      4  Ilze Jauna  created  WS_Ilze_Jauna_<tag>  <masked>

    Created 1 key, total limit $0.50; 2 have a key already
    Saved in <folder>/output/WS
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    Next, to test every key:
      orkeys verify --prefix WS
    Next, to hand out the keys:
      orkeys handout slips WS
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workshop  WS → output/WS (prefix from the file name; --prefix sets another)
    Account   user_sandbox, management key <masked>
    Roster    WS_participants.csv: 3 participants in 3 rows
    Columns   email A, name B, surname C, limit D
    Skip      2 participants already have a key
    Create    1 key, $0.50, no expiration
    Limits    total limit $0.50; remaining credit $1,000.00

    KEY NAME                CHANGE
    WS_Anda_Ozola_<tag>  limit $1.00 → $3.00

    1 key to change.
    Missing   1 participant no longer in the roster keeps a key: WS_Jānis_Bērziņš_<tag>; add --revoke-missing to delete them
    Syncing keys: 0 of 2
    Syncing keys: 2 of 2 after 0.0 s
    "
  `);
  const { data } = await sdk.apiKeys.list({});
  expect(limits(data)).toEqual({ Anda: 3, Jānis: 1, Zane: 1, Ilze: 0.5 });
  expect(limits(saved())).toEqual({ Anda: 3, Jānis: 1, Zane: 1, Ilze: 0.5 });
});

test('a second sync changes nothing', async () => {
  const { run, write, sent, screen } = await useWorkshop();
  write(ROSTER, CHANGED);
  await run(['sync', ROSTER, '--yes']);
  sent();
  expect(screen(await run(['sync', ROSTER]))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Created 0 keys; 3 have a key already
    Saved in <folder>/output/WS
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workshop  WS → output/WS (prefix from the file name; --prefix sets another)
    Account   user_sandbox, management key <masked>
    Roster    WS_participants.csv: 3 participants in 3 rows
    Columns   email A, name B, surname C, limit D
    Skip      3 participants already have a key
    Create    nothing to create
    Missing   1 participant no longer in the roster keeps a key: WS_Jānis_Bērziņš_<tag>; add --revoke-missing to delete them
    "
  `);
  expect(sent()).toEqual([]);
});

test('--revoke-missing deletes the keys of people who left: typed, or with --yes', async () => {
  const { run, write, server, saved } = await useWorkshop();
  write(ROSTER, CHANGED);
  const no = await run(['sync', ROSTER, '--revoke-missing'], { answers: ['y'] });
  expect(no.stderr).toContain('Create 1 key, change 1 key, permanently delete 1 key?\nType WS to confirm:');
  expect(server.liveKeys()).toHaveLength(3);
  expect((await run(['sync', ROSTER, '--revoke-missing'], { answers: ['WS'] })).code).toBe(0);
  expect(limits(server.liveKeys())).toEqual({ Anda: 3, Zane: 1, Ilze: 0.5 });
  expect(saved().find(({ name }) => name.includes('Jānis'))?.status).toBe('revoked');
});

test.for([
  ['E-mail,Name,Surname\n', 'an empty roster'],
  ['E-mail,Name,Surname\nnot an address,Anda,Ozola\nzane@example.org,Zane,Kalna\n', 'a roster with a problem'],
])('%j (%s) revokes nobody', async ([text]) => {
  const { run, write, sent } = await useWorkshop();
  write(ROSTER, text ?? '');
  sent();
  expect((await run(['sync', ROSTER, '--revoke-missing', '--yes'])).code).toBe(2);
  expect(sent()).toEqual([]);
});

test('a typed limit is for everybody whose row has none; without one nobody is patched', async () => {
  const { run, server, sent } = await useWorkshop({ provision: ['--limit', '2', '--limit-reset', 'daily'] });
  sent();
  await run(['sync', ROSTER, '--yes']);
  expect(sent()).toEqual([]);
  await run(['sync', ROSTER, '--limit', '4', '--no-limit-reset', '--yes']);
  expect(server.liveKeys().map(({ limit, limit_reset }) => [limit, limit_reset])).toEqual(Array(3).fill([4, null]));
});

test('a dry run shows all of it, as a screen and as JSON, and changes nothing', async () => {
  const { run, screen, write, sent } = await useWorkshop();
  write(ROSTER, CHANGED);
  sent();
  expect(screen(await run(['sync', ROSTER, '--revoke-missing', '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workshop  WS → output/WS (prefix from the file name; --prefix sets another)
    Account   user_sandbox, management key <masked>
    Roster    WS_participants.csv: 3 participants in 3 rows
    Columns   email A, name B, surname C, limit D
    Skip      2 participants already have a key
    Create    1 key, $0.50, no expiration
    Limits    total limit $0.50; remaining credit $1,000.00

    KEY NAME                CHANGE
    WS_Anda_Ozola_<tag>  limit $1.00 → $3.00

    1 key to change.

    KEY NAME                   CHANGE
    WS_Jānis_Bērziņš_<tag>  delete ($0.00 spent)

    1 key to delete, total spent $0.00.

    Dry run: nothing was changed.
    --- stderr
    "
  `);
  const json = JSON.parse((await run(['sync', ROSTER, '--dry-run', '--json'])).stdout);
  expect(json).toMatchObject({
    version: 1,
    command: 'sync',
    dry_run: true,
    keys: [{ result: 'has_key' }, { result: 'has_key' }, { result: 'planned' }],
    changes: [
      {
        participant: { name: 'Anda', row: 2 },
        change: 'update',
        new: { limit: 3 },
        old: { limit: 1 },
        result: 'planned',
      },
    ],
    missing: [{ participant: { emails: ['janis@example.org'] } }],
  });
  expect(sent()).toEqual([]);
});

test('a patch refused and a create lost: exit 3, and the next sync goes on', async () => {
  const { run, write, server } = await useWorkshop();
  write(ROSTER, CHANGED);
  server.setRules(({ route, nth }) => {
    if (route === 'PATCH /keys/{hash}') return refused(409, 'Conflict');
    return route === 'POST /keys' && nth === 4 ? resetAfterCommit : undefined;
  });
  expect((await run(['sync', ROSTER, '--yes', '--retries', '0'])).code).toBe(3);
  server.setRules(() => undefined);
  expect((await run(['sync', ROSTER, '--yes'])).code).toBe(0);
  expect(limits(server.liveKeys())).toEqual({ Anda: 3, Jānis: 1, Zane: 1, Ilze: 0.5 });
  expect(server.liveKeys()).toHaveLength(4);
});

test('off a terminal keys are changed only with --yes', async () => {
  const { run, write, sent } = await useWorkshop();
  write(ROSTER, CHANGED);
  sent();
  expect((await run(['sync', ROSTER])).code).toBe(2);
  expect(sent()).toEqual([]);
});

test('problems.xlsx has the rows that were refused, and goes with the problems', async () => {
  const { run, server, write, cwd } = await useWorkshop();
  const problems = join(cwd, 'output', 'WS', 'problems.xlsx');
  write('WS.csv', 'E-mail,Name\nnew@example.org,Nora Late\n');
  server.setRules(({ route }) => (route === 'POST /keys' ? refused(400) : undefined));
  expect(await run(['sync', 'WS.csv', '--yes'])).toMatchObject({ code: 3 });
  expect(existsSync(problems)).toBe(true);
  server.setRules(() => undefined);
  expect(await run(['sync', 'WS.csv', '--yes'])).toMatchObject({ code: 0 });
  expect(existsSync(problems)).toBe(false);
});
