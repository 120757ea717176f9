import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import {
  closedAfterCommit,
  type Fault,
  hang,
  html,
  landsAfterMs,
  landsAfterRequests,
  refused,
  resetAfterCommit,
  resetBeforeCommit,
  tooMany,
} from '../support/faults.ts';
import { LONG } from './support/form.ts';
import { inWorld, killAtEach } from './support/killed-commands.ts';
import { checkEverybodyHasOne, openWorld, PREFIX, type WorldOptions } from './support/workshop-world.ts';

const TIERS = {
  basic: { models: ['openai/gpt-6-luna', 'x-ai/grok-5'] },
  pro: { extends: 'basic', models: ['anthropic/claude-sonnet-5.5'] },
};
/** Afterwards basic allows less, and the first two people are in the other tier. */
const CHANGED = { basic: { models: ['openai/gpt-6-luna'] }, pro: { models: ['anthropic/claude-sonnet-5.5'] } };

const FAULTS: [string, Fault][] = [
  ['reset before it is done', resetBeforeCommit],
  ['reset after it is done', resetAfterCommit],
  ['closed after it is done', closedAfterCommit],
  ['no answer', hang],
  ['a web page with 200, nothing done', html(200, 'never')],
  ['a web page with 200, done', html(200, 'now')],
  ['400', refused(400)],
  ['403', refused(403)],
  ['500 although it is done', refused(500, 'oops', 'now')],
  ['429 once', tooMany('1')],
  ['done with the next request', landsAfterRequests(1)],
  ['done five requests later', landsAfterRequests(5)],
  ['done long after the run', landsAfterMs(3_600_000)],
  ['an answer without what was asked for', { body: {} }],
];

/** Three people: two in basic, one in pro; two guardrails of others, one with our name in another workshop. */
async function openTieredWorld(options: WorldOptions = {}) {
  const world = await openWorld(options);
  const { guardrails } = world.server.account;
  const foreign = ['Legal hold', 'orkeys W2 basic'].map((name) => {
    const { id } = guardrails.create({ name, allowed_models: ['openai/gpt-6'] }).data;
    const key = world.server
      .liveKeys()
      .find((each) => each.name === (name === 'Legal hold' ? 'Other_Anda_Liepa' : 'Ww_Anda_Liepa_abcdefgh'));
    guardrails.bind(id, { key_hashes: [key?.hash ?? ''] });
    return id;
  });
  const tell = (tiers: object, names: string[]) => {
    writeFileSync(join(world.cwd, 'tiers.json'), JSON.stringify({ version: 1, tiers }));
    const rows = names.map((tier, n) => `p${n}@example.org,${['Anda', 'Pēteris', 'Ilze'][n]},Liepa,${tier}`);
    writeFileSync(join(world.cwd, 'roster.csv'), `E-mail,Name,Surname,Tier\n${rows.join('\n')}\n`);
  };
  tell(TIERS, ['basic', 'basic', 'pro']);
  const bound = () =>
    Object.fromEntries(
      guardrails
        .assignments(0, 100)
        .data.filter(({ key_name }) => key_name.startsWith(`${PREFIX}_`))
        .map(({ key_name, guardrail_id }) => [key_name.split('_')[1], guardrail_id]),
    );
  return { ...world, foreign, tell, bound };
}
type TieredWorld = Awaited<ReturnType<typeof openTieredWorld>>;

const PROVISION = ['provision', 'roster.csv', '--prefix', PREFIX, '--tiers', 'tiers.json', '--rate', 'off', '--yes'];
const APPLY = ['tiers', 'apply', 'roster.csv', '--prefix', PREFIX, '--tiers', 'tiers.json', '--rate', 'off', '--yes'];

/** One guardrail a tier, each key bound by its own, and what others made is as it was. */
async function checkTiers(world: TieredWorld, lists: Record<string, string[]>, tiers: string[]) {
  await checkEverybodyHasOne(world);
  const all = world.server.account.guardrails.list(0, 100, undefined).data;
  const ours = all.filter(({ name }) => name.startsWith(`orkeys ${PREFIX} `));
  expect(ours.map(({ name }) => name).sort()).toEqual([`orkeys ${PREFIX} basic`, `orkeys ${PREFIX} pro`]);
  expect(Object.fromEntries(ours.map(({ name, allowed_models }) => [name.split(' ')[2], allowed_models]))).toEqual(
    lists,
  );
  const idOf = (tier: string | undefined) => ours.find(({ name }) => name.endsWith(` ${tier}`))?.id;
  expect(world.bound()).toEqual({ Anda: idOf(tiers[0]), Pēteris: idOf(tiers[1]), Ilze: idOf(tiers[2]) });
  checkForeign(world);
}

/** The guardrails of others are there, with their lists and their keys. */
function checkForeign({ server, foreign }: TieredWorld): void {
  const { guardrails } = server.account;
  for (const id of foreign) expect(guardrails.get(id).data.allowed_models).toEqual(['openai/gpt-6-20260811']);
  const keys = foreign.map((id) => guardrails.assignments(0, 10, id).data.map(({ key_name }) => key_name));
  expect(keys).toEqual([['Other_Anda_Liepa'], ['Ww_Anda_Liepa_abcdefgh']]);
}

const FIRST = {
  basic: ['openai/gpt-6-luna-20260811', 'x-ai/grok-5-20260505'],
  pro: ['openai/gpt-6-luna-20260811', 'x-ai/grok-5-20260505', 'anthropic/claude-5.5-sonnet-20260915'],
};
const SECOND = { basic: ['openai/gpt-6-luna-20260811'], pro: ['anthropic/claude-5.5-sonnet-20260915'] };

/** A command, what comes before it, and what is true once it was run again. */
const COMMANDS = [
  {
    name: 'provision --tiers',
    args: PROVISION,
    before: async (_: TieredWorld) => {},
    isBound: false,
    check: (world: TieredWorld) => checkTiers(world, FIRST, ['basic', 'basic', 'pro']),
  },
  {
    name: 'tiers apply after people and lists changed',
    args: APPLY,
    before: async (world: TieredWorld) => {
      await world.run(PROVISION);
      world.tell(CHANGED, ['pro', 'basic', 'basic']);
    },
    isBound: true,
    check: (world: TieredWorld) => checkTiers(world, SECOND, ['pro', 'basic', 'basic']),
  },
] as const;

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

describe.each(COMMANDS)('$name', ({ args, before, isBound, check }) => {
  test('killed at any phase of any request: one more run mends all, and nobody is without a guardrail', async () => {
    const command = { args, before, isBound, check };
    const { killed, events } = await killAtEvent(command, Number.POSITIVE_INFINITY);
    expect(killed).toBe(false);
    await killAtEach(events, LONG ? 1 : 17, async (event) => (await killAtEvent(command, event)).killed);
  }, 1_200_000);

  test.each(faultsFor(isBound))(
    '$what, at a request that changes a guardrail: one more run mends all',
    async ({ fault, first }) => {
      for (let at = LONG ? 1 : first; ; at += 1) {
        const wasHit = await mendsAfter(fault, at, { args, before, check });
        if (!LONG) expect(wasHit).toBe(true);
        if (!wasHit || !LONG) return;
      }
    },
    120_000,
  );
});

/** In the short form each fault hits one command at one request, another one each time; in the long form all at all. */
function faultsFor(second: boolean) {
  return FAULTS.map(([what, fault], index) => ({ what, fault, first: 1 + (Math.floor(index / 2) % 4), index })).filter(
    ({ index }) => LONG || (index % 2 === 1) === second,
  );
}

/** One run that is killed at the n-th event, and one more. */
async function killAtEvent({ args, before, isBound, check }: Omit<(typeof COMMANDS)[number], 'name'>, nth: number) {
  let kill: (() => Promise<unknown>) | undefined;
  let events = 0;
  const world = await openTieredWorld({
    onEvent: async () => {
      if (kill === undefined) return;
      events += 1;
      if (events === nth) await kill();
    },
  });
  return inWorld(world, `event ${nth}`, async () => {
    await before(world);
    const run = startBuilt(program, args, world);
    kill = () => {
      run.child.kill('SIGKILL');
      return run.ended;
    };
    const { signal } = await run.ended;
    kill = undefined;
    checkForeign(world);
    if (isBound) expect(Object.keys(world.bound()).sort()).toEqual(['Anda', 'Ilze', 'Pēteris']);
    const { code, stderr } = await world.run(args);
    expect(code, stderr).toBe(0);
    await check(world);
    return { killed: signal === 'SIGKILL', events };
  });
}

type TierCommand = Pick<(typeof COMMANDS)[number], 'args' | 'before' | 'check'>;

/** One run in which the n-th change of a guardrail fails, and one more. Returns whether there were so many. */
async function mendsAfter(fault: Fault, n: number, { args, before, check }: TierCommand): Promise<boolean> {
  const world = await openTieredWorld();
  try {
    await before(world);
    let nth = 0;
    world.server.setRules(({ method, path }) => {
      if (method === 'GET' || !path.startsWith('/guardrails')) return undefined;
      nth += 1;
      return nth === n ? fault : undefined;
    });
    const flags = ['--concurrency', '1', '--timeout', '0.3', '--retries', '1', '--json'];
    expect([0, 3, 4, 5]).toContain((await world.run([...args, ...flags])).code);
    world.server.setRules(() => undefined);
    world.server.land();
    checkForeign(world);
    expect(await world.run(args)).toMatchObject({ code: 0 });
    await check(world);
    return nth >= n;
  } finally {
    await world.close();
  }
}

test('no key is without its guardrail while lists are narrowed and people change tiers', async () => {
  let watch = false;
  const seen: string[][] = [];
  const world: TieredWorld = await openTieredWorld({
    onEvent: async () => {
      if (watch) seen.push(Object.keys(world.bound()).sort());
    },
  });
  onTestFinished(() => world.close());
  await world.run(PROVISION);
  world.tell(CHANGED, ['pro', 'basic', 'basic']);
  watch = true;
  expect((await world.run(APPLY)).code).toBe(0);
  expect(seen.length).toBeGreaterThan(10);
  expect(new Set(seen.map(String))).toEqual(new Set(['Anda,Ilze,Pēteris']));
});
