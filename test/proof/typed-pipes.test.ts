import { execFileSync } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import { openWorld, type WorkshopWorld } from './support/workshop-world.ts';

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

const posix = process.platform !== 'win32';

async function useWorld(): Promise<WorkshopWorld> {
  const world = await openWorld();
  onTestFinished(() => world.close());
  expect((await world.run(world.provision)).code).toBe(0);
  return world;
}

async function makePipe(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  execFileSync('mkfifo', [path]);
  return path;
}

/** Opens a pipe for writing once somebody reads it. */
async function writerOf(path: string): Promise<FileHandle> {
  const tryOpening = () => open(path, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => undefined);
  let writer: FileHandle | undefined;
  const isOpen = async () => {
    writer ??= await tryOpening();
    return writer !== undefined;
  };
  await expect.poll(isOpen, { timeout: 30_000 }).toBe(true);
  if (writer === undefined) throw new Error('nobody reads the pipe');
  return writer;
}

const TYPED = [
  ['mail', 'preview', 'W', '--template', 'pipe'],
  ['handout', 'files', 'W', '--template', 'pipe'],
  ['handout', 'moodle', 'W', '--worksheet', 'pipe'],
  ['tiers', 'check', 'pipe'],
  ['import', 'pipe', '--prefix', 'I'],
];

describe.runIf(posix)('a pipe in place of a file that is named on the command line', () => {
  test.each(TYPED.map((args) => [args.join(' '), args] as const))(
    '%s: one signal ends it, however long the writer says nothing',
    async (_, args) => {
      const world = await useWorld();
      const path = await makePipe(join(world.cwd, 'pipe'));
      const run = startBuilt(program, args, { ...world, under: ['timeout', '--kill-after=1', '60'] });
      const writer = await writerOf(path);
      onTestFinished(() => writer.close());
      run.child.kill('SIGTERM');
      expect(await run.ended, run.stderr()).toEqual({ code: 130, signal: null });
      expect(run.stderr()).toContain('Interrupted while reading pipe.');
    },
  );

  test('is read when its writer is done', async () => {
    const world = await useWorld();
    const path = await makePipe(join(world.cwd, 'pipe'));
    const run = startBuilt(program, ['mail', 'preview', 'W', '--template', 'pipe'], world);
    const writer = await writerOf(path);
    await writer.writeFile('Sveiki, {{name}}: {{key}}\n');
    await writer.close();
    expect((await run.ended).code, run.stderr()).toBe(0);
    expect(run.stdout()).toContain('Sveiki, Anda Liepa: sk-or-v1-');
  });
});

test.runIf(posix)('a pipe as the account of the sandbox is refused', async () => {
  const world = await useWorld();
  await makePipe(join(world.cwd, 'output', 'sandbox', 'account.jsonl'));
  const under = ['timeout', '--kill-after=1', '60'];
  for (const args of [['list'], ['provision', 'roster.csv', '--dry-run']]) {
    const run = startBuilt(program, [...args, '--sandbox', '--rate', 'off'], { ...world, under });
    expect((await run.ended).code, run.stderr()).toBe(args[0] === 'list' ? 6 : 0);
    if (args[0] === 'list') expect(run.stderr()).toContain('account.jsonl is not a regular file');
  }
});
