import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runKillable } from '../../src/roster-file/killable.ts';

const script = (code: string) => new URL(`data:text/javascript,${encodeURIComponent(code)}`);
const never = (_ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
const POST = 'import { parentPort, workerData } from "node:worker_threads"; parentPort.postMessage(workerData);';

test('what the thread posts is the answer', async () => {
  await expect(
    runKillable(script(POST), { a: 1 }, { ms: 1, mb: 50, sleep: never, signal: new AbortController().signal }),
  ).resolves.toEqual({
    kind: 'answer',
    answer: { a: 1 },
  });
});

test('a loop that never ends is stopped when the time is over', async () => {
  const asked: number[] = [];
  const sleep = async (ms: number) => void asked.push(ms);
  const result = await runKillable(script('for (;;);'), null, {
    ms: 9_000,
    mb: 50,
    sleep,
    signal: new AbortController().signal,
  });
  expect([result, asked]).toEqual([{ kind: 'out_of_time' }, [9_000]]);
});

test('a loop that never ends is stopped by a signal', async () => {
  const interrupt = new AbortController();
  const running = runKillable(script('for (;;);'), null, { ms: 1, mb: 50, sleep: never, signal: interrupt.signal });
  interrupt.abort();
  await expect(running).resolves.toEqual({ kind: 'interrupted' });
});

test('a thread that takes too much memory ends alone', async () => {
  const greedy = script('const all = []; for (;;) all.push(new Array(10_000).fill({}));');
  await expect(
    runKillable(greedy, null, { ms: 1, mb: 20, sleep: never, signal: new AbortController().signal }),
  ).resolves.toEqual({ kind: 'out_of_memory' });
});

test('what the thread throws comes out, and so does an end without an answer', async () => {
  const limits = { ms: 1, mb: 50, sleep: never, signal: new AbortController().signal };
  await expect(runKillable(script('throw new TypeError("our bug")'), null, limits)).rejects.toThrow('our bug');
  await expect(runKillable(script('process.exit(3)'), null, limits)).rejects.toThrow('without an answer (3)');
});

test('the built program reads rosters in a thread', () => {
  const dist = join(import.meta.dirname, '../../dist');
  const { outputs } = JSON.parse(readFileSync(join(dist, 'meta.json'), 'utf8'));
  expect(Object.keys(outputs)).toContain('dist/roster-thread.js');
});
