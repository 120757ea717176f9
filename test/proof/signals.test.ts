import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltProgram, buildProgram, type RunningBuilt, startBuilt } from '../support/built-program.ts';
import { drip, hang } from '../support/faults.ts';
import { checkEverybodyHasOne, checkFolder, openWorld } from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

/** A run of the built program whose creates are made and not answered until `letGo`. */
async function useHeldRun() {
  const world = await openWorld({ people: 6 });
  onTestFinished(() => world.close());
  let letGo = () => {};
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  world.server.setRules(({ route }) => (route === 'POST /keys' ? { wait: () => held } : undefined));
  const run = startBuilt(program, [...world.provision, '--concurrency', '2'], world);
  const posts = () =>
    world.server.requests.filter(({ route, committed }) => route === 'POST /keys' && committed).length;
  await expect.poll(posts, { timeout: 20_000 }).toBe(2);
  const ended = async () => {
    const end = await run.ended;
    world.seen['the interrupted run'] = run.stdout() + run.stderr();
    return end;
  };
  return { world, run, letGo, posts, ended };
}

const says = (run: RunningBuilt, text: string) => expect.poll(run.stderr, { timeout: 5000 }).toContain(text);

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s: what is in flight is finished and saved, nothing new starts, exit 130, and what to type next is told',
  async (signal) => {
    const { world, run, letGo, posts, ended } = await useHeldRun();
    run.child.kill(signal);
    await says(run, 'Finishing requests in progress');
    letGo();
    expect(await ended()).toEqual({ code: 130, signal: null });
    expect(posts()).toBe(2);
    const journal = readFileSync(join(world.folder, 'journal.jsonl'), 'utf8');
    for (const secret of world.server.mintedSecrets()) expect(journal).toContain(`"${secret}"`);
    expect(JSON.parse(readFileSync(join(world.folder, 'keys.json'), 'utf8')).keys).toHaveLength(2);
    expect(run.stdout()).toMatch(/Next, to resume:\n {2}orkeys provision roster\.csv --prefix W/);
    world.server.setRules(() => undefined);
    expect((await world.run(world.provision)).code).toBe(0);
    await checkEverybodyHasOne(world);
    checkFolder(world);
  },
);

test('a second Ctrl-C stops at once and still loses nothing', async () => {
  const { world, run, letGo, ended } = await useHeldRun();
  run.child.kill('SIGINT');
  await says(run, 'Finishing requests in progress');
  // Two signals within 0.3 s are one press: npm passes on what the terminal has sent already.
  await new Promise((resolve) => setTimeout(resolve, 350));
  run.child.kill('SIGINT');
  expect(await ended()).toEqual({ code: 130, signal: null });
  letGo();
  world.server.setRules(() => undefined);
  expect((await world.run(world.provision)).code).toBe(0);
  await checkEverybodyHasOne(world);
  checkFolder(world);
});

describe('SIGTERM ends a command that only reads, whatever it waits for, and nothing is left half done', () => {
  /** How long what waits for nothing may take; a listing that is given up takes minutes. */
  const SOON_MS = 3000;

  const slow = { 'is not answered': hang, 'comes byte by byte': drip(40) };
  const commands = [
    ['list', '--rate', 'off'],
    ['verify', '--prefix', 'W', '--rate', 'off'],
    ['revoke', '--prefix', 'W', '--rate', 'off', '--yes'],
    ['provision', 'roster.csv', '--prefix', 'W', '--rate', 'off', '--yes'],
  ];

  test.each(Object.entries(slow))('a listing that %s', async (_, fault) => {
    const world = await openWorld();
    onTestFinished(() => world.close());
    expect((await world.run(world.provision)).code).toBe(0);
    const journal = () => readFileSync(join(world.folder, 'journal.jsonl'), 'utf8');
    const before = journal();
    world.writeRoster([0, 1, 2, 3]);
    for (const args of commands) {
      const listed = world.server.requests.length;
      world.server.setRules(({ route }) => (route === 'GET /keys' ? fault : undefined));
      const run = startBuilt(program, args, world);
      const listings = () => world.server.requests.slice(listed).filter(({ route }) => route === 'GET /keys').length;
      await expect.poll(listings, { timeout: 20_000 }).toBeGreaterThan(0);
      const at = performance.now();
      run.child.kill('SIGTERM');
      expect(await run.ended, args.join(' ')).toEqual({ code: 130, signal: null });
      expect(performance.now() - at).toBeLessThan(SOON_MS);
      expect(world.server.requests.slice(listed).filter(({ method }) => method !== 'GET')).toEqual([]);
    }
    expect(journal()).toBe(before);
    world.server.setRules(() => undefined);
    expect((await world.run(world.provision)).code).toBe(0);
    await checkEverybodyHasOne(world);
    checkFolder(world);
  });
});
