import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BuiltProgram, buildProgram, startBuilt } from '../support/built-program.ts';
import {
  closedAfterCommit,
  type Fault,
  hang,
  html,
  landsAfterRequests,
  refused,
  resetAfterCommit,
  resetBeforeCommit,
  tooMany,
} from '../support/faults.ts';
import { LONG } from './support/form.ts';
import { inWorld, killAtEach } from './support/killed-commands.ts';
import { openWorld, type WorkshopWorld, type WorldOptions } from './support/workshop-world.ts';

const BEFORE = { daily: 30, weekly: 90, monthly: 200 };
const FLAGS = ['--workspace', 'workshop', '--rate', 'off', '--yes'];
/** A budget falls, two rise above the next one as it was, one is new. */
const COMMANDS = [
  {
    name: 'budget set',
    args: ['budget', 'set', '--daily', '20', '--weekly', '250', '--monthly', '300', '--lifetime', '900', ...FLAGS],
    after: { daily: 20, weekly: 250, monthly: 300, lifetime: 900 },
  },
  { name: 'budget clear', args: ['budget', 'clear', '--daily', '--monthly', ...FLAGS], after: { weekly: 90 } },
];
type BudgetCommand = (typeof COMMANDS)[number];

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
  ['an answer without what was asked for', { body: {} }],
];

let program: BuiltProgram;
beforeAll(() => {
  program = buildProgram();
});
afterAll(() => program.remove());

describe.each(COMMANDS)('$name', (command) => {
  test('killed at any phase of any request: one more run mends all', async () => {
    const { killed, events } = await killAtEvent(command, Number.POSITIVE_INFINITY);
    expect(killed).toBe(false);
    await killAtEach(events, LONG ? 1 : 7, async (event) => (await killAtEvent(command, event)).killed);
  }, 1_200_000);

  test.each(FAULTS)(
    '%s, at a change: what is told is true, and one more run mends all',
    async (_, fault) => {
      for (let at = 1; at <= (LONG ? 4 : 1); at += 1) await mendsAfter(fault, at, command);
    },
    120_000,
  );
});

/** The budgets of the workspace, and of another one, which nobody may touch. */
async function openBudgets(options: WorldOptions = {}) {
  const world = await openWorld(options);
  const { budgets } = world.server.account;
  const of = (workspace: string) =>
    Object.fromEntries(
      budgets.list(workspace).data.map(({ reset_interval, limit_usd }) => [reset_interval ?? 'lifetime', limit_usd]),
    );
  for (const [period, limit_usd] of Object.entries(BEFORE).reverse()) {
    for (const workspace of ['workshop', 'default']) budgets.put(workspace, period, { limit_usd });
  }
  return { ...world, of };
}
type BudgetWorld = WorkshopWorld & Pick<Awaited<ReturnType<typeof openBudgets>>, 'of'>;

/** Each budget is what it was or what it is to be, and the longer the period, the larger it is. */
function checkBetween({ of }: BudgetWorld, after: Readonly<Record<string, number>>): void {
  const now = of('workshop');
  for (const period of ['daily', 'weekly', 'monthly', 'lifetime'] as const) {
    expect([BEFORE[period as keyof typeof BEFORE], after[period]]).toContain(now[period]);
  }
  const limits = ['daily', 'weekly', 'monthly', 'lifetime'].flatMap((period) => now[period] ?? []);
  expect(limits).toEqual(limits.toSorted((a, b) => a - b));
  expect(of('default')).toEqual(BEFORE);
}

async function mends(world: BudgetWorld, { args, after }: BudgetCommand): Promise<void> {
  checkBetween(world, after);
  const { code, stderr } = await world.run(args);
  expect(code, stderr).toBe(0);
  expect(world.of('workshop')).toEqual(after);
  expect(world.of('default')).toEqual(BEFORE);
}

async function killAtEvent(command: BudgetCommand, nth: number) {
  let kill: (() => Promise<unknown>) | undefined;
  let events = 0;
  const world = await openBudgets({
    onEvent: async () => {
      if (kill === undefined) return;
      events += 1;
      if (events === nth) await kill();
    },
  });
  return inWorld(world, `event ${nth}`, async () => {
    const run = startBuilt(program, command.args, world);
    kill = () => {
      run.child.kill('SIGKILL');
      return run.ended;
    };
    const { signal } = await run.ended;
    kill = undefined;
    await mends(world, command);
    return { killed: signal === 'SIGKILL', events };
  });
}

/** One run in which the n-th change fails, and one more. A budget that is told as set or removed is. */
async function mendsAfter(fault: Fault, n: number, command: BudgetCommand): Promise<void> {
  const world = await openBudgets();
  try {
    let nth = 0;
    world.server.setRules(({ method }) => {
      if (method === 'GET') return undefined;
      nth += 1;
      return nth === n ? fault : undefined;
    });
    const flags = ['--timeout', '0.3', '--retries', '1', '--json'];
    const { code, stdout } = await world.run([...command.args, ...flags]);
    expect([0, 3, 4, 5]).toContain(code);
    world.server.setRules(() => undefined);
    world.server.land();
    if (code === 0) expect(world.of('workshop')).toEqual(command.after);
    if (stdout !== '') {
      for (const { period, result, ...step } of JSON.parse(stdout).changes) {
        if (result === 'done') expect(world.of('workshop')[period]).toBe(step.new ?? undefined);
      }
    }
    await mends(world, command);
  } finally {
    await world.close();
  }
}
