import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cut, type Fault, html, noSecret, redirect, refused, resetBeforeCommit, tooMany } from '../support/faults.ts';
import { LONG } from './support/form.ts';
import { forget, keepMoment, type Moment, worldAfter } from './support/moment.ts';
import {
  checkEverybodyHasOne,
  checkNobodyHasOne,
  checkOneWorksEach,
  openWorld,
  PREFIX,
  type WorkshopWorld,
} from './support/workshop-world.ts';

/** A command, from whose n-th request on the service answers only with a fault, for every n. */
interface Tried {
  name: string;
  args: readonly string[];
  before?(world: WorkshopWorld): Promise<unknown>;
  /** what exit 0 promises */
  done(world: WorkshopWorld): Promise<void>;
}

const WORKSHOP = ['--prefix', PREFIX, '--rate', 'off', '--yes'];
const provisioned = (world: WorkshopWorld) => world.run(world.provision);

const COMMANDS: readonly Tried[] = [
  { name: 'provision', args: ['provision', 'roster.csv', ...WORKSHOP], done: checkEverybodyHasOne },
  {
    name: 'sync',
    args: ['sync', 'roster.csv', ...WORKSHOP, '--limit', '2', '--revoke-missing'],
    before: async (world) => {
      await provisioned(world);
      world.writeRoster([0, 3]);
    },
    done: checkEverybodyHasOne,
  },
  {
    name: 'rotate',
    args: ['rotate', ...WORKSHOP],
    before: provisioned,
    done: (world) => checkOneWorksEach(world, 'the old ones are deleted'),
  },
  {
    name: 'update',
    args: ['update', ...WORKSHOP, '--add-limit', '1'],
    before: provisioned,
    done: checkEverybodyHasOne,
  },
  { name: 'revoke', args: ['revoke', ...WORKSHOP], before: provisioned, done: checkNobodyHasOne },
  { name: 'create', args: ['create', 'Test', ...WORKSHOP], done: async () => undefined },
];

const FAULTS: readonly (readonly [string, Fault])[] = [
  ['404', refused(404)],
  ['404 as a web page', html(404)],
  ['400', refused(400)],
  ['401', refused(401)],
  ['402', refused(402)],
  ['403', refused(403)],
  ['409', refused(409)],
  ['429', tooMany('86400')],
  ['500', refused(500)],
  ['a captive portal', html(200)],
  ['a redirect', redirect(302, '/elsewhere')],
  ['a reset', resetBeforeCommit],
  ['an answer cut short', cut('before', 'close')],
  ['no secret', noSecret],
];

describe.each(COMMANDS)('$name: what a script concludes from the exit code is true', (command) => {
  let first: WorkshopWorld;
  let start: Moment;
  beforeAll(async () => {
    first = await openWorld({ people: 2 });
    await command.before?.(first);
    start = await keepMoment(first);
  });
  afterAll(async () => {
    forget(start);
    await first.close();
  });

  test.each(FAULTS)('when all ends in %s from the n-th request on', async (what, fault) => {
    const step = LONG || what === '404' || what === 'an answer cut short' ? 1 : 4;
    let hit = true;
    for (let nth = 1; hit; nth += step) hit = await conclude(command, await worldAfter(start, first), fault, nth);
  });
});

async function conclude({ args, done }: Tried, world: WorkshopWorld, fault: Fault, nth: number): Promise<boolean> {
  try {
    const keys = () => structuredClone(world.server.account.toJSON().keys);
    const [first, was] = [world.server.requests.length, keys()];
    // That a key to be deleted does not exist is good news, and the service is believed.
    const believed = (route: string) => route.startsWith('DELETE') && fault.status === 404;
    world.server.setRules(({ n, route }) => (n >= first + nth && !believed(route) ? fault : undefined));
    const { code, stderr } = await world.run([...args, '--retries', '1', '--timeout', '2', '--concurrency', '2']);
    const about = `exit ${code} after request ${nth}: ${stderr}`;
    const hit = world.server.requests.length >= first + nth;
    expect([0, 1, 2, 3, 4, 5], about).toContain(code);
    if (code === 2) expect(keys(), about).toEqual(was);
    if (code === 0) await done(world);
    if (code === 1) expect(stderr, about).toMatch(/Unexpected response from \S+ \(4/);
    world.server.setRules(() => undefined);
    return hit;
  } finally {
    await world.close();
  }
}
