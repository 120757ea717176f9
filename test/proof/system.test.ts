import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { orkeys } from '../support/cli.ts';
import { closedAfterAnswer, resetAfterCommit, tooMany } from '../support/faults.ts';
import {
  checkEverybodyHasOne,
  checkFolder,
  checkNobodyHasOne,
  openWorld,
  type WorkshopWorld,
  type WorldOptions,
} from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
  chmodSync(dirname(dirname(program.bin)), 0o755);
});
afterAll(() => program.remove());

async function useWorld(options: WorldOptions = {}): Promise<WorkshopWorld> {
  const world = await openWorld(options);
  onTestFinished(() => world.close());
  return world;
}

async function runBuilt(world: WorkshopWorld, args: readonly string[], under: readonly string[], env = world.env) {
  const run = startBuilt(program, args, { cwd: world.cwd, env, under });
  const { code, signal } = await run.ended;
  world.seen[`built ${under.join(' ')}`] = run.stdout() + run.stderr();
  return { code, signal, stdout: run.stdout(), stderr: run.stderr() };
}

const posts = ({ server }: WorkshopWorld) => server.requests.filter(({ method }) => method === 'POST').length;

/** Why a program that changes what a process may do cannot be used here; undefined where it can. */
function refusalOf(...command: [string, ...string[]]): string | undefined {
  const [program, ...args] = command;
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return undefined;
  } catch {
    return ` (skipped: ${program} is missing or not permitted)`;
  }
}

const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
const setpriv = refusalOf('setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups', 'true');
const unshare = refusalOf('unshare', '-m', 'sh', '-c', 'mount --bind /tmp /tmp && mount -o remount,ro,bind /tmp');
const offline = refusalOf('unshare', '-n', 'true');
const limited = refusalOf('prlimit', '--fsize=4096', 'true');

describe('a folder that cannot be written: exit 6, and no POST', () => {
  test.skipIf(setpriv !== undefined)(`EACCES: it belongs to somebody else${setpriv ?? ''}`, async () => {
    const world = await useWorld();
    for (const folder of [world.root, world.cwd]) chmodSync(folder, 0o755);
    const { code, stderr } = await runBuilt(world, world.provision, NOBODY);
    expect({ code, stderr }).toMatchObject({ code: 6, stderr: expect.stringMatching(/^Error: .*\nHint: /) });
    expect(posts(world)).toBe(0);
    expect(readdirSync(world.cwd)).toEqual(['roster.csv']);
  });

  test.skipIf(setpriv !== undefined)(`EACCES: its files belong to somebody else${setpriv ?? ''}`, async () => {
    const world = await useWorld();
    expect((await world.run(world.provision)).code).toBe(0);
    for (const folder of [world.root, world.cwd]) chmodSync(folder, 0o755);
    for (const folder of [join(world.cwd, 'output'), world.folder]) chownSync(folder, 65534, 65534);
    world.writeRoster([0, 1, 2, 3]);
    const before = posts(world);
    const { code, stderr } = await runBuilt(world, world.provision, NOBODY);
    expect({ code, stderr }).toMatchObject({ code: 6, stderr: expect.stringMatching(/^Error: .*\n/) });
    expect(posts(world)).toBe(before);
    for (const folder of [join(world.cwd, 'output'), world.folder]) chownSync(folder, 0, 0);
    expect((await world.run(world.provision)).code).toBe(0);
    await checkEverybodyHasOne(world);
  });

  test.skipIf(unshare !== undefined)(`EROFS: the disk is mounted read-only${unshare ?? ''}`, async () => {
    const world = await useWorld();
    const output = join(world.cwd, 'output');
    mkdirSync(output);
    const script = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"';
    const { code, stderr } = await runBuilt(world, world.provision, ['unshare', '-m', 'sh', '-c', script, output]);
    expect({ code, stderr }).toMatchObject({ code: 6, stderr: expect.stringMatching(/^Error: .*\nHint: /) });
    expect(posts(world)).toBe(0);
  });
});

test.skipIf(limited !== undefined)(
  `ulimit -f: files may not grow any more, and no secret is lost${limited ?? ''}`,
  async () => {
    for (const size of [1500, 2500, 3500, 4500, 6500]) {
      const world = await useWorld();
      const { code, signal } = await runBuilt(world, world.provision, ['prlimit', `--fsize=${size}`]);
      expect({ size, ended: code ?? signal }).toMatchObject({ ended: expect.toBeOneOf([6, 'SIGXFSZ']) });
      const again = await world.run(world.provision);
      expect({ size, ...again }).toMatchObject({ code: 0 });
      await checkEverybodyHasOne(world);
      checkFolder(world);
    }
  },
);

describe('a name that cannot be resolved: exit 5', () => {
  test.skipIf(offline !== undefined)(`of the service${offline ?? ''}`, async () => {
    const world = await useWorld({ people: 1 });
    const { ORKEYS_BASE_URL: _, ...env } = world.env;
    const args = [...world.provision, '--retries', '0'];
    const { code, stderr } = await runBuilt(world, args, ['unshare', '-n'], env as Record<string, string>);
    expect({ code, stderr }).toMatchObject({
      code: 5,
      stderr: expect.stringContaining('Cannot find openrouter.ai'),
    });
  });

  test('of the proxy', async () => {
    const world = await useWorld({ people: 1 });
    const env = { ORKEYS_BASE_URL: 'https://openrouter.ai/api/v1', HTTPS_PROXY: 'http://proxy.invalid:1' };
    const { code, stderr } = await world.run([...world.provision, '--retries', '0'], env);
    expect({ code, stderr }).toMatchObject({ code: 5, stderr: expect.stringContaining('The proxy did not connect') });
  });
});

describe('an answer of a gigabyte', () => {
  test.each(['GET', 'POST'])('to a %s is dropped early, in bounded memory', async (method) => {
    const world = await useWorld({ people: 1 });
    const piece = Buffer.alloc(1 << 20, ' ');
    let sent = 0;
    const server = createServer((request, response) => {
      const other = () => {
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify({ data: request.url?.includes('/keys') ? [] : { total_credits: 9, total_usage: 0 } }),
        );
      };
      if (!(request.method === method && request.url?.includes('/keys'))) return other();
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1 << 30 });
      const more = () => {
        while (sent < 1 << 30 && !response.destroyed) {
          sent += piece.length;
          if (!response.write(piece)) return void response.once('drain', more);
        }
        response.end();
      };
      more();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => server.closeAllConnections());
    onTestFinished(() => void server.close());
    const address = server.address() as { port: number };
    const tell = "data:text/javascript,process.on('exit',()=>console.error('rss',process.resourceUsage().maxRSS))";
    const run = startBuilt(program, [...world.provision, '--quiet'], {
      cwd: world.cwd,
      env: { ...world.env, ORKEYS_BASE_URL: `http://127.0.0.1:${address.port}/api/v1` },
      nodeArgs: ['--import', tell],
    });
    const { code } = await run.ended;
    expect({ code, stderr: run.stderr() }).toMatchObject({ code: 5 });
    expect(sent).toBeGreaterThan(16 << 20);
    expect(sent).toBeLessThan(200 << 20);
    const peak = Number(/rss (\d+)/.exec(run.stderr())?.[1]) / 1024;
    expect(peak).toBeGreaterThan(10);
    expect(peak, 'MB').toBeLessThan(300);
  });
});

test('the clock of this computer jumps by a day, both ways, between runs that lose answers', async () => {
  const world = await useWorld();
  const day = 86_400_000;
  world.server.setRules(({ route, nth }) => {
    if (route !== 'POST /keys') return undefined;
    // A date of the service, which its own Date header explains.
    if (nth === 1) return tooMany(new Date(Date.now() + 2000).toUTCString());
    return nth < 5 ? resetAfterCommit : undefined;
  });
  for (const offset of [day, -day, 0]) {
    const now = () => new Date(Date.now() + offset);
    const screen = await orkeys(world.provision, { cwd: world.cwd, home: world.home, env: world.env, now });
    expect({ offset, ...screen }).toMatchObject({ code: 0 });
    await checkEverybodyHasOne(world);
    world.writeRoster(offset > 0 ? [0, 1, 2, 3] : [0, 1, 2, 3, 4]);
  }
});

test('sockets that the service closes right after each answer disturb neither update, rotation nor revocation', async () => {
  const world = await useWorld({ rules: () => closedAfterAnswer });
  const workshop = ['--prefix', 'W', '--rate', 'off', '--yes'];
  expect((await world.run(world.provision)).code).toBe(0);
  expect((await world.run(['update', ...workshop, '--add-limit', '1'])).code).toBe(0);
  expect((await world.run(['rotate', ...workshop])).code).toBe(0);
  await checkEverybodyHasOne(world);
  expect((await world.run(['revoke', ...workshop])).code).toBe(0);
  await checkNobodyHasOne(world);
});

test('a roster whose file name macOS writes in pieces (NFD) is the workshop of the same name written whole (NFC)', async () => {
  const world = await useWorld();
  const roster = readFileSync(join(world.cwd, 'roster.csv'));
  const name = 'Bērziņš.csv';
  for (const form of ['NFC', 'NFD']) writeFileSync(join(world.cwd, name.normalize(form)), roster);
  const provision = (form: string) => world.run(['provision', name.normalize(form), '--rate', 'off', '--yes']);
  expect((await provision('NFC')).code).toBe(0);
  const before = posts(world);
  expect((await provision('NFD')).code).toBe(0);
  expect(posts(world)).toBe(before);
  expect(readdirSync(join(world.cwd, 'output')).filter((each) => !each.startsWith('.'))).toEqual([
    'Bērziņš'.normalize(),
  ]);
});
