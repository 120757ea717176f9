import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { orkeys } from '../support/cli.ts';
import { rescuedNamesFor } from './support/rescued-files.ts';
import { openWorld, type WorkshopWorld } from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

/** Two workshops with results: W, which is attacked, and V. */
async function useWorld(): Promise<WorkshopWorld> {
  const world = await openWorld();
  onTestFinished(() => world.close());
  for (const prefix of ['W', 'V']) expect((await world.run(provision(prefix))).code).toBe(0);
  return world;
}

const provision = (prefix: string) => ['provision', 'roster.csv', '--prefix', prefix, '--rate', 'off', '--yes'];

const LIST = ['list', '--rate', 'off'];
const VERIFY = ['verify', '--rate', 'off'];
const DOCTOR = ['doctor', '--rate', 'off'];

function pipe(path: string): void {
  rmSync(path, { force: true });
  execFileSync('mkfifo', [path]);
}

const posix = process.platform !== 'win32';

describe.runIf(posix)('a pipe that nobody writes to stops no command', () => {
  test.each<[string, (world: WorkshopWorld) => void, Record<string, number>]>([
    [
      'as journal',
      ({ folder }) => pipe(join(folder, 'journal.jsonl')),
      { list: 0, verify: 3, doctor: 6, W: 6, V: 0, whoami: 0 },
    ],
    [
      'as keys.json',
      ({ folder }) => pipe(join(folder, 'keys.json')),
      { list: 0, verify: 0, doctor: 6, W: 6, V: 0, whoami: 0 },
    ],
    [
      'as a lock',
      ({ folder }) => pipe(join(folder, `.lock.${process.pid}.0123456789abcdef`)),
      { list: 0, verify: 0, doctor: 0, W: 7, V: 0, whoami: 0 },
    ],
    [
      'as a saved secret',
      (world) => {
        mkdirSync(join(world.home, '.orkeys'), { mode: 0o700 });
        for (const name of rescuedNamesFor(world.folder)) pipe(join(world.home, '.orkeys', name));
      },
      { list: 0, verify: 0, doctor: 0, W: 0, V: 0, whoami: 0 },
    ],
    ['as .env', ({ cwd }) => pipe(join(cwd, '.env')), { list: 2, verify: 2, doctor: 3, W: 2, V: 2, whoami: 2 }],
  ])('%s', async (_, attack, expected) => {
    const world = await useWorld();
    attack(world);
    const commands = {
      list: LIST,
      verify: VERIFY,
      doctor: DOCTOR,
      W: provision('W'),
      V: provision('V'),
      whoami: ['whoami'],
    };
    const found: Record<string, number | string | null> = {};
    for (const [name, args] of Object.entries(commands)) {
      const run = startBuilt(program, args, { ...world, under: ['timeout', '--kill-after=1', '60'] });
      found[name] = (await run.ended).code;
      world.seen[name] = run.stdout() + run.stderr();
      if (found[name] !== 0) expect(run.stderr() + run.stdout()).toMatch(/not a regular file|lock file|no journal/);
    }
    expect(found, JSON.stringify(world.seen)).toEqual(expected);
  });
});

describe.runIf(posix)('a program that lies in the working folder gets no secret', () => {
  test.each(['', './bin'])('although PATH begins with "%s"', async (entry) => {
    const world = await useWorld();
    mkdirSync(join(world.cwd, 'bin'));
    for (const name of ['xclip', 'xsel', 'wl-copy', 'clip.exe', 'pbcopy', 'secret-tool', 'git']) {
      const steal = '#!/bin/sh\ncat >> "$HOME/stolen"; echo "$0" "$@" >> "$HOME/stolen"\n';
      for (const folder of ['.', 'bin']) writeFileSync(join(world.cwd, folder, name), steal, { mode: 0o755 });
    }
    const env = { ...world.env, PATH: `${entry}:${process.env.PATH}`, WSL_DISTRO_NAME: 'x', DISPLAY: ':0' };
    mkdirSync(join(world.cwd, '.git'));
    for (const args of [['show', 'Anda', '--prefix', 'W', '--copy'], ['login', 'work'], provision('W')]) {
      const run = startBuilt(program, args, { cwd: world.cwd, env });
      run.child.stdin?.end(`${world.server.managementKey}\n`);
      await run.ended;
      world.seen[args.join(' ')] = run.stdout() + run.stderr();
    }
    expect(existsSync(join(world.home, 'stolen'))).toBe(false);
  });
});

describe.runIf(posix)('one workshop that cannot be read stops neither list nor verify', () => {
  test.each<[string, (folder: string) => void, RegExp]>([
    ['its folder is a link', linkAway, /symbolic link/],
    ['keys.json is a link', (folder) => toLink(join(folder, 'keys.json')), /(?:)/],
    [
      'both files are links',
      (folder) => {
        for (const name of ['keys.json', 'journal.jsonl']) toLink(join(folder, name));
      },
      /symbolic link/,
    ],
  ])('%s', async (_, attack, told) => {
    const world = await useWorld();
    attack(world.folder);
    const listed = await world.run(LIST);
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('V_Anda_Liepa') });
    const verified = await world.run([...VERIFY, '--fields', 'name']);
    expect(verified).toMatchObject({ code: 0, stdout: expect.stringContaining('V_Anda_Liepa') });
    expect(verified.stderr).toMatch(told);
    expect((await world.run(provision('V'))).code).toBe(0);
  });
});

function linkAway(folder: string): void {
  renameSync(folder, `${folder}.elsewhere`);
  mkdirSync(join(folder, '..', '..', 'elsewhere'));
  const elsewhere = join(realpathSync(join(folder, '..', '..', 'elsewhere')), 'W');
  renameSync(`${folder}.elsewhere`, elsewhere);
  symlinkSync(elsewhere, folder);
}

function toLink(path: string): void {
  const real = join(dirname(path), '..', '..', 'real');
  mkdirSync(real, { recursive: true });
  renameSync(path, join(real, basename(path)));
  symlinkSync(join(real, basename(path)), path);
}

describe.runIf(posix)('secrets that were saved in the home folder', () => {
  /** The journal's lines about one new person, in a file as an earlier run would have saved it. */
  async function useRescued(): Promise<{ world: WorkshopWorld; home: string; path: string }> {
    const world = await useWorld();
    const journal = join(world.folder, 'journal.jsonl');
    const before = readFileSync(journal, 'utf8');
    world.writeRoster([0, 1, 2, 3]);
    expect((await world.run(provision('W'))).code).toBe(0);
    const added = readFileSync(journal, 'utf8').slice(before.length).split('\n');
    writeFileSync(journal, before);
    rmSync(join(world.folder, 'keys.json'));
    const home = join(world.home, '.orkeys');
    mkdirSync(home, { mode: 0o700 });
    const path = join(home, rescuedNamesFor(world.folder)[0] ?? '');
    const lines = added.filter((line) => /"type":"(?:intent|created)"/.test(line));
    writeFileSync(path, `${lines.join('\n')}\n`, { mode: 0o600 });
    return { world, home, path };
  }
  const posts = ({ server }: WorkshopWorld) => server.requests.filter(({ method }) => method === 'POST').length;

  test('are found through another spelling of the folder', async () => {
    const { world, path } = await useRescued();
    symlinkSync(join(world.cwd, 'output'), join(world.cwd, 'results'));
    const before = posts(world);
    const { code, stderr } = await world.run([...provision('W'), '--out', 'results']);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('results is a link to') });
    expect(posts(world)).toBe(before);
    expect(existsSync(path)).toBe(false);
  });

  test.each<[NodeJS.Platform, boolean]>([
    ['darwin', true],
    ['win32', true],
    ['linux', false],
  ])('on %s, where the folder was typed in other letters then: found is %s', async (platform, isFound) => {
    const { world, home, path } = await useRescued();
    const names = [world.folder, world.folder.toLowerCase()].map((folder) => rescuedNamesFor(folder)[0] ?? '');
    expect(new Set(names).size).toBe(2);
    const other = join(home, names[1] ?? '');
    renameSync(path, other);
    const { cwd, env } = world;
    const { code } = await orkeys(provision('W'), { cwd, home: world.home, env, platform });
    expect({ code, left: existsSync(other) }).toEqual({ code: 0, left: !isFound });
  });

  test('are not taken from a file that others can change: told, with the command that takes them', async () => {
    const { world, path } = await useRescued();
    chmodSync(path, 0o622);
    expect((await world.run(DOCTOR)).stdout.replaceAll(/\s+/g, ' ')).toContain(`Run: chmod go-w ${path}`);
    expect(existsSync(path)).toBe(true);
    chmodSync(path, 0o600);
    const before = posts(world);
    expect((await world.run(provision('W'))).code).toBe(0);
    expect(posts(world)).toBe(before);
  });

  test.each([
    ['others can change', (home: string) => chmodSync(home, 0o777), 'chmod go-w'],
    [
      'is a link',
      (home: string) => {
        renameSync(home, `${home}-real`);
        symlinkSync(`${home}-real`, home);
      },
      'symbolic link',
    ],
  ])('are in a folder that %s: nothing is created', async (_, attack, told) => {
    const { world, home } = await useRescued();
    attack(home);
    const before = posts(world);
    const { code, stderr } = await world.run(provision('W'));
    expect({ code, stderr }).toMatchObject({ code: 6, stderr: expect.stringContaining(told) });
    expect(posts(world)).toBe(before);
    expect(readdirSync(home)).toHaveLength(1);
    for (const args of [LIST, VERIFY]) expect((await world.run(args)).code).toBe(0);
  });
});

describe.runIf(posix)('a dry run looks at whose the files are, and writes nothing to find out', () => {
  const dryRun = [...provision('W'), '--dry-run'];
  const flat = (text: string) => text.replaceAll(/\s+/g, ' ');

  test('a journal with a second name stops it like a run', async () => {
    const world = await useWorld();
    linkSync(join(world.folder, 'journal.jsonl'), join(world.root, 'elsewhere.jsonl'));
    onTestFinished(() => rmSync(join(world.root, 'elsewhere.jsonl')));
    for (const args of [dryRun, provision('W')]) {
      expect(await world.run(args)).toMatchObject({ code: 6, stderr: expect.stringContaining('has a second name') });
    }
  });

  test.each([
    ['the output folder', ({ folder }: WorkshopWorld) => dirname(folder)],
    ['the folder of the workshop', ({ folder }: WorkshopWorld) => folder],
    ['the journal', ({ folder }: WorkshopWorld) => join(folder, 'journal.jsonl')],
  ])('%s that others can change is told, with what repairs it', async (_, which) => {
    const world = await useWorld();
    const path = which(world);
    chmodSync(path, 0o777);
    const { code, stderr } = await world.run(dryRun);
    expect(code).toBe(0);
    expect(flat(stderr)).toContain('Note: A run is likely to stop: Cannot save keys in');
    expect(flat(stderr)).toContain(`Run: chmod go-w ${path}`);
    expect((await world.run(provision('W'))).code).toBe(6);
    chmodSync(path, 0o700);
    expect(await world.run(dryRun)).toMatchObject({ code: 0, stderr: expect.not.stringContaining('likely to stop') });
  });
});
