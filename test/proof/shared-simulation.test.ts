import { beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../src/postgres/database.ts';
import { openTestDatabase, usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { createChance } from './support/chance.ts';
import { LONG } from './support/form.ts';
import { runProcess, runTogether } from './support/scheduler.ts';
import { checkJournal, checkKeys, FOREIGN, forEverySeed, isExpected, roster } from './support/simulated-checks.ts';
import {
  asMember,
  readTeamJournal,
  type SimulatedTeam,
  simulateClock,
  startTeam,
} from './support/simulated-members.ts';
import { type JournalPlace, type RunOptions, simulateProvision } from './support/simulated-run.ts';
import { SimulatedService } from './support/simulated-service.ts';

const server = usePostgres();
let database: Database;
beforeAll(async () => {
  if (WITHOUT_POSTGRES !== '') return;
  await simulateClock(server.database, 'workshops');
  database = openTestDatabase(server);
  return () => database.close();
});

const HISTORIES = LONG ? 3000 : 60;

// The statements, their server and its locks are real; time, the network and the processes are not.
describe.skipIf(WITHOUT_POSTGRES)(`two or three members of one workshop${WITHOUT_POSTGRES}`, () => {
  test('whoever sleeps, dies or is cut off: one epoch at a time writes, and in the end everybody has exactly one key', async () => {
    await forEverySeed(HISTORIES, async (seed) => {
      const chance = createChance(seed);
      const service = new SimulatedService(chance);
      for (const name of FOREIGN) service.addForeign(name);
      const team = await startTeam(chance, service, database);
      const participants = roster(chance);
      const homes = Array.from({ length: 2 + chance.below(2) }, () => new Map<string, string>());
      for (let rounds = 1 + chance.below(3); rounds > 0; rounds -= 1) {
        await troubledRound(team, homes, participants);
        const { epochs } = await readTeamJournal(team);
        expect(epochs).toEqual([...epochs].sort((a, b) => a - b));
        expect(Math.max(0, ...service.postsPerTag.values())).toBeLessThanOrEqual(1);
      }
      // Each comes back once: what was rescued at home gets into the journal.
      for (const home of homes) await calmRun(team, home, participants);
      const { changes } = service;
      const before = await readTeamJournal(team);
      expect(await calmRun(team, chance.pick(homes), participants)).toEqual([]);
      const { text } = await readTeamJournal(team);
      expect(service.changes).toBe(changes);
      expect(text.equals(before.text)).toBe(true);
      const place: JournalPlace = { home: new Map(), read: () => text, truncateTo: () => undefined, open: nobodyOpens };
      const world = { chance, service, participants, disk: place };
      checkKeys(world);
      checkJournal(world);
    });
  }, 3_600_000);
});

function nobodyOpens(): never {
  throw new Error('It is only read.');
}

/** Every member runs the command about once, side by side. */
async function troubledRound(
  team: SimulatedTeam,
  homes: readonly Map<string, string>[],
  participants: RunOptions['participants'],
) {
  const { chance, service } = team;
  const runs = homes.map((home) => {
    const options = {
      participants,
      trouble: chance.pick([0, 0.3, 0.6]),
      diskFails: 0,
      interrupt: new AbortController().signal,
    };
    const network = chance.pick([0, 0.3, 1]);
    const sleepy = chance.pick([0, 0, 0.05]);
    return {
      crashAt: chance.happens(0.5) ? chance.below(120) : Number.POSITIVE_INFINITY,
      pause: () => (chance.happens(sleepy) ? 1 + chance.below(80) : 0),
      body: (process: Parameters<typeof asMember>[2]) =>
        asMember(team, home, process, network, (place) =>
          simulateProvision({ chance, service, disk: place }, process, options),
        ),
    };
  });
  const onStep = () => {
    // Now and then a lid is closed for a minute: the lock of whoever does not renew it ends.
    service.clock += chance.happens(0.03) ? 61_000 : chance.below(200);
    service.landDue(service.clock);
  };
  for (const result of await runTogether(chance, runs, onStep)) {
    if ('threw' in result && !isExpected(result.threw)) throw result.threw;
  }
}

/** All is quiet, and every lock has ended. */
async function calmRun(team: SimulatedTeam, home: Map<string, string>, participants: RunOptions['participants']) {
  const { chance, service } = team;
  service.clock += 600_000;
  service.landDue(service.clock);
  const options = { participants, trouble: 0, diskFails: 0, interrupt: new AbortController().signal };
  const result = await runProcess(
    chance,
    Number.POSITIVE_INFINITY,
    () => {},
    (process) =>
      asMember(team, home, process, 0, (place) =>
        simulateProvision({ chance, service, disk: place }, process, options),
      ),
  );
  if ('threw' in result) throw result.threw;
  return 'ended' in result ? result.ended : undefined;
}
