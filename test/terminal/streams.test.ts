import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BundledProgram, bundleProgram, startProgram } from './support/bundled-program.ts';

let program: BundledProgram;

beforeAll(async () => {
  program = await bundleProgram(`
    import { createStreams } from './streams.ts';
    const { stdin, stdout, stderr, flush } = createStreams(process, (text) => text.replaceAll('hush', '***'));
    const never = new AbortController().signal;
    const job = {
      facts: () => stdout.write(JSON.stringify({ tty: [stdin.isTTY, stdout.isTTY], columns: stdout.columns })),
      masked: () => { stdout.write('hush'); stderr.write('a hush'); },
      long: () => { for (let line = 0; line < 200_000; line += 1) stdout.write('line ' + line + '\\n'); },
      late: async () => {
        stdout.write('first\\n');
        await stdin.readLine(never);
        for (let line = 0; line < 1000; line += 1) stdout.write('more\\n');
        await flush();
        stdout.write('more\\n');
        stderr.write('went on');
      },
      lines: async () => { for (let n = 0; n < 5; n += 1) stdout.write(JSON.stringify(await stdin.readLine(never) ?? null)); },
      endless: async () => {
        await stdin.readLine(never).catch((error) => stdout.write(error.code + ', exit ' + error.exitCode));
      },
      one: async () => stdout.write('got ' + await stdin.readLine(never)),
      all: async () => stdout.write(Buffer.from(await stdin.readAll({ enough: 100, signal: never })).toString('hex')),
      aborted: async () => {
        const controller = new AbortController();
        setImmediate(() => controller.abort());
        stdout.write(String(await stdin.readLine(controller.signal)) + String(await stdin.readLine(controller.signal)));
      },
    };
    await job[process.argv[2]]();
    try { await flush(); } catch (error) { stderr.write(error.code + ': ' + error.message); process.exitCode = error.exitCode; }
  `);
});
afterAll(() => program.remove());

test('standard error goes through the mask, standard output is where a secret may be asked for', async () => {
  const run = startProgram(program, ['masked']);
  await run.ended;
  expect([run.stdout(), run.stderr()]).toEqual(['hush', 'a ***']);
});

test('off a terminal there are 80 columns', async () => {
  const run = startProgram(program, ['facts']);
  await run.ended;
  expect(JSON.parse(run.stdout())).toEqual({ tty: [false, false], columns: 80 });
});

describe('output', () => {
  test('is complete when flushed', async () => {
    const run = startProgram(program, ['long']);
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout().endsWith('line 199999\n')).toBe(true);
    expect(run.stdout().split('\n')).toHaveLength(200_001);
  });

  test('a reader that goes away, as head does, is no error', async () => {
    const run = startProgram(program, ['long']);
    await run.says('line 9\n');
    run.child.stdout?.destroy();
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stderr()).toBe('');
  });

  test('the work goes on after the reader went away', async () => {
    const run = startProgram(program, ['late']);
    await run.says('first');
    run.child.stdout?.destroy();
    await once(run.child.stdout ?? expect.fail(), 'close');
    run.child.stdin?.end('go\n');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stderr()).toBe('went on');
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk is an error', async () => {
    const full = openSync('/dev/full', 'w');
    const run = startProgram(program, ['facts'], { stdio: ['ignore', full, 'pipe'] });
    expect(await run.ended).toEqual({ code: 6, signal: null });
    closeSync(full);
    expect(run.stderr()).toContain('output_failed: Cannot write to standard output: ENOSPC');
  });
});

describe('input', () => {
  test('comes line by line, with any line break, until its end', async () => {
    const run = startProgram(program, ['lines']);
    run.child.stdin?.end('a\r\nBaklāne\n\nlast');
    await run.ended;
    expect(run.stdout()).toBe('"a""Baklāne""""last"null');
  });

  test('one answer is enough: an open standard input does not keep the process alive', async () => {
    const run = startProgram(program, ['one']);
    run.child.stdin?.write('yes\n');
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout()).toBe('got yes');
  });

  test('an interrupt ends the wait for a line', async () => {
    const run = startProgram(program, ['aborted']);
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout()).toBe('undefinedundefined');
  });

  test('a line without an end is refused, and its writer is let go', async () => {
    const run = startProgram(program, ['endless']);
    const piece = Buffer.alloc(100_000, 'x');
    const more = () => {
      while (run.child.stdin?.writable && run.child.stdin.write(piece));
    };
    run.child.stdin?.on('drain', more).on('error', () => undefined);
    more();
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stdout()).toBe('not_readable, exit 2');
  });

  test('as a whole keeps its bytes', async () => {
    const run = startProgram(program, ['all']);
    run.child.stdin?.end(Buffer.from([0x50, 0x4b, 0xff, 0x00, 0x0d, 0x0a]));
    await run.ended;
    expect(run.stdout()).toBe('504bff000d0a');
  });
});
