import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decodeJournal, encodeEntry } from '../../src/journal/codec.ts';
import { run } from '../../src/main.ts';
import { mayBeSentTo } from '../../src/workshop/saved-secrets.ts';
import { json, serve } from '../openrouter/scripted-server.ts';
import { createTestContext } from '../support/context.ts';
import { refused } from '../support/faults.ts';
import { useFaultyServer } from '../support/faulty-server.ts';
import { NOW, useProvisioned } from '../support/provisioned.ts';

test('every saved key works as planned', async () => {
  const { command, screen } = await useProvisioned('--limit', '2', '--limit-reset', 'weekly', '--expires', '7d');
  expect(screen(await command(['verify']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    All 3 keys work.
    --- stderr
    Testing keys: 0 of 3
    Testing keys: 3 of 3 after 0.0 s
    "
  `);
});

test('what fails, and why: disabled, gone, changed, used up; exit 3', async () => {
  const { command, screen, sandbox, saved } = await useProvisioned();
  const [anda, valdis, zane] = saved.map(({ hash }) => hash);
  sandbox.account.updateKey(anda ?? '', { disabled: true });
  sandbox.account.deleteKey(valdis ?? '');
  sandbox.account.updateKey(zane ?? '', { limit: 5 });
  expect(screen(await command(['verify', '--prefix', 'SUMMER'], { answers: [] }))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    1 key is no longer on the account.
      Valdis Vēveris · valdis.veveris@example.org · …<end>
    To create a new one, run: orkeys provision SUMMER_participants.csv --prefix SUMMER

    1 key: limit not as expected.
      Zane Ozola · zane.ozola@example.net · …<end>
    To restore what is expected, run: orkeys update --prefix SUMMER --email zane.ozola@example.net --limit 1

    1 key was disabled outside orkeys.
      Anda Baklāne · anda.baklane@example.org · …<end>
    To enable it, run: orkeys update --prefix SUMMER --email anda.baklane@example.org --enable

    [31m3 of 3 keys failed.[39m
    --- stderr

    Testing keys [>                             ] 0/3[0K
    Testing keys [==============================] 3/3  done in 0.0 s[0K
    "
  `);
  sandbox.account.updateKey(zane ?? '', { limit: 1 });
  sandbox.account.spend(zane ?? '', 1);
  const used = await command([
    'verify',
    '--email',
    'zane.ozola@example.net',
    '--json',
    '--fields',
    'verdict,limit_remaining',
  ]);
  expect(JSON.parse(used.stdout)).toEqual({
    version: 1,
    command: 'verify',
    sandbox: false,
    keys: [{ verdict: 'limit_reached', limit_remaining: 0 }],
    totals: { count: 1, works: 0, failed: 1 },
    notes: [],
  });
});

test('without a management key it asks all the same, and says what it cannot know', async () => {
  const { command, screen, sandbox, saved, env, setTime } = await useProvisioned('--expires', '2d');
  const keyless = { ORKEYS_BASE_URL: env.ORKEYS_BASE_URL };
  sandbox.account.deleteKey(saved[0]?.hash ?? '');
  setTime('2026-03-02T09:10:00Z');
  expect(screen(await command(['verify', '--fields', 'name,verdict,reason'], { env: keyless }))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    NAME                            VERDICT  REASON
    SUMMER_Anda_Baklāne_<tag>    refused  deleted or disabled
    SUMMER_Valdis_Vēveris_<tag>  works
    SUMMER_Zane_Ozola_<tag>      works

    1 of 3 keys failed.
    --- stderr
    Note: without a management key, orkeys cannot check whether the keys belong to your account
    Testing keys: 0 of 3
    Testing keys: 3 of 3 after 0.0 s
    "
  `);
  setTime('2026-03-09T09:00:00Z');
  expect((await command(['verify', '--fields', 'verdict'], { env: keyless })).stdout).toMatch(
    /^VERDICT\nexpired\nexpired\nexpired\n/,
  );
});

describe('a key of the last ten minutes that is rejected with 401', () => {
  /** The service rejects the first key as often as told, and says how often it was asked. */
  async function rejecting(times: number, status = 401) {
    const world = await useProvisioned();
    const { url, managementKey } = await useFaultyServer({
      account: world.sandbox.account,
      rules: ({ route, authorization, nth }) => {
        const isAnda = authorization === `Bearer ${world.saved[0]?.key}` && route === 'GET /key';
        if (!isAnda) return undefined;
        asked += 1;
        return asked <= times && nth > 0 ? refused(status, 'User not found.') : undefined;
      },
    });
    let asked = 0;
    const journal = join(world.folder, 'journal.jsonl');
    const madeThere = decodeJournal(readFileSync(journal)).entries.map((entry) =>
      entry.type === 'journal' ? { ...entry, base_url: url } : entry,
    );
    writeFileSync(journal, madeThere.map((entry) => `${encodeEntry(entry)}\n`).join(''));
    const ctx = createTestContext({
      cwd: world.cwd,
      env: { ORKEYS_BASE_URL: url, OPENROUTER_MANAGEMENT_KEY: managementKey },
      now: world.now,
    });
    const code = await run(['verify', '--rate', 'off', '--json', '--fields', 'verdict,reason'], ctx);
    return { code, anda: JSON.parse(ctx.stdout.text()).keys[0], slept: ctx.slept, asked: () => asked, world };
  }

  test('is tested again after a while, and works', async () => {
    const { code, anda, slept, asked } = await rejecting(2);
    expect({ code, anda, slept }).toEqual({ code: 0, anda: { verdict: 'works', reason: null }, slept: [2000, 4000] });
    expect(asked()).toBe(3);
  });

  test('is too new to tell after a minute, not refused', async () => {
    const { code, anda, slept } = await rejecting(99);
    expect({ code, anda }).toEqual({
      code: 3,
      anda: { verdict: 'too_new', reason: 'created less than 10 minutes ago; OpenRouter may not accept it yet' },
    });
    expect(slept.reduce((sum, ms) => sum + ms, 0)).toBe(60_000);
  });

  test('with 403 it is refused at once', async () => {
    const { anda, slept } = await rejecting(99, 403);
    expect({ anda, slept }).toEqual({ anda: { verdict: 'refused', reason: 'rejected by OpenRouter' }, slept: [] });
  });
});

test('it sends each secret once, to the service alone, and no management key', async () => {
  const { command, saved, folder } = await useProvisioned();
  const server = await serve(json(200, { data: { label: 'x', limit: 1, limit_remaining: 1, limit_reset: null } }));
  const env = { ORKEYS_BASE_URL: server.baseUrl };
  expect((await command(['verify'], { env })).stdout).toContain('so it is not sent anywhere else');
  expect(server.received).toEqual([]);
  const journal = join(folder, 'journal.jsonl');
  const madeThere = decodeJournal(readFileSync(journal)).entries.map((entry) =>
    entry.type === 'journal' ? { ...entry, base_url: server.baseUrl } : entry,
  );
  writeFileSync(journal, madeThere.map((entry) => `${encodeEntry(entry)}\n`).join(''));
  expect(await command(['verify'], { env })).toMatchObject({ code: 0 });
  expect(server.received.map(({ method, url, headers }) => `${method} ${url} ${headers.authorization}`).sort()).toEqual(
    saved.map(({ key }) => `GET /api/v1/key Bearer ${key}`).sort(),
  );
});

test('where only keys.json is left, no secret goes to a service that a setting names', async () => {
  const { command, folder } = await useProvisioned();
  rmSync(join(folder, 'journal.jsonl'));
  const server = await serve(json(200, { data: { label: 'x', limit: 1, limit_remaining: 1, limit_reset: null } }));
  const elsewhere = { ORKEYS_BASE_URL: server.baseUrl };
  const { code, stdout } = await command(['verify', '--json'], { env: elsewhere });
  expect(code).toBe(3);
  expect(JSON.parse(stdout).keys).toEqual(
    Array(3).fill(
      expect.objectContaining({
        verdict: 'not_tested',
        reason:
          'no journal records where it was created, so it is tested only at https://openrouter.ai/api/v1; to fix, run: orkeys journal rebuild SUMMER',
      }),
    ),
  );
  expect(server.received).toEqual([]);
  // Who rebuilds the journal says with it where the keys are from.
  expect((await command(['journal', 'rebuild', 'SUMMER'])).code).toBe(0);
  expect((await command(['verify'])).code).toBe(0);
  expect((await command(['verify'], { env: elsewhere })).code).toBe(3);
  expect(server.received).toEqual([]);
});

test.each([
  ['https://openrouter.ai/api/v1', undefined, true],
  ['sandbox', undefined, true],
  ['https://eu.openrouter.ai/api/v1', undefined, false],
  ['http://127.0.0.1:4010/api/v1', undefined, false],
  ['http://127.0.0.1:4010/api/v1', 'http://127.0.0.1:4010/api/v1', true],
  ['https://openrouter.ai/api/v1', 'http://127.0.0.1:4010/api/v1', false],
  ['http://127.0.0.1:4010/api/v1', 'https://openrouter.ai/api/v1', false],
  ['http://127.0.0.1:4010/api/v1', 'sandbox', false],
])('to %s a key that was made at %s is sent: %s', (to, madeAt, sent) => {
  expect(mayBeSentTo(to, { baseUrl: madeAt })).toBe(sent);
});

test('a damaged journal is said, and keys.json is used in its place', async () => {
  const { command, folder } = await useProvisioned();
  const path = join(folder, 'journal.jsonl');
  writeFileSync(path, readFileSync(path, 'utf8').replace('Anda', 'Anka'));
  const { code, stdout, stderr } = await command(['verify']);
  expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('is damaged') });
  expect(stdout).toContain('All 3 keys work.');
});

test('a service that is gone is exit 5; what nobody answered for is not called good', async () => {
  const { command, sandbox } = await useProvisioned();
  await sandbox.close();
  const { code, stdout, stderr } = await command(['verify', '--retries', '0', '--timeout', '5']);
  expect(code).toBe(5);
  expect(stdout).toContain('not tested');
  expect(stderr).toContain('Cannot reach ');
});

test('no saved key is no success', async () => {
  const { command, screen } = await useProvisioned();
  expect(screen(await command(['verify', '--name', 'nobody*']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: No saved key matches --name nobody*.
    Hint: Create keys with orkeys provision, or use another output folder with --out.
    "
  `);
});

test.each([
  ['2', 3],
  ['0', 1],
])('--retries %s makes %i requests of a service that is overloaded', async (retries, requests) => {
  const { command } = await useProvisioned();
  const server = await serve(json(503, { error: { code: 503, message: 'busy' } }));
  const env = {
    ORKEYS_BASE_URL: server.baseUrl,
    OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test',
    ORKEYS_TITLE: 'Summer school',
  };
  let seconds = 0;
  const now = () => new Date(NOW.getTime() + 1000 * seconds++);
  expect((await command(['whoami', '--retries', retries], { env, now })).code).toBe(5);
  expect(server.received.map(({ headers }) => headers['x-openrouter-title'])).toEqual(
    Array(requests).fill('Summer school'),
  );
});

test('--timeout bounds the whole answer', async () => {
  const { command } = await useProvisioned();
  const server = await serve(() => {});
  const env = { ORKEYS_BASE_URL: server.baseUrl, OPENROUTER_MANAGEMENT_KEY: 'sk-or-v1-test' };
  const { code, stderr } = await command(['whoami', '--timeout', '0.05', '--retries', '0'], { env });
  expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining('did not respond in time') });
});
