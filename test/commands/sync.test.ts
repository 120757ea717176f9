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
    1 key changed.

    ROW  NAME        STATUS     KEY NAME                SECRET
      2  Anda Ozola  had a key  WS_Anda_Ozola_<tag>  <masked>
      3  Zane Kalna  had a key  WS_Zane_Kalna_<tag>  <masked>
      4  Ilze Jauna  new key    WS_Ilze_Jauna_<tag>  <masked>

    1 key created, 2 had one already; limits of the new ones $0.50 in sum
    Saved in <folder>/output/WS
      keys.json      the keys for programs
      keys.xlsx      the roster's own table, with each person's key
      journal.jsonl  what was done; all else can be made anew from it
    Next
      orkeys verify --prefix WS   asks each key if it works
      orkeys list --prefix WS     shows what they spend
      orkeys revoke --prefix WS   ends it all, afterwards
    --- stderr
    Roster    WS_participants.csv: 3 people in 3 rows
    Columns   email = A, name = B, surname = C, limit = D
    Skip      2 people with a key already
    Create    1 key, $0.50, without an expiry
    Limits    $0.50 in sum; the account has $1,000.00 of credit left

    KEY NAME                CHANGE
    WS_Anda_Ozola_<tag>  limit $1.00 → $3.00

    1 key to change.
    Left      1 person not in the roster any more, whose keys stay: WS_Jānis_Bērziņš_<tag>; --revoke-missing deletes them
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
    ROW  NAME        STATUS     KEY NAME                SECRET
      2  Anda Ozola  had a key  WS_Anda_Ozola_<tag>  <masked>
      3  Zane Kalna  had a key  WS_Zane_Kalna_<tag>  <masked>
      4  Ilze Jauna  had a key  WS_Ilze_Jauna_<tag>  <masked>

    0 keys created, 3 had one already
    Saved in <folder>/output/WS
      keys.json      the keys for programs
      keys.xlsx      the roster's own table, with each person's key
      journal.jsonl  what was done; all else can be made anew from it
    Next
      orkeys verify --prefix WS   asks each key if it works
      orkeys list --prefix WS     shows what they spend
      orkeys revoke --prefix WS   ends it all, afterwards
    --- stderr
    Roster    WS_participants.csv: 3 people in 3 rows
    Columns   email = A, name = B, surname = C, limit = D
    Skip      3 people with a key already
    Create    nothing: everybody has a key
    Left      1 person not in the roster any more, whose keys stay: WS_Jānis_Bērziņš_<tag>; --revoke-missing deletes them
    "
  `);
  expect(sent()).toEqual([]);
});

test('--revoke-missing deletes the keys of people who left: typed, or with --yes', async () => {
  const { run, write, server, saved } = await useWorkshop();
  write(ROSTER, CHANGED);
  const no = await run(['sync', ROSTER, '--revoke-missing'], { answers: ['y'] });
  expect(no.stderr).toContain('Create 1 key, change 1 key, delete 1 key for ever?\nType 1 to go on:');
  expect(server.liveKeys()).toHaveLength(3);
  expect((await run(['sync', ROSTER, '--revoke-missing'], { answers: ['1'] })).code).toBe(0);
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
    Roster    WS_participants.csv: 3 people in 3 rows
    Columns   email = A, name = B, surname = C, limit = D
    Skip      2 people with a key already
    Create    1 key, $0.50, without an expiry
    Limits    $0.50 in sum; the account has $1,000.00 of credit left

    KEY NAME                CHANGE
    WS_Anda_Ozola_<tag>  limit $1.00 → $3.00

    1 key to change.

    KEY NAME                   CHANGE
    WS_Jānis_Bērziņš_<tag>  delete ($0.00 spent)

    1 key to delete, $0.00 were spent with it.

    This was a dry run: nothing was changed.
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
