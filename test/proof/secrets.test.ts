import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { decodeJournal } from '../../src/journal/codec.ts';
import { foldJournal } from '../../src/journal/fold.ts';
import { createKeysClient } from '../../src/openrouter/client.ts';
import { Secret } from '../../src/secret.ts';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { findLeaks } from '../support/canary.ts';
import { createTestContext } from '../support/context.ts';
import { cut, html, noSecret, refused } from '../support/faults.ts';
import { openWorld } from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const deep = { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true } as const;

async function useWorld() {
  const world = await openWorld();
  onTestFinished(() => world.close());
  return world;
}

test('with Node’s own debugging on, no secret is on the command line, in the process’s name or in what it prints', async () => {
  const world = await useWorld();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  world.server.setRules(({ route, nth }) => (route === 'POST /keys' && nth === 3 ? { wait: () => held } : undefined));
  const env = { ...world.env, NODE_DEBUG: 'http,https,net,tls,undici,fetch', NODE_OPTIONS: '' };
  const run = startBuilt(program, world.provision, { cwd: world.cwd, env });
  await expect.poll(() => world.server.mintedSecrets().length, { timeout: 20_000 }).toBe(3);
  const secrets = [...world.server.mintedSecrets(), world.server.managementKey];
  if (process.platform === 'linux') {
    const shown = ['cmdline', 'comm'].map((name) => readFileSync(`/proc/${run.child.pid}/${name}`, 'latin1')).join();
    expect(secrets.filter((secret) => shown.includes(secret))).toEqual([]);
  }
  letGo();
  expect((await run.ended).code).toBe(0);
  expect(run.stderr()).toMatch(/UNDICI|NET /);
  world.seen['a run with NODE_DEBUG'] = run.stdout() + run.stderr();
});

test('a report that Node writes in mid-run has no secret but the environment’s own', async () => {
  const world = await useWorld();
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  world.server.setRules(({ route, nth }) => (route === 'POST /keys' && nth === 3 ? { wait: () => held } : undefined));
  const nodeArgs = ['--report-uncaught-exception', '--report-on-signal', `--report-directory=${world.home}`];
  const run = startBuilt(program, [...world.provision, '--concurrency', '1'], { ...world, nodeArgs });
  await expect.poll(() => world.server.mintedSecrets().length, { timeout: 20_000 }).toBe(3);
  run.child.kill('SIGUSR2');
  const reports = () => readdirSync(world.home).filter((name) => name.startsWith('report.'));
  await expect.poll(() => run.stderr(), { timeout: 20_000 }).toContain('Node.js report completed');
  letGo();
  await run.ended;
  const [name = ''] = reports();
  const { environmentVariables, ...report } = JSON.parse(readFileSync(join(world.home, name), 'utf8'));
  expect(environmentVariables).toHaveProperty('OPENROUTER_MANAGEMENT_KEY');
  const secrets = [...world.server.mintedSecrets(), world.server.managementKey];
  expect(await findLeaks(secrets, { report: JSON.stringify(report) }, world.cwd)).toEqual([]);
  const { rmSync } = await import('node:fs');
  for (const left of reports()) rmSync(join(world.home, left));
});

test('util.inspect shows no secret of the client, its outcomes, its errors or the journal’s state', async () => {
  const world = await useWorld();
  await world.run(world.provision);
  const ctx = createTestContext({ cwd: world.cwd });
  const client = createKeysClient({
    baseUrl: world.server.url,
    managementKey: new Secret(world.server.managementKey),
    retries: 0,
    now: ctx.now,
    random: () => 0.5,
    sleep: ctx.sleep,
    stop: ctx.interrupts.stop,
    stopNow: ctx.interrupts.stopNow,
  });
  onTestFinished(() => client.close());
  const wanted = { name: 'X', limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false } as const;
  const seen: Record<string, string> = { client: inspect(client, deep) };
  const faults = {
    whole: {},
    cut: cut('after'),
    none: noSecret,
    page: html(200, 'now'),
    no: refused(401, 'sk-or-v1-test-in-error'),
  };
  for (const [name, fault] of Object.entries(faults)) {
    world.server.setRules(({ route }) => (route === 'POST /keys' ? fault : undefined));
    seen[name] = inspect(await client.createKey(wanted), deep);
    seen[`${name} as JSON`] = JSON.stringify(await client.createKey(wanted));
  }
  world.server.setRules(() => refused(401, 'sk-or-v1-test-in-error'));
  seen.thrown = inspect(await client.getCurrentKey().catch((error: unknown) => error), deep);
  expect(seen.thrown).toContain('CliError');
  const state = foldJournal(decodeJournal(readFileSync(join(world.folder, 'journal.jsonl'))).entries);
  seen.state = inspect(state, deep) + JSON.stringify([...state.attempts.values()]);
  const secrets = [...world.server.mintedSecrets(), world.server.managementKey, 'sk-or-v1-test-in-error'];
  expect(await findLeaks(secrets, seen, world.home)).toEqual([]);
});

test('an error of any kind masks what looks like a key; the canary itself sees one that is not masked', async () => {
  const world = await useWorld();
  const secret = 'sk-or-v1-test-canary-canary-canary';
  const error = new CliError('usage', 1, 'x', { cause: new Secret(secret) });
  expect(await findLeaks([secret], { error: inspect(error, deep) }, world.home)).toEqual([]);
  expect(await findLeaks([secret], { plain: `key ${secret}` }, world.home)).toEqual(['plain']);
});

test('closing a world fails where a secret was printed', async () => {
  const world = await openWorld();
  await world.run(world.provision);
  world.seen['a careless screen'] = `here it is: ${world.server.mintedSecrets()[0]}`;
  await expect(world.close()).rejects.toThrow('a careless screen');
});
