import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { LONG } from './support/form.ts';
import { strace, straceRefusal } from './support/strace.ts';
import {
  checkEverybodyHasOne,
  checkFolder,
  openWorld,
  readResults,
  type WorkshopWorld,
  type WorldOptions,
} from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

async function useWorld(options: WorldOptions = {}): Promise<WorkshopWorld> {
  const world = await openWorld(options);
  onTestFinished(() => world.close());
  return world;
}

const rescuedIn = ({ home }: WorkshopWorld) =>
  existsSync(join(home, '.orkeys'))
    ? readdirSync(join(home, '.orkeys')).filter((name) => name.startsWith('rescued-'))
    : [];

/** What was saved in the home folder is for its owner alone. */
function checkPrivate(world: WorkshopWorld): void {
  const home = join(world.home, '.orkeys');
  const modes = [home, ...rescuedIn(world).map((name) => join(home, name))].map((path) => statSync(path).mode & 0o777);
  expect(modes).toEqual([0o700, 0o600]);
}

async function runBuilt(world: WorkshopWorld, under: readonly string[]) {
  const env = { ...world.env, UV_THREADPOOL_SIZE: '1' };
  const run = startBuilt(program, world.provision, { cwd: world.cwd, env, under });
  const { code } = await run.ended;
  world.seen[under.join(' ')] = run.stdout() + run.stderr();
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

async function mends(world: WorkshopWorld, more: readonly string[] = []): Promise<void> {
  expect(await world.run(world.provision)).toMatchObject({ code: 0 });
  await checkEverybodyHasOne(world);
  checkFolder(world, more);
  expect(rescuedIn(world)).toEqual([]);
}

const refusal = straceRefusal();

describe.skipIf(refusal !== undefined)(`a disk that fails in mid-run${refusal ?? ''}`, () => {
  const step = LONG ? 1 : 4;
  const failures = [
    ['fdatasync', 'EIO'],
    ['pwrite64', 'ENOSPC'],
  ] as const;
  test.each(failures)(
    '%s fails with %s from the n-th on: no secret is lost',
    async (call, error) => {
      let secretsAtRisk = 0;
      for (let nth = 1; nth < 40; nth += step) {
        const world = await openWorld();
        const { code, stdout, stderr } = await runBuilt(world, strace(call, `error=${error}:when=${nth}+`));
        const minted = world.server.mintedSecrets().length;
        if (code !== 0) {
          expect({ nth, code, stderr }).toMatchObject({ code: 6 });
          expect(stdout + stderr).toMatch(/Error: .*\nHint: |keys\.\w+: Cannot save/);
        }
        if (minted > 0 && code === 6) secretsAtRisk += 1;
        await mends(world);
        await world.close();
        if (code === 0) break;
      }
      expect(secretsAtRisk).toBeGreaterThan(0);
    },
    600_000,
  );

  test('a journal that breaks when a secret comes: it is saved in the home folder, and the next run brings it home', async () => {
    const world = await useWorld({ people: 1 });
    // Header, roster and intent are written; the secret's line cannot be.
    const { code, stderr } = await runBuilt(world, [...strace('fdatasync', 'error=EIO:when=4+')]);
    expect(code).toBe(6);
    expect(stderr).toMatch(/The last secret is saved in .*rescued-.* instead/);
    expect(rescuedIn(world)).toHaveLength(1);
    checkPrivate(world);
    const plan = await world.run([...world.provision, '--dry-run', '--json']);
    expect(JSON.parse(plan.stdout)).toMatchObject({ totals: { planned: 0 }, changes: [] });
    await mends(world);
    expect(world.server.mintedSecrets()).toHaveLength(1);
  });

  test('another program holds keys.xlsx: it is written under another name, and that is told', async () => {
    const world = await useWorld();
    // Renames before it: two .gitignore, the probe, the lock, keys.json. It is tried seven times.
    const { code, stdout } = await runBuilt(world, strace('rename', 'error=EBUSY:when=6..12'));
    expect(code).toBe(0);
    expect(stdout).toContain('keys-2.xlsx (keys.xlsx is open in another program)');
    await mends(world, ['keys-2.xlsx']);
  });
});

describe('P7: an output that is locked, full or gone never costs a secret', () => {
  test.each(['keys.json', 'keys.xlsx'])('%s cannot be replaced: exit 6, the journal has it all', async (name) => {
    const world = await useWorld();
    world.server.setRules(({ route, nth }) => {
      // Put there in mid-run: before the run it would have been refused.
      if (route === 'POST /keys' && nth === 2) mkdirSync(join(world.folder, name));
      return undefined;
    });
    const { code, stdout } = await world.run(world.provision);
    expect(code).toBe(6);
    expect(stdout).toContain(`${name}: Cannot save`);
    const journal = readFileSync(join(world.folder, 'journal.jsonl'), 'utf8');
    for (const secret of world.server.mintedSecrets()) expect(journal).toContain(`"${secret}"`);
    rmSync(join(world.folder, name), { recursive: true });
    world.server.setRules(() => undefined);
    await mends(world);
  });

  test('keys.json of a single key cannot be replaced: exit 6', async () => {
    const world = await useWorld();
    world.server.setRules(({ route }) => {
      if (route === 'POST /keys') mkdirSync(join(world.folder, 'keys.json'));
      return undefined;
    });
    const { code, stdout } = await world.run(['create', 'Test', '--prefix', 'W', '--yes']);
    expect({ code, stdout }).toMatchObject({ code: 6, stdout: expect.stringContaining('Cannot save') });
  });

  test('the output folder is moved away in mid-run: exit 6; put back, the next run goes on', async () => {
    const world = await useWorld();
    const away = join(world.root, 'away');
    world.server.setRules(({ route, nth }) => {
      if (route === 'POST /keys' && nth === 2) renameSync(world.folder, away);
      return undefined;
    });
    const { code } = await runBuilt(world, []);
    expect(code).toBe(6);
    world.server.setRules(() => undefined);
    rmSync(world.folder, { recursive: true, force: true });
    renameSync(away, world.folder);
    await mends(world);
    expect(world.server.mintedSecrets()).toHaveLength(3);
  });

  test('the output folder is deleted in mid-run: what came after is saved, and no secret of it is lost', async () => {
    const world = await useWorld();
    world.server.setRules(({ route, nth }) => {
      if (route === 'POST /keys' && nth === 2) rmSync(world.folder, { recursive: true });
      return undefined;
    });
    const { code } = await world.run([...world.provision, '--concurrency', '1']);
    expect(code).toBe(6);
    expect(rescuedIn(world)).toHaveLength(1);
    checkPrivate(world);
    world.server.setRules(() => undefined);
    const again = await world.run(world.provision);
    expect(again.code).toBe(0);
    const { json } = await readResults(world);
    expect(json).toContain(world.server.mintedSecrets()[1]);
    expect(world.server.livingByPerson('W').get('Anda_Liepa')).toHaveLength(1);
  });
});

describe('a small full disk', () => {
  const mounted = mayMount();
  test.skipIf(!mounted)(
    `a tmpfs of 24 kB fills up${mounted ? '' : ' (skipped: mounting is not permitted)'}`,
    async () => {
      const world = await useWorld({ people: 8 });
      const output = join(world.cwd, 'output');
      mkdirSync(output);
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24k', 'tmpfs', output]);
      try {
        const { code } = await world.run(world.provision);
        expect(code).toBe(6);
        execFileSync('mount', ['-o', 'remount,size=4m', output]);
        await mends(world);
      } finally {
        execFileSync('umount', ['-l', output]);
      }
    },
  );
});

function mayMount(): boolean {
  try {
    execFileSync('unshare', ['-m', 'true'], { stdio: 'ignore' });
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}
