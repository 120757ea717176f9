import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SandboxAccount } from '../../src/sandbox/account.ts';
import { cut, noSecret, refused, resetAfterCommit, resetBeforeCommit } from '../support/faults.ts';
import { useFaultyServer } from '../support/faulty-server.ts';
import { createCamera } from '../support/power-cuts.ts';
import { useProvisioned } from '../support/provisioned.ts';
import { newAccount } from '../support/sandbox.ts';
import { NOW, useWorkshop } from '../support/workshop-world.ts';

const ROTATE = ['rotate', '--prefix', 'WS', '--yes'];

/** Keys that work, by person. */
function working(account: SandboxAccount): Record<string, number> {
  const count: Record<string, number> = { Anda: 0, Jānis: 0, Zane: 0 };
  for (const { name, disabled } of account.toJSON().keys) {
    const person = name.split('_')[1] ?? '';
    if (!disabled) count[person] = (count[person] ?? 0) + 1;
  }
  return count;
}

const ONE_EACH = { Anda: 1, Jānis: 1, Zane: 1 };

test('the plan fits 80 columns, with a limit, a reset period and an expiration', async () => {
  const { run } = await useWorkshop({ provision: ['--limit', '10', '--limit-reset', 'weekly', '--expires', '7d'] });
  const { stderr } = await run(['rotate', '--prefix', 'WS', '--grace'], { answers: ['n'], columns: 80 });
  const rows = stderr.split('\n').filter((line) => line.includes('new key ('));
  expect(rows).toHaveLength(3);
  for (const row of rows) expect(row.length).toBeLessThanOrEqual(80);
});

test('each selected key gets a new one with the same settings, then the old one is deleted', async () => {
  const { run, screen, sdk, saved, server } = await useWorkshop({
    provision: ['--limit', '2', '--limit-reset', 'weekly', '--expires', '2026-06-30T12:00:00Z', '--include-byok'],
  });
  const before = saved();
  expect(
    screen(await run(['rotate', '--email', 'anda@example.org', '--email', 'zane@example.org', '--yes'])),
  ).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    OLD KEY                 NEW KEY
    WS_Zane_Kalna_<tag>  WS_Zane_Kalna_<tag>
    WS_Anda_Ozola_<tag>  WS_Anda_Ozola_<tag>

    Rotated 2 keys.
    Saved in <folder>/output/WS/keys.json
    Saved in <folder>/output/WS/keys.xlsx
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    KEY NAME                CHANGE
    WS_Zane_Kalna_<tag>  new key ($2.00 weekly, expires 2026-06-30 12:00), delete old
    WS_Anda_Ozola_<tag>  new key ($2.00 weekly, expires 2026-06-30 12:00), delete old

    2 keys to rotate.
    Rotating keys: 0 of 2
    Rotating keys: 2 of 2 after 0.0 s
    "
  `);
  const after = saved();
  expect(after[1]).toEqual(before[1]);
  expect(after[0]?.name).toMatch(/^WS_Anda_Ozola_[a-z2-7]{8}$/);
  expect([after[0]?.key, after[0]?.name]).not.toContain([before[0]?.key, before[0]?.name]);
  const { data } = await sdk.apiKeys.list({});
  expect(data).toHaveLength(3);
  for (const key of data) {
    expect(key).toMatchObject({ limit: 2, limitReset: 'weekly', includeByokInLimit: true });
    expect(new Date(String(key.expiresAt)).toISOString()).toBe('2026-06-30T12:00:00.000Z');
  }
  for (const { key } of after) expect(server.account.identify(key).kind).toBe('regular');
});

test('a dry run says what would happen and sends nothing', async () => {
  const { run, screen, sent } = await useWorkshop();
  sent();
  expect(screen(await run(['rotate', '--prefix', 'WS', '--expires', '7d', '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    KEY NAME                   CHANGE
    WS_Zane_Kalna_<tag>     new key ($1.00, expires 2026-03-09 09:00), delete old
    WS_Jānis_Bērziņš_<tag>  new key ($1.00, expires 2026-03-09 09:00), delete old
    WS_Anda_Ozola_<tag>     new key ($1.00, expires 2026-03-09 09:00), delete old

    3 keys to rotate.
    Dry run: nothing was changed.
    --- stderr
    "
  `);
  expect(sent()).toEqual([]);
});

test('--grace disables the old keys; a later rotation leaves them alone', async () => {
  const { run, server, saved } = await useWorkshop();
  await run([...ROTATE, '--grace']);
  expect(server.liveKeys()).toHaveLength(6);
  expect(working(server.account)).toEqual(ONE_EACH);
  const again = await run(ROTATE);
  expect(again.stderr).toContain('3 keys already replaced by a rotation are unchanged');
  expect(server.liveKeys()).toHaveLength(6);
  expect(saved()).toHaveLength(3);
  for (const { key } of saved()) expect(server.account.identify(key).kind).toBe('regular');
});

test.for([[[]], [['--grace']]])(
  'a run cut off after its last step (%j) is reported by the next one, which rotates nobody a second time',
  async ([flags]) => {
    const { cwd, run, sent, saved } = await useWorkshop();
    const args = [...ROTATE, ...(flags ?? []), '--quiet'];
    await run(args);
    const journal = join(cwd, 'output', 'WS', 'journal.jsonl');
    const lines = readFileSync(journal, 'utf8').split('\n');
    expect(lines.at(-2)).toContain('"type":"reported"');
    writeFileSync(journal, [...lines.slice(0, -2), ''].join('\n'));
    const before = saved();
    sent();
    // A command that tells nothing of rotations does not count as the report.
    expect((await run(['provision', 'WS_participants.csv', '--quiet'])).code).toBe(0);
    const again = await run(args.slice(0, -1));
    expect(again).toMatchObject({ code: 0 });
    expect(again.stdout).toContain('an interrupted run already rotated 3 keys');
    expect([sent(), saved()]).toEqual([[], before]);
    expect((await run(args)).code).toBe(0);
    expect(sent().filter((request) => request.startsWith('POST /keys'))).toHaveLength(3);
  },
);

test('--carry-remaining gives the new key what the old one had left', async () => {
  const { run, server, hashOf } = await useWorkshop({ provision: ['--limit', '2'] });
  server.account.spend(hashOf('Anda'), 1.7);
  await run([...ROTATE, '--carry-remaining']);
  expect(server.liveKeys().map(({ name, limit }) => [name.split('_')[1], limit])).toEqual(
    expect.arrayContaining([
      ['Anda', 0.3],
      ['Zane', 2],
    ]),
  );
});

test('expired keys need --expires or --no-expires', async () => {
  let now = NOW();
  const { run, sent, server } = await useWorkshop({ provision: ['--expires', '1d'], now: () => now });
  now = new Date('2026-03-05T00:00:00Z');
  sent();
  const refusal = await run(ROTATE);
  expect([refusal.code, refusal.stderr]).toEqual([2, expect.stringContaining('3 keys have expired')]);
  expect(sent()).toEqual([]);
  expect((await run([...ROTATE, '--no-expires'])).code).toBe(0);
  expect(server.liveKeys().map(({ expires_at }) => expires_at)).toEqual([null, null, null]);
});

test('a new key is bound by the guardrail of the old one before that one goes', async () => {
  const { run, server, hashOf } = await useWorkshop();
  const id = server.account.guardrails.create({ name: 'small models' }).data.id;
  server.account.guardrails.bind(id, { key_hashes: [hashOf('Anda')] });
  const { code } = await run(ROTATE);
  expect(code).toBe(0);
  expect(server.account.guardrails.assignments(0, 50).data.map(({ key_hash }) => key_hash)).toEqual([hashOf('Anda')]);
  const routes = server.requests.map(({ route }) => route);
  expect(routes.findIndex((route) => route.endsWith('/assignments/keys') && route.startsWith('POST'))).toBeLessThan(
    routes.indexOf('DELETE /keys/{hash}'),
  );
});

test('while the new key cannot be bound the old one stays; the next run finishes', async () => {
  const { run, server, hashOf, screen } = await useWorkshop();
  const id = server.account.guardrails.create({ name: 'small models' }).data.id;
  server.account.guardrails.bind(id, { key_hashes: [hashOf('Anda')] });
  server.setRules(({ method, path }) =>
    method === 'POST' && path.includes('/assignments/') ? { body: { assigned_count: 0 }, commit: 'never' } : undefined,
  );
  const rotate = ['rotate', '--email', 'anda@example.org', '--yes', '--quiet'];
  expect(screen(await run(rotate))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    Rotated 0 keys.

    NOT DONE                STATUS      REASON
    WS_Anda_Ozola_<tag>  unresolved  the new key is saved, but the old one still exists: cannot assign the old key's guardrail to the new key: OpenRouter assigned it to 0 keys instead of 1

    Next      run the same command again to finish; keys already replaced are not replaced twice
    --- stderr
    "
  `);
  expect(working(server.account)).toEqual({ ...ONE_EACH, Anda: 2 });
  server.setRules(() => undefined);
  const old =
    server
      .liveKeys()
      .filter(({ name }) => name.includes('Anda'))[0]
      ?.hash.slice(0, 12) ?? '';
  const note = `1 rotation is unfinished: both keys work until you run orkeys rotate --hash ${old}`;
  expect((await run(['provision', 'WS_participants.csv'])).stderr).toContain(note);
  expect((await run(['revoke', '--email', 'zane@example.org', '--dry-run'])).stdout).toContain(note);
  const others = () => server.liveKeys().filter(({ name }) => !name.includes('Anda'));
  const before = others();
  const suggested = /until you run orkeys (.*)$/m.exec(
    (await run(['revoke', '--hash', hashOf('Zane'), '--dry-run'])).stdout,
  );
  const args = suggested?.[1]?.split(' ') ?? [];
  expect(args).not.toContain('--prefix');
  expect(screen(await run([...args, '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Rotated 1 key.
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Note      an interrupted rotation is finished first
    KEY NAME                CHANGE
    WS_Anda_Ozola_<tag>  delete old key; its replacement is saved

    1 key to rotate.
    Rotating keys: 0 of 1
    Rotating keys: 1 of 1 after 0.0 s
    "
  `);
  expect(working(server.account)).toEqual(ONE_EACH);
  expect(others()).toEqual(before);
  expect(server.account.guardrails.assignments(0, 50).data.map(({ key_hash }) => key_hash)).toEqual([hashOf('Anda')]);
});

test('a key that no journal knows is rotated when it is selected; the new one is saved apart', async () => {
  const { run, server, sdk, saved } = await useWorkshop();
  await sdk.apiKeys.create({ requestBody: { name: 'by hand', limit: 3 } });
  expect((await run(['rotate', '--name', 'by hand', '--yes'])).code).toBe(0);
  const names = server.liveKeys().flatMap(({ name, limit }) => (name.startsWith('by hand') ? [[name, limit]] : []));
  expect(names).toEqual([[expect.stringMatching(/^by hand_[a-z2-7]{8}$/), 3]]);
  expect(server.account.identify(saved('_account')[0]?.key ?? '').kind).toBe('regular');
});

test('a service without guardrails: rotated all the same, with a note', async () => {
  const { run, server } = await useWorkshop();
  server.setRules(({ path }) => (path.startsWith('/guardrails') ? refused(404, 'Resource not found') : undefined));
  const { code, stderr } = await run(ROTATE);
  expect([code, stderr]).toEqual([0, expect.stringContaining('guardrails are not visible')]);
});

test.for([
  ['POST /keys', resetAfterCommit, 'the answer with the new key is lost'],
  ['POST /keys', resetBeforeCommit, 'the create never arrives'],
  ['POST /keys', noSecret, 'the answer has no secret'],
  ['POST /keys', cut('after'), 'the answer is cut after the secret'],
  ['POST /keys', refused(400), 'the create is refused'],
  ['POST /keys', refused(500, 'oops', 'now'), '500, and the key was made'],
  ['DELETE /keys/{hash}', resetAfterCommit, 'the answer to the delete is lost'],
  ['DELETE /keys/{hash}', resetBeforeCommit, 'the delete never arrives'],
  ['DELETE /keys/{hash}', refused(409), 'the delete is refused'],
  ['DELETE /keys/{hash}', refused(401), 'the management key is revoked meanwhile'],
] as const)('%s: %o (%s): never without a working key, and after a second run exactly one', async ([route, fault]) => {
  const { run, server, saved } = await useWorkshop();
  const posts = () => server.requests.filter((request) => request.route === 'POST /keys').length;
  let lowest = 3;
  server.setRules((request) => {
    lowest = Math.min(lowest, ...Object.values(working(server.account)));
    return request.route === route && request.nth === (route === 'POST /keys' ? 5 : 2) ? fault : undefined;
  });
  const first = await run([...ROTATE, '--quiet', '--retries', '0', '--concurrency', '1']);
  server.setRules(() => {
    lowest = Math.min(lowest, ...Object.values(working(server.account)));
    return undefined;
  });
  if (first.code !== 0) {
    const made = posts();
    expect((await run([...ROTATE, '--quiet'])).code).toBe(0);
    expect(posts() - made).toBeLessThan(3);
  }
  expect(lowest).toBe(1);
  expect(working(server.account)).toEqual(ONE_EACH);
  expect(server.liveKeys()).toHaveLength(3);
  for (const { key } of saved()) expect(server.account.identify(key).kind).toBe('regular');
});

test.for([[[]], [['--grace']]])(
  'cut off at any phase of any request (%j), the next run leaves exactly one working key each, its secret saved',
  async ([flags]) => {
    const account = newAccount(NOW);
    let cwd = '';
    const camera = createCamera(account, () => cwd);
    const world = await useWorkshop({ account, onEvent: camera.onEvent });
    cwd = world.cwd;
    camera.start();
    await world.run([...ROTATE, ...(flags ?? []), '--concurrency', '1']);
    camera.stop();
    await world.server.close();
    expect(camera.taken.length).toBeGreaterThan(20);
    for (const { at, account, cwd } of camera.taken) {
      expect({ at, least: Math.min(...Object.values(working(account))) }).toEqual({ at, least: 1 });
      const journal = readFileSync(join(cwd, 'output', 'WS', 'journal.jsonl'), 'utf8');
      const rotated = journal.split('"type":"created"').length - 1 - 3;
      const again = await useFaultyServer({ account, port: world.server.port });
      const { code, stderr } = await world.run([...ROTATE, ...(flags ?? [])], { cwd });
      expect({ at, code, stderr }).toMatchObject({ at, code: 0 });
      const posts = again.requests.filter(({ route }) => route === 'POST /keys').length;
      expect({ at, posts }).toEqual({ at, posts: 3 - rotated });
      expect({ at, ...working(account) }).toEqual({ at, ...ONE_EACH });
      const { keys } = JSON.parse(readFileSync(join(cwd, 'output', 'WS', 'keys.json'), 'utf8'));
      expect(keys).toHaveLength(3);
      for (const { key } of keys) expect({ at, kind: account.identify(key).kind }).toEqual({ at, kind: 'regular' });
      await again.close();
    }
  },
);

test('on a schedule: what is older than a month is replaced, a new key not before a month has passed', async () => {
  const { command, setTime, sandbox } = await useProvisioned();
  const nightly = () => command(['rotate', '--prefix', 'SUMMER', '--created-before', '30d', '--yes', '--json']);
  const hashes = () => sandbox.account.toJSON().keys.map(({ hash }) => hash);
  const first = hashes();
  setTime('2026-03-31T09:00:00Z');
  expect((await nightly()).code, 'nothing is older yet').toBe(2);
  expect(hashes()).toEqual(first);
  setTime('2026-04-01T09:00:01Z');
  expect((await nightly()).code).toBe(0);
  const second = hashes();
  expect(second.filter((hash) => first.includes(hash))).toEqual([]);
  setTime('2026-04-02T09:00:01Z');
  expect((await nightly()).code, 'only deleted keys are older').toBe(0);
  expect(hashes()).toEqual(second);
});
