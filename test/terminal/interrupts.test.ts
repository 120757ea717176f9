import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BundledProgram, bundleProgram, startProgram } from './support/bundled-program.ts';

let program: BundledProgram;

beforeAll(async () => {
  program = await bundleProgram(`
    import { installInterrupts } from './interrupts.ts';
    import { createStreams } from './streams.ts';
    // Each look at the clock is this much later than the one before.
    const pace = Number(process.argv[2]);
    let ms = 0;
    const now = () => new Date((ms += pace));
    const { stdout, stderr } = createStreams(process);
    const interrupts = installInterrupts({ process, stderr, now });
    const alive = setInterval(() => undefined, 1000);
    interrupts.stop.addEventListener('abort', () => stdout.write('stop ' + interrupts.stop.reason.code + '\\n'));
    interrupts.stopNow.addEventListener('abort', () => stdout.write('stopNow ' + interrupts.stopNow.reason.exitCode + '\\n'));
    process.on('SIGUSR2', () => stdout.write('seen\\n'));
    process.stdin.on('end', () => { interrupts.dispose(); stdout.write('disposed\\n'); });
    process.stdin.resume();
    if (process.argv[3] === 'prompt') interrupts.atPrompt(() => new Promise(() => undefined));
    stdout.write('ready\\n');
  `);
});
afterAll(() => program.remove());

// Windows knows no signals between processes.
describe.skipIf(process.platform === 'win32')('signals to a real process', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'the first %s asks to stop, the second stops at once',
    async (signal) => {
      const run = startProgram(program, ['1000']);
      await run.says('ready');
      run.child.kill(signal);
      await run.says('stop interrupted');
      run.child.kill(signal);
      await run.says('stopNow 130');
      run.child.kill(signal);
      expect(await run.ended).toEqual({ code: null, signal });
      expect(run.stderr()).toBe('Finishing requests in progress. Press Ctrl-C again to stop now.\nStopping now.\n');
    },
  );

  test('after the second the process ends by itself, whatever it waits for', async () => {
    const run = startProgram(program, ['1000']);
    await run.says('ready');
    run.child.kill('SIGTERM');
    await run.says('stop interrupted');
    run.child.kill('SIGTERM');
    await run.says('stopNow 130');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGINT' });
  });

  test('at a prompt nothing is in progress, so the first signal says nothing', async () => {
    const run = startProgram(program, ['1000', 'prompt']);
    await run.says('ready');
    run.child.kill('SIGINT');
    await run.says('stop interrupted');
    run.child.kill('SIGINT');
    await run.says('stopNow 130');
    run.child.kill('SIGKILL');
    await run.ended;
    expect(run.stderr()).toBe('Stopping now.\n');
  });

  test('one Ctrl-C that arrives twice at once, as under npx, counts once', async () => {
    const run = startProgram(program, ['10']);
    await run.says('ready');
    run.child.kill('SIGINT');
    await run.says('stop interrupted');
    run.child.kill('SIGINT');
    run.child.kill('SIGUSR2');
    await run.says('seen');
    run.child.kill('SIGKILL');
    await run.ended;
    expect(run.stdout()).not.toContain('stopNow');
  });

  test('after dispose a signal ends the process as it does any other', async () => {
    const run = startProgram(program, ['1000']);
    await run.says('ready');
    run.child.stdin?.end();
    await run.says('disposed');
    run.child.kill('SIGTERM');
    expect(await run.ended).toEqual({ code: null, signal: 'SIGTERM' });
    expect(run.stderr()).toBe('');
  });
});
