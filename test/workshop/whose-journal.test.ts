import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys } from '../support/cli.ts';
import type { FaultyServer } from '../support/faulty-server.ts';
import { NOW, useWorkshop } from '../support/workshop-world.ts';

const PROVISION = ['provision', 'WS_participants.csv'];

/** From now on the management key is another account's. */
function beOnAnotherAccount({ setRules }: FaultyServer): void {
  setRules(({ route }) => {
    if (route !== 'GET /key') return undefined;
    return {
      edit: (body) => {
        const { data } = body as { data: object };
        return { data: { ...data, creator_user_id: 'user_other', organization_id: 'org_other' } };
      },
    };
  });
}

/** A workshop whose journal was rebuilt from keys.json, which does not know the account; an hour passes with each command. */
async function useUnboundJournal() {
  let time = NOW().getTime();
  const hour = () => {
    time += 3_600_000;
  };
  const world = await useWorkshop({ now: () => new Date(time) });
  const run = (...args: string[]) => {
    hour();
    return world.run(args);
  };
  const local = async (...args: string[]) => {
    hour();
    const env = { ORKEYS_BASE_URL: world.server.url };
    return orkeys(args, { cwd: world.cwd, env, now: () => new Date(time) });
  };
  const path = (name: string) => join(world.cwd, 'output', 'WS', name);
  rmSync(path('journal.jsonl'));
  expect((await local('journal', 'rebuild', 'WS')).code).toBe(0);
  const headers = () =>
    readFileSync(path('journal.jsonl'), 'utf8')
      .split('\n')
      .flatMap((line) => (line.startsWith('{"type":"journal"') ? [JSON.parse(line)] : []));
  return { ...world, run, local, path, headers };
}

test('a journal that names no account is bound to the account of its next use, and that is told once', async () => {
  const { run, local, path, headers } = await useUnboundJournal();
  expect(headers().map(({ account }) => account)).toEqual([undefined]);
  const first = await run(...PROVISION);
  expect([first.code, first.stderr]).toEqual([
    0,
    expect.stringContaining('The journal of WS did not record its account; it now belongs to this one (user_sandbox).'),
  ]);
  expect(headers()).toMatchObject([{}, { prefix: 'WS', base_url: headers()[0].base_url, account: 'user_sandbox' }]);
  expect((await local('journal', 'verify', 'WS')).code).toBe(0);
  const journal = readFileSync(path('journal.jsonl'));
  const second = await run(...PROVISION);
  expect(second.stderr).not.toContain('did not record its account');
  expect(readFileSync(path('journal.jsonl'))).toEqual(journal);
});

test('from then on it is refused with the management key of another account', async () => {
  const { run, server } = await useUnboundJournal();
  await run(...PROVISION);
  beOnAnotherAccount(server);
  const refused = await run(...PROVISION, '--json');
  expect(refused.code).toBe(2);
  expect(JSON.parse(refused.stderr)).toMatchObject({
    error: { code: 'journal_of_another', message: expect.stringContaining('a different account') },
  });
});

test('its keys are not taken for its own on another account', async () => {
  const { run, server } = await useUnboundJournal();
  await run(...PROVISION);
  const shown = async () => JSON.parse((await run('list', 'WS', '--json')).stdout).keys[0];
  expect(await shown()).toMatchObject({ prefix: 'WS' });
  beOnAnotherAccount(server);
  const { code, stderr } = await run('revoke', '--prefix', 'WS', '--yes', '--json');
  expect(code).toBe(2);
  expect(JSON.parse(stderr).error).toMatchObject({ code: 'only_unknown' });
  expect(server.liveKeys().length).toBeGreaterThan(0);
});

test('binding it changes no byte of the result files', async () => {
  const { run, local, path } = await useUnboundJournal();
  expect((await run('provision', 'WS_participants.csv')).code).toBe(0);
  // The same journal without the line that binds it.
  const bound = readFileSync(path('journal.jsonl'), 'utf8').split('\n');
  const at = bound.findLastIndex((line) => line.startsWith('{"type":"journal"'));
  const results = () => ['keys.json', 'keys.xlsx'].map((name) => readFileSync(path(name), 'base64'));
  writeFileSync(path('journal.jsonl'), bound.toSpliced(at, 1).join('\n'));
  await local('export', 'WS');
  const before = results();
  expect((await run('provision', 'WS_participants.csv')).stderr).toContain('did not record its account');
  expect(results()).toEqual(before);
});

/** A run whose output folder vanished: the secret of the one key is saved in the home folder. */
async function useRescued() {
  const world = await useWorkshop();
  world.write('NEW.csv', 'E-mail,Name,Surname\nnew@example.org,New,Kalns\n');
  const folder = join(world.cwd, 'output', 'NEW');
  world.server.setRules(({ route }) => {
    if (route === 'POST /keys') rmSync(folder, { recursive: true });
    return undefined;
  });
  expect((await world.run(['provision', 'NEW.csv'])).code).toBe(6);
  world.server.setRules(() => undefined);
  const [name = ''] = readdirSync(join(world.cwd, '.orkeys')).filter((each) => each.startsWith('rescued-'));
  const made = world.server.mintedSecrets().at(-1);
  const provision = async () => {
    const { code, stderr } = await world.run(['provision', 'NEW.csv']);
    const keys = world.saved('NEW').map(({ key }) => key);
    return { code, stderr, isRestored: keys.length === 1 && keys[0] === made };
  };
  return { ...world, rescued: join(world.cwd, '.orkeys', name), provision };
}

test('a rescued secret says whose it is, and comes home', async () => {
  const { rescued, provision, server } = await useRescued();
  const [header = ''] = readFileSync(rescued, 'utf8').split('\n');
  expect(JSON.parse(header)).toMatchObject({
    type: 'journal',
    prefix: 'NEW',
    base_url: server.url,
    account: 'user_sandbox',
  });
  expect(await provision()).toMatchObject({ code: 0, isRestored: true });
  expect(existsSync(rescued)).toBe(false);
});

test('one of an older version, which does not say it, comes home too', async () => {
  const { rescued, provision } = await useRescued();
  writeFileSync(rescued, readFileSync(rescued, 'utf8').split('\n').slice(1).join('\n'));
  expect(await provision()).toMatchObject({ code: 0, isRestored: true });
  expect(existsSync(rescued)).toBe(false);
});

test('one of another account stays where it is, and that is told', async () => {
  const { rescued, provision, server, run } = await useRescued();
  beOnAnotherAccount(server);
  expect(JSON.parse((await run(['provision', 'NEW.csv', '--dry-run', '--json'])).stdout).totals.has_key).toBe(0);
  const { stderr, isRestored } = await provision();
  expect(isRestored).toBe(false);
  expect(stderr).toContain(`${rescued} contains a secret of another workshop or account. It was not restored.`);
  expect(existsSync(rescued)).toBe(true);
});

test('one whose secret cannot be read stays where it is', async () => {
  const { rescued, run } = await useRescued();
  const lines = readFileSync(rescued, 'utf8').split('\n');
  writeFileSync(
    rescued,
    lines.map((line) => (line.includes('"created"') ? line.replace('"at":"2026', '"at":"2027') : line)).join('\n'),
  );
  expect((await run(['provision', 'NEW.csv', '--yes'])).code).toBe(0);
  expect(existsSync(rescued)).toBe(true);
});
