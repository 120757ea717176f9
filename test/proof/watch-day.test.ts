import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { useWatched } from '../support/watched.ts';

/** The long form takes a reading every minute, like a watch that runs for a day. */
const isLong = process.env.ORKEYS_FAULTS === 'long';
const [every, hours] = isLong ? ['60s', 24] : ['10m', 6];
const MEGABYTE = 2 ** 20;

test('a watch of a day asks for one list a reading, and neither its log nor its memory grows much', async () => {
  const world = await useWatched();
  const oneList = await world.listsOf(() => world.command(['list', 'SUMMER']));
  const lists: number[] = [];
  const heap: number[] = [];
  let before = 0;
  const until = new Date(world.now().getTime() + hours * 3_600_000).toISOString();
  await world.watch(['--every', every, '--until', until, '--per-hour', '0.5', '--quiet'], (minute) => {
    lists.push(world.lists() - before);
    before = world.lists();
    if (minute % 60 !== 0) return;
    world.spend(world.anda, 0.01);
    heap.push(heapInUse());
  });
  expect(new Set(lists.slice(1))).toEqual(new Set([oneList]));
  expect(lists.length).toBeGreaterThan(isLong ? 1400 : 30);
  expect(statSync(join(world.folder, 'usage.jsonl')).size).toBeLessThan(isLong ? MEGABYTE : 40_000);
  const grown = (heap.at(-1) ?? 0) - (heap[1] ?? 0);
  expect(grown / MEGABYTE, heap.map((bytes) => Math.round(bytes / MEGABYTE)).join(' ')).toBeLessThan(10);
});

/** Bytes, without garbage. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  collect();
  return process.memoryUsage().heapUsed;
}
