import { expect, test } from 'vitest';
import type { Participant } from '../../src/roster/participant.ts';
import { type Chance, createChance } from './support/chance.ts';
import { LONG } from './support/form.ts';
import { runProcess } from './support/scheduler.ts';
import {
  checkForeignKeys,
  checkJournal,
  checkKeys,
  FOREIGN,
  forEverySeed,
  isExpected,
  roster,
  type SimulatedWorld,
} from './support/simulated-checks.ts';
import { SimulatedDisk } from './support/simulated-disk.ts';
import { PREFIX, simulateProvision, simulateRevoke } from './support/simulated-run.ts';
import { SimulatedService } from './support/simulated-service.ts';

const HISTORIES = LONG ? 20_000 : 400;

test('whatever dies, gets lost, lags or comes late: in the end everybody has exactly one key and nobody else one', async () => {
  await forEverySeed(HISTORIES, async (seed) => {
    const world = await troubledHistory(seed, simulateProvision);
    await cleanRuns(world, simulateProvision);
    checkKeys(world);
    checkJournal(world);
  });
}, 1_200_000);

test('the same with groups: each has exactly one key, whatever their order and case', async () => {
  await forEverySeed(HISTORIES, async (seed) => {
    const world = await troubledHistory(seed, simulateProvision, groups);
    await cleanRuns(world, simulateProvision);
    checkKeys(world);
    checkJournal(world);
  });
}, 1_200_000);

test('whatever dies or gets lost: in the end a revoked workshop has no keys, and others have theirs', async () => {
  await forEverySeed(HISTORIES, async (seed) => {
    const world = await troubledHistory(seed, simulateProvision);
    await troubledRuns(world, simulateRevoke);
    await cleanRuns(world, simulateRevoke);
    expect([...world.service.keys.values()].filter(({ name }) => name.startsWith(`${PREFIX}_`))).toEqual([]);
    checkForeignKeys(world);
    checkJournal(world);
  });
}, 1_200_000);

interface World extends SimulatedWorld {
  disk: SimulatedDisk;
}

async function troubledHistory(seed: number, run: typeof simulateProvision, rosterOf = roster): Promise<World> {
  const chance = createChance(seed);
  const service = new SimulatedService(chance);
  const participants = rosterOf(chance);
  for (const name of FOREIGN) service.addForeign(name);
  const world: World = {
    chance,
    service,
    disk: new SimulatedDisk(chance),
    participants,
  };
  await troubledRuns(world, run);
  return world;
}

/** A few runs in which anything goes wrong: some die, some are interrupted, some fight a bad network or disk. */
async function troubledRuns(world: World, run: typeof simulateProvision): Promise<void> {
  const { chance, service, disk } = world;
  for (let runs = 1 + chance.below(4); runs > 0; runs -= 1) {
    const interrupt = new AbortController();
    const interruptAt = chance.happens(0.2) ? chance.below(100) : Number.POSITIVE_INFINITY;
    const options = {
      participants: chance.happens(0.3) ? shuffled(world.participants, chance) : world.participants,
      trouble: chance.pick([0, 0.3, 0.6, 1]),
      diskFails: chance.pick([0, 0, 0, 0.05]),
      interrupt: interrupt.signal,
    };
    const crashAt = chance.happens(0.7) ? chance.below(120) : Number.POSITIVE_INFINITY;
    const onStep = (step: number) => {
      service.clock += chance.below(200);
      service.landDue(service.clock);
      if (step === interruptAt) interrupt.abort();
    };
    const result = await runProcess(chance, crashAt, onStep, (process) => run(world, process, options));
    if ('crashed' in result) disk.crash();
    if ('threw' in result && !isExpected(result.threw)) throw result.threw;
    expect(Math.max(0, ...service.postsPerTag.values())).toBeLessThanOrEqual(1);
  }
}

/** All is quiet: what was late has landed, no list lags. One run mends everything, the next changes nothing. */
async function cleanRuns(world: World, run: typeof simulateProvision): Promise<void> {
  const { chance, service, participants, disk } = world;
  service.clock += 600_000;
  service.landDue(service.clock);
  const options = { participants, trouble: 0, diskFails: 0, interrupt: new AbortController().signal };
  const first = await runProcess(
    chance,
    Infinity,
    () => {},
    (process) => run(world, process, options),
  );
  if ('threw' in first) throw first.threw;
  const { changes } = service;
  const journal = disk.read();
  const second = await runProcess(
    chance,
    Infinity,
    () => {},
    (process) => run(world, process, options),
  );
  expect(second).toEqual({ ended: [] });
  expect(service.changes).toBe(changes);
  expect(Buffer.compare(disk.read(), journal)).toBe(0);
}

function groups(chance: Chance): Participant[] {
  return roster(chance).map(({ row, rows, name }, index) => {
    const member = (n: number) => ({
      row,
      rows,
      name: `M${n}`,
      surname: 'Kalna',
      emails: [`m${index}-${n}@example.org`],
    });
    const members = Array.from({ length: 1 + chance.below(4) }, (_, n) => member(n));
    return { row, rows, name, surname: '', emails: [], group: name, members };
  });
}

/** The same people in another order of rows; groups also in another case and composition. */
function shuffled(participants: readonly Participant[], chance: Chance): Participant[] {
  const order = [...participants].sort(() => chance.next() - 0.5);
  return order.map((participant, index) => ({
    ...participant,
    ...(participant.members ? { name: participant.name.toUpperCase().normalize('NFD') } : {}),
    row: index + 2,
    rows: [index + 2],
  }));
}
