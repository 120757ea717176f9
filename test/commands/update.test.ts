import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { refused, resetAfterCommit } from '../support/faults.ts';
import { useFaultyServer } from '../support/faulty-server.ts';
import { createCamera } from '../support/power-cuts.ts';
import { newAccount } from '../support/sandbox.ts';
import { NOW, useWorkshop } from '../support/workshop-world.ts';

test('old → new for each key, then a patch for each; the official client reads it back', async () => {
  const { run, screen, sdk, saved } = await useWorkshop();
  const done = await run(['update', '--prefix', 'WS', '--limit', '2', '--limit-reset', 'daily', '--yes']);
  expect(screen(done)).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Changed 3 keys.
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    KEY NAME                   CHANGE
    WS_Zane_Kalna_<tag>     limit $1.00 → $2.00, reset never → daily
    WS_Jānis_Bērziņš_<tag>  limit $1.00 → $2.00, reset never → daily
    WS_Anda_Ozola_<tag>     limit $1.00 → $2.00, reset never → daily

    3 keys to change.
    Changing keys: 0 of 3
    Changing keys: 3 of 3 after 0.0 s
    "
  `);
  const { data } = await sdk.apiKeys.list({});
  expect(data.map(({ limit, limitReset }) => [limit, limitReset])).toEqual(Array(3).fill([2, 'daily']));
  expect(saved().map(({ limit }) => limit)).toEqual([2, 2, 2]);
});

test('a dry run prints the same plan and sends nothing', async () => {
  const { run, screen, sent } = await useWorkshop();
  sent();
  expect(screen(await run(['update', '--email', 'ANDA@example.org', '--disable', '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    KEY NAME                CHANGE
    WS_Anda_Ozola_<tag>  enabled → disabled

    1 key to change.
    Dry run: nothing was changed.
    --- stderr
    "
  `);
  expect(sent()).toEqual([]);
});

test('keys that are as they shall be are not touched', async () => {
  const { run, screen, sent, hashOf } = await useWorkshop();
  await run(['update', '--hash', hashOf('Anda'), '--limit', '5', '--yes']);
  sent();
  expect(screen(await run(['update', '--prefix', 'WS', '--limit', '5', '--yes', '--quiet']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Changed 2 keys; 1 unchanged.
    --- stderr
    "
  `);
  expect(sent()).toHaveLength(2);
  expect(screen(await run(['update', '--prefix', 'WS', '--limit', '5', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    No changes: 3 keys already up to date.
    --- stderr
    "
  `);
  expect(sent()).toEqual([]);
});

test('--add-limit adds to each limit; keys without one stay, with a note', async () => {
  const { run, server, hashOf } = await useWorkshop({ provision: ['--limit', '0.1'] });
  await run(['update', '--hash', hashOf('Zane'), '--limit', 'none', '--yes']);
  const { stderr } = await run(['update', '--prefix', 'WS', '--add-limit', '0.2', '--yes']);
  expect(stderr).toContain('1 key has no limit and is unchanged');
  expect(server.liveKeys().map(({ limit }) => limit)).toEqual([0.3, 0.3, null]);
});

test('a top-up whose answer was lost is settled by looking, never added twice', async () => {
  const { run, server, screen } = await useWorkshop();
  server.setRules(({ route, nth }) => (route === 'PATCH /keys/{hash}' && nth === 2 ? resetAfterCommit : undefined));
  const first = await run(['update', '--prefix', 'WS', '--add-limit', '1', '--yes', '--quiet', '--retries', '0']);
  expect(first.code).toBe(3);
  server.setRules(() => undefined);
  expect(screen(await run(['update', '--prefix', 'WS', '--add-limit', '1', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Changed 0 keys; 2 unchanged.
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Note      an interrupted run is finished first, with its own amounts
    Note      the other keys are unchanged; run the same command again to add to them
    KEY NAME                   CHANGE
    WS_Jānis_Bērziņš_<tag>  limit $1.00 → $2.00 (already done)

    Nothing to change on the account; only the journal needs an update.
    "
  `);
  expect(server.liveKeys().map(({ limit }) => limit)).toEqual([2, 2, 2]);
  await run(['update', '--prefix', 'WS', '--add-limit', '1', '--yes']);
  expect(server.liveKeys().map(({ limit }) => limit)).toEqual([3, 3, 3]);
});

test('a top-up cut off at any phase of any request is finished by the next run, and nobody gets it twice', async () => {
  const account = newAccount(NOW);
  let cwd = '';
  const camera = createCamera(account, () => cwd);
  const world = await useWorkshop({ account, onEvent: camera.onEvent });
  cwd = world.cwd;
  const args = ['update', '--prefix', 'WS', '--add-limit', '1', '--yes', '--concurrency', '1'];
  camera.start();
  await world.run(args);
  camera.stop();
  await world.server.close();
  expect(camera.taken).toHaveLength(12);
  for (const { at, account, cwd } of camera.taken) {
    const again = await useFaultyServer({ account, port: world.server.port });
    const { code, stderr } = await world.run(args, { cwd });
    await again.close();
    const limits = again.liveKeys().map(({ limit }) => limit);
    expect({ at, code, stderr, limits }).toMatchObject({ at, code: 0, limits: [2, 2, 2] });
  }
});

test('a top-up that was cut off while it was written down never began: all get it, once', async () => {
  const { run, cwd, server } = await useWorkshop();
  const path = join(cwd, 'output', 'WS', 'journal.jsonl');
  const before = readFileSync(path, 'utf8').split('\n').length;
  server.setRules(({ method }) => (method === 'PATCH' ? refused(401, 'User not found.') : undefined));
  const args = ['update', '--prefix', 'WS', '--add-limit', '1', '--yes'];
  expect((await run(args)).code).toBe(4);
  server.setRules(() => undefined);
  const written = readFileSync(path, 'utf8').split('\n');
  expect(written.length - before).toBeGreaterThanOrEqual(3);
  writeFileSync(path, `${written.slice(0, before + 1).join('\n')}\n`);
  expect((await run(args)).code).toBe(0);
  expect(server.liveKeys().map(({ limit }) => limit)).toEqual([2, 2, 2]);
});

test('keys of several workshops are changed in one run, each in its own files', async () => {
  const { run, write, saved, server } = await useWorkshop();
  write('two.csv', 'E-mail,Name,Surname\nilze@example.org,Ilze,Jauna\n');
  await run(['provision', 'two.csv', '--prefix', 'TWO', '--quiet']);
  expect((await run(['update', '--all', '--add-limit', '1', '--yes'])).stdout).toContain('Changed 4 keys.');
  expect([...saved(), ...saved('TWO')].map(({ limit }) => limit)).toEqual([2, 2, 2, 2]);
  expect(server.liveKeys().map(({ limit }) => limit)).toEqual([2, 2, 2, 2]);
});

test('409, and a key deleted meanwhile: those failed, the others go on, exit 3', async () => {
  const { run, server, screen, hashOf } = await useWorkshop();
  const [anda, zane] = [hashOf('Anda'), hashOf('Zane')];
  server.setRules(({ method, hash }) => {
    if (method === 'PATCH' && hash === anda) return refused(409, 'Conflict');
    return method === 'PATCH' && hash === zane ? { before: (account) => account.deleteKey(zane) } : undefined;
  });
  const done = await run(['update', '--prefix', 'WS', '--add-limit', '1', '--yes', '--quiet']);
  const shown = done.stdout
    .replaceAll(server.url.slice(7), '<url>')
    .replaceAll(anda, '<anda>')
    .replaceAll(anda.slice(0, 12), '<anda>');
  expect(screen({ ...done, stdout: shown })).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    Changed 1 key.

    NOT DONE                STATUS   REASON
    WS_Zane_Kalna_<tag>  gone     the key was deleted in the meantime
    WS_Anda_Ozola_<tag>  refused  Unexpected response from <url>/keys/<anda> (409: Conflict).

    Next, to retry the refused keys:
      orkeys update --hash <anda> --add-limit 1
    --- stderr
    "
  `);
  expect(server.liveKeys().map(({ limit }) => limit)).toEqual([1, 2]);
});

test('--json tells old and new of each key', async () => {
  const { run, hashOf } = await useWorkshop();
  const { stdout } = await run(['update', '--hash', hashOf('Zane').slice(0, 20), '--disable', '--yes', '--json']);
  expect(JSON.parse(stdout)).toEqual({
    version: 1,
    command: 'update',
    dry_run: false,
    sandbox: false,
    changes: [
      {
        participant: {
          row: 4,
          name: 'Zane',
          surname: 'Kalna',
          emails: ['zane@example.org'],
          group: null,
          tier: null,
          id: null,
        },
        name: expect.stringMatching(/^WS_Zane_Kalna_/),
        hash: hashOf('Zane'),
        change: 'update',
        old: { limit: 1, limit_reset: null, disabled: false, include_byok_in_limit: false, usage: 0, expires_at: null },
        new: { disabled: true },
        result: 'done',
        reason: null,
      },
    ],
    unchanged: 0,
    notes: [],
    files: [expect.anything(), expect.anything()],
    stopped: null,
    interrupted: false,
    next: [],
  });
});

test('keys of the account that no journal knows are changed when they are selected, and remembered apart', async () => {
  const { run, server, sdk } = await useWorkshop();
  await sdk.apiKeys.create({ requestBody: { name: 'by hand', limit: 1 } });
  const { code } = await run(['update', '--name', 'by *', '--limit', '4', '--yes']);
  expect(code).toBe(0);
  expect(server.liveKeys().find(({ name }) => name === 'by hand')?.limit).toBe(4);
});

test('on a terminal it asks y/N; elsewhere it wants --yes', async () => {
  const { run, sent } = await useWorkshop();
  sent();
  const no = await run(['update', '--prefix', 'WS', '--disable'], { answers: ['n'] });
  expect(no.stderr).toContain('Change 3 keys? [y/N]');
  const off = await run(['update', '--prefix', 'WS', '--disable']);
  expect([off.code, off.stderr]).toEqual([2, expect.stringContaining('Add --yes to confirm.')]);
  expect(sent()).toEqual([]);
});

test.for([
  [['--prefix', 'WS', '--limit', '2', '--add-limit', '1'], '--limit and --add-limit cannot be combined'],
  [['--prefix', 'WS', '--disable', '--enable'], '--disable and --enable cannot be combined'],
  [['--prefix', 'WS', '--disabled', '--enabled', '--limit', '1'], '--disabled and --enabled cannot be combined'],
  [['--prefix', 'WS', '--unused', '--over', '1', '--limit', '1'], '--unused and --over cannot be combined'],
  [['--prefix', 'WS'], 'Nothing to change: no setting was given.'],
  [['--prefix', 'WS', '--expires', '7d'], 'orkeys rotate … --expires 7d'],
  [['--limit', '1'], 'No keys selected.'],
  [['--all', '--prefix', 'WS', '--limit', '1'], '--all and --prefix WS cannot be combined'],
  [['--prefix', 'WS', '--rename', 'x'], '--rename changes one key, but 3 are selected'],
  [['--prefix', 'WS', '--add-limit', '0'], 'expected an amount above 0'],
  [['--prefix', 'WS', '--limit', '1', '--over'], '--over --yes: expected US dollars'],
  [['--over', 'lots', '--limit', '1'], '--over lots: expected US dollars or a percentage'],
  [['--name', 'X*', '--limit', '1'], 'No key matches --name X*'],
  [['--hash', 'xyz', '--limit', '1'], '--hash xyz is not a hash'],
  [['--email', 'nobody@example.org', '--limit', '1'], 'No key matches --email nobody@example.org'],
  [['--created-after', 'someday', '--limit', '1'], '--created-after someday'],
  [['--created-after', '1d', '--created-before', '2d', '--limit', '1'], 'cannot be combined'],
] as const)('update %j is refused and changes nothing', async ([args, expected]) => {
  const { run, sent } = await useWorkshop();
  sent();
  const { code, stdout, stderr } = await run(['update', ...args, '--yes']);
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(expected);
  expect(stderr).toContain('Hint:');
  expect(sent()).toEqual([]);
});

test('the beginning of a hash that fits several keys lists them', async () => {
  const { run, server, sdk, sent } = await useWorkshop();
  for (let made = 0; made < 14; made += 1) await sdk.apiKeys.create({ requestBody: { name: `key ${made}` } });
  const hashes = server.liveKeys().map(({ hash }) => hash);
  const first = hashes.map((hash) => hash.slice(0, 1)).find((start, at, all) => all.indexOf(start) !== at) ?? '';
  const fitting = server.liveKeys().filter(({ hash }) => hash.startsWith(first));
  sent();
  const { code, stderr } = await run(['update', '--hash', first, '--disable', '--yes']);
  expect(code).toBe(2);
  expect(stderr).toContain(`--hash ${first} matches ${fitting.length} keys. Nothing was changed.`);
  for (const { name } of fitting) expect(stderr).toContain(name);
  expect(sent()).toEqual([]);
});
