import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, type RunningBuilt, startBuilt } from '../support/built-program.ts';
import { temporaryFolder } from '../support/cli.ts';
import { EXECUTABLE } from '../support/program.ts';

const HEADER = 'E-mail,Name\nanna@example.org,Anna\n';
const INTERRUPTED = 'Error: Interrupted while reading ';

let program: BuiltProgram;

beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

describe.skipIf(process.platform === 'win32')('a roster that is a pipe', () => {
  test('is read when its writer is done', async () => {
    const { path, run } = pipe();
    const writer = await open(path, 'w');
    await writer.write(HEADER);
    await writer.close();
    expect([(await run.ended).code, run.stderr()]).toEqual([0, '']);
    expect(run.stdout()).toContain('anna@example.org');
  });

  test('is let go at a signal, however long its writer says nothing', async () => {
    const { path, run } = pipe();
    const writer = await open(path, 'w');
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(130);
    expect(run.stderr()).toContain(INTERRUPTED);
    await writer.close();
  });

  test('is refused when it has no end', async () => {
    const { path, run } = pipe();
    const writer = spawn('sh', ['-c', 'exec cat /dev/zero > "$0"', path], { stdio: 'ignore' });
    const gone = once(writer, 'close');
    expect([(await run.ended).code, run.stderr()]).toEqual([2, expect.stringContaining('larger than 150 MB')]);
    await gone;
  });

  test('is read where the shell puts one in the place of a command', () => {
    const check = `${program.command.map((word) => `'${word}'`).join(' ')} roster check <(printf '${HEADER}')`;
    expect(execFileSync('bash', ['-c', check], { encoding: 'utf8' })).toContain('anna@example.org');
  });
});

describe('a roster on standard input', () => {
  test('is let go at a signal', async () => {
    const run = start(['-']);
    run.child.stdin?.write('x'.repeat(1_000_000));
    await once(run.child.stdin ?? expect.fail(), 'drain');
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(130);
    expect(run.stderr()).toContain(INTERRUPTED);
  });

  test('is refused when it has no end', async () => {
    const run = start(['-']);
    const { stdin } = run.child;
    const piece = Buffer.alloc(1 << 20, 'x');
    const more = () => {
      while (stdin?.writable && stdin.write(piece));
    };
    stdin?.on('drain', more).on('error', () => undefined);
    more();
    expect([(await run.ended).code, run.stderr()]).toEqual([2, expect.stringContaining('larger than 150 MB')]);
  });
});

// In the single executable the reader cannot be exchanged for one that hangs.
describe.skipIf(EXECUTABLE !== undefined)('a workbook whose reading hangs', () => {
  const HANGS = 'import { writeSync } from "node:fs"; writeSync(2, "reading\\n"); for (;;);';

  test('is let go at a signal', async () => {
    // It may be read for minutes, so nothing but the signal ends it in the time that a test has.
    const run = hanging(20_000_000);
    await once(run.child.stderr ?? expect.fail(), 'data');
    run.child.kill('SIGTERM');
    expect((await run.ended).code).toBe(130);
    expect(run.stderr()).toContain(INTERRUPTED);
  });

  test('is stopped and refused when its time is over', { timeout: 60_000 }, async () => {
    const run = hanging(HEADER.length);
    expect((await run.ended).code).toBe(2);
    expect(run.stderr()).toContain('roster.csv is too large: reading it takes too much time.');
  });

  /** The built program, with a reader in its thread that never ends. */
  function hanging(bytes: number): RunningBuilt {
    writeFileSync(join(dirname(program.bin), '../dist/roster-thread.js'), HANGS);
    const cwd = temporaryFolder();
    writeFileSync(join(cwd, 'roster.csv'), HEADER.padEnd(bytes));
    return start(['roster.csv'], cwd);
  }
});

function pipe() {
  const cwd = temporaryFolder();
  const path = join(cwd, 'roster');
  execFileSync('mkfifo', [path]);
  return { path, run: start(['roster'], cwd) };
}

function start(args: readonly string[], cwd = temporaryFolder()): RunningBuilt {
  return startBuilt(program, ['roster', 'check', ...args], { cwd, env: {} });
}
