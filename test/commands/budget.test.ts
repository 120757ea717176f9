import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { run as runCommand } from '../../src/main.ts';
import { SandboxAccount } from '../../src/sandbox/account.ts';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';
import { type ContextOptions, createTestContext } from '../support/context.ts';
import { type Fault, resetAfterCommit } from '../support/faults.ts';
import { type Rules, script, useFaultyServer } from '../support/faulty-server.ts';

test('set shows old → new, asks, and sets what it showed', async () => {
  const { run, screen, budgets, sent } = await useBudgets({ monthly: 200 });
  const set = ['set', '--daily', '20', '--monthly', '250'];
  expect(screen(await run([...set, '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workspace Workshop (workshop)
    PERIOD       OLD         NEW
    monthly  $200.00  →  $250.00
    daily       none  →   $20.00

    When a budget is used up, OpenRouter refuses every key of the workspace.
    Dry run: nothing was changed.
    --- stderr
    "
  `);
  expect(sent()).toEqual([]);
  expect(screen(await run(set, { answers: ['n'] }))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    --- stderr
    [33mServer   [39m http://<host>/api/v1 (from ORKEYS_BASE_URL)
    [1mWorkspace[22m Workshop (workshop)
    [1mPERIOD       OLD         NEW[22m
    monthly  $200.00  →  $250.00
    daily       none  →   $20.00

    When a budget is used up, OpenRouter refuses every key of the workspace.
    Set 2 budgets of workspace workshop? [y/N] Cancelled; nothing was changed.
    "
  `);
  expect(sent()).toEqual([]);
  expect(screen(await run(set, { answers: ['y'] }))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Set 2 budgets of workspace workshop.
    --- stderr
    [33mServer   [39m http://<host>/api/v1 (from ORKEYS_BASE_URL)
    [1mWorkspace[22m Workshop (workshop)
    [1mPERIOD       OLD         NEW[22m
    monthly  $200.00  →  $250.00
    daily       none  →   $20.00

    When a budget is used up, OpenRouter refuses every key of the workspace.
    Set 2 budgets of workspace workshop? [y/N] "
  `);
  expect(budgets()).toEqual({ daily: 20, monthly: 250 });
  sent();
  expect(screen(await run([...set, '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    No changes.
    --- stderr
    "
  `);
  expect(sent()).toEqual([]);
});

test('off a terminal, set and clear need --yes', async () => {
  const { run, screen, sent } = await useBudgets({ daily: 20 });
  expect(screen(await run(['set', '--daily', '30']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workspace Workshop (workshop)
    PERIOD     OLD        NEW
    daily   $20.00  →  $30.00

    When a budget is used up, OpenRouter refuses every key of the workspace.
    Error: Cannot ask for confirmation without a terminal: Set 1 budget of workspace workshop?
    Hint: Add --yes to confirm.
    "
  `);
  const cleared = await run(['clear', '--all', '--json']);
  expect(cleared.code).toBe(2);
  expect(JSON.parse(cleared.stderr).error.code).toBe('confirmation_needed');
  expect(sent()).toEqual([]);
});

test('all that is wrong is told at once, with the budgets that are set already', async () => {
  const { run, screen, sent } = await useBudgets({ weekly: 50 });
  const set = ['set', '--daily', '60', '--monthly', '40', '--lifetime', '5 EUR', '--yes'];
  expect(screen(await run(set))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: These budgets have 3 problems. Nothing was changed.

      --lifetime 5 EUR: expected US dollars above 0
        "5 EUR"
      weekly ($50.00, as it is now) must be more than daily ($60.00)
      monthly ($40.00) must be more than weekly ($50.00, as it is now)

    Hint: The longer the period, the larger its budget, for example --daily 20 --weekly 80. To remove what is set: orkeys budget clear --workspace workshop --weekly
    "
  `);
  expect((await run(['set', '--daily', '50', '--yes'])).code).toBe(2);
  expect((await run(['set', '--daily', '0', '--yes'])).code).toBe(2);
  expect((await run(['set', '--daily', 'none', '--yes'])).code).toBe(2);
  expect(sent()).toEqual([]);
});

test('what changes nothing is told, and what to type', async () => {
  const { run, screen } = await useBudgets();
  expect(screen(await run(['set', '--yes']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Nothing to change: no budget was given.
    Hint: Add a budget, for example --monthly 100.
    "
  `);
  expect(screen(await run(['set', '--include-byok', '--yes']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: The workspace has no budget for which BYOK usage could count.
    Hint: Add a budget, for example --monthly 100.
    "
  `);
  expect(screen(await run(['clear', '--yes']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Nothing to remove: no budget was named.
    Hint: Name budgets, for example --daily, or all of them with --all.
    "
  `);
});

test('a longer period has the larger budget after each request, too', async () => {
  const { run, sent, budgets } = await useBudgets({ daily: 10, weekly: 20, monthly: 30 });
  const set = ['set', '--daily', '25', '--weekly', '40', '--monthly', '50', '--lifetime', '60', '--yes'];
  expect((await run(set)).code).toBe(0);
  expect(sent()).toEqual(['PUT monthly 50', 'PUT weekly 40', 'PUT daily 25', 'PUT lifetime 60']);
  const lower = ['set', '--daily', '1', '--weekly', '2', '--monthly', '3', '--yes'];
  expect((await run(lower)).code).toBe(0);
  expect(sent()).toEqual(['PUT daily 1', 'PUT weekly 2', 'PUT monthly 3']);
  expect(budgets()).toEqual({ daily: 1, weekly: 2, monthly: 3, lifetime: 60 });
});

test('a request whose answer is lost is sent again', async () => {
  const { run, sent, budgets } = await useBudgets({}, { rules: faults('daily', [resetAfterCommit]) });
  expect((await run(['set', '--daily', '20', '--yes'])).code).toBe(0);
  expect(sent()).toEqual(['PUT daily 20', 'PUT daily 20']);
  expect(budgets()).toEqual({ daily: 20 });
});

test('after one that is refused nothing more is sent: partly done', async () => {
  const refused: Fault = { commit: 'never', status: 400, body: { error: { code: 400, message: 'Not on a Friday' } } };
  const { run, screen, budgets } = await useBudgets({}, { rules: faults('weekly', [refused]) });
  const set = ['set', '--daily', '20', '--weekly', '80', '--monthly', '200', '--yes'];
  expect(screen(await run(set))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    Set 1 budget of workspace workshop.
    Not done  weekly: none → $80.00: Unexpected response from <host>/api/v1/workspaces/5a9db0c5-0000-4000-8000-000000000002/budgets/weekly (400: Not on a Friday).
    Not done  monthly: none → $200.00: not started
    Next, to resume:
      orkeys budget set --workspace workshop --daily 20 --weekly 80 --monthly 200 --yes --rate off
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workspace Workshop (workshop)
    PERIOD    OLD         NEW
    daily    none  →   $20.00
    weekly   none  →   $80.00
    monthly  none  →  $200.00

    When a budget is used up, OpenRouter refuses every key of the workspace.
    "
  `);
  expect(budgets()).toEqual({ daily: 20 });
  const { code, stdout } = await run([...set, '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).changes.map(({ period }: { period: string }) => period)).toEqual(['weekly', 'monthly']);
});

test("without the Enterprise plan, the service's words are told, and what caps without it", async () => {
  const { run, screen } = await useBudgets({}, { enterprise: false });
  expect(screen(await run(['set', '--daily', '20', '--yes']))).toMatchInlineSnapshot(`
    "exit 4
    --- stdout
    --- stderr
    Error: OpenRouter refuses budgets for this workspace (403: Workspace budgets require an Enterprise plan).
    Hint: Budgets need the Enterprise plan. A cap without the Enterprise plan: orkeys watch --total-over
    "
  `);
  expect((await run(['show'])).code).toBe(4);
});

test.each([
  [402, 'Payment required'],
  [403, 'Not in your plan'],
  [404, 'Resource not found'],
  [400, 'This needs the Enterprise plan'],
])('a plan that is told only when a budget is set is told the same way (%s)', async (status, message) => {
  const refused: Fault = { commit: 'never', status, body: { error: { code: status, message } } };
  const { run } = await useBudgets({}, { rules: faults('daily', [refused]) });
  const { code, stderr } = await run(['set', '--daily', '20', '--yes']);
  expect([code, stderr]).toEqual([4, expect.stringContaining(`(${status}: ${message})`)]);
  expect(stderr).toContain('orkeys watch --total-over');
});

test('clear removes the budgets that are there, after a question', async () => {
  const { run, screen, budgets, sent } = await useBudgets({ daily: 20, monthly: 200, lifetime: 900 });
  const clear = ['clear', '--daily', '--weekly'];
  expect(screen(await run(clear, { answers: ['y'] }))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Removed 1 budget of workspace workshop.
    --- stderr
    [33mServer   [39m http://<host>/api/v1 (from ORKEYS_BASE_URL)
    [1mWorkspace[22m Workshop (workshop)
    [1mPERIOD     OLD      NEW[22m
    daily   $20.00  →  none

    Without a budget, each key may spend up to its own limit.
    Remove 1 budget of workspace workshop? [y/N] "
  `);
  expect(sent()).toEqual(['DELETE daily']);
  expect(screen(await run([...clear, '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    No changes.
    --- stderr
    "
  `);
  expect((await run(['clear', '--all', '--yes'])).code).toBe(0);
  expect(budgets()).toEqual({});
});

test('BYOK usage counts or not for the whole workspace, and stays as it is unless that is asked for', async () => {
  const { run, screen, account, sent } = await useBudgets({ daily: 20 });
  const byok = () => account.budgets.list('workshop').include_byok_in_budgets;
  expect(screen(await run(['set', '--include-byok', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Set 1 budget of workspace workshop.
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workspace Workshop (workshop)
    PERIOD     OLD        NEW
    daily   $20.00  →  $20.00

    BYOK usage counts, for all budgets of the workspace.
    When a budget is used up, OpenRouter refuses every key of the workspace.
    "
  `);
  expect(byok()).toBe(true);
  expect((await run(['set', '--daily', '30', '--yes'])).code).toBe(0);
  expect(byok()).toBe(true);
  sent();
  expect((await run(['set', '--include-byok', '--yes'])).code).toBe(0);
  expect(sent()).toEqual([]);
  expect((await run(['set', '--no-include-byok', '--yes'])).code).toBe(0);
  expect(byok()).toBe(false);
});

test('show says what the keys of the workspace spent in the same periods', async () => {
  const { run, screen, account } = await useBudgets({ daily: 20, lifetime: 900 });
  const { id: workspace_id } = account.getWorkspace('workshop').data;
  for (const [name, usd] of [
    ['one', 1.5],
    ['two', 0.25],
  ] as const) {
    account.spend(account.createKey({ name, workspace_id }).data.hash, usd);
  }
  account.spend(account.createKey({ name: 'elsewhere' }).data.hash, 7);
  expect(screen(await run(['show']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workspace Workshop (workshop)
    PERIOD     BUDGET  KEYS SPENT
    daily      $20.00       $1.75
    lifetime  $900.00       $1.75

    BYOK usage does not count. What deleted keys spent is not in KEYS SPENT.
    --- stderr
    "
  `);
  expect(screen(await run(['show', '--json']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    {
      "version": 1,
      "command": "budget show",
      "sandbox": false,
      "workspace": {
        "id": "5a9db0c5-0000-4000-8000-000000000002",
        "slug": "workshop",
        "name": "Workshop"
      },
      "include_byok": false,
      "budgets": [
        {
          "period": "daily",
          "limit": 20,
          "keys_spent": 1.75
        },
        {
          "period": "lifetime",
          "limit": 900,
          "keys_spent": 1.75
        }
      ]
    }
    --- stderr
    "
  `);
});

test('a counter that OpenRouter does not tell is unknown, not zero', async () => {
  const forget: Fault = {
    edit: (body) => ({ ...body, data: body.data?.map(({ usage_daily: _, ...key }: { usage_daily: number }) => key) }),
  };
  const { run, account } = await useBudgets({ daily: 20, monthly: 90 }, { rules: script({ 'GET /keys': [forget] }) });
  account.createKey({ name: 'one', workspace_id: account.getWorkspace('workshop').data.id });
  const { budgets } = JSON.parse((await run(['show', '--json'])).stdout);
  expect(budgets).toEqual([
    { period: 'daily', limit: 20, keys_spent: null },
    { period: 'monthly', limit: 90, keys_spent: 0 },
  ]);
});

test('a budget of a period that is not known is passed over', async () => {
  const yearly: Fault = {
    edit: (body) => ({ ...body, data: [{ ...body.data[0], reset_interval: 'yearly' }, ...body.data] }),
  };
  const rules: Rules = ({ path }) => (path.endsWith('/budgets') ? yearly : undefined);
  const { run } = await useBudgets({ daily: 20 }, { rules });
  const { budgets } = JSON.parse((await run(['show', '--json'])).stdout);
  expect(budgets).toEqual([{ period: 'daily', limit: 20, keys_spent: 0 }]);
});

test('Ctrl-C at the question changes nothing, and during the run the rest is not sent', async () => {
  let interrupt = () => {};
  const rules: Rules = ({ route }) => {
    if (route.startsWith('PUT')) interrupt();
    return undefined;
  };
  const { start, sent } = await useBudgets({}, { rules });
  const asked = start(['set', '--daily', '20'], { answers: [] });
  asked.ctx.stdin.readLine = async () => {
    asked.ctx.interrupt();
    return undefined;
  };
  expect(await asked.end()).toBe(130);
  expect(asked.ctx.stderr.text()).toContain('Cancelled; nothing was changed.');
  expect(sent()).toEqual([]);
  const started = start(['set', '--daily', '20', '--monthly', '200', '--yes']);
  interrupt = started.ctx.interrupt;
  expect(await started.end()).toBe(130);
  expect(sent()).toEqual(['PUT daily 20']);
  expect(started.ctx.stdout.text()).toContain('Next, to resume');
});

test('a workspace without budgets may answer 404, and one that does not exist is named', async () => {
  const gone: Fault = { status: 404, body: { error: { code: 404, message: 'Resource not found' } } };
  const { run, screen } = await useBudgets({}, { rules: ({ path }) => (path.endsWith('/budgets') ? gone : undefined) });
  expect(screen(await run(['show']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workspace Workshop (workshop)
    No budgets: the keys of this workspace share no cap.
    Next, for example:
      orkeys budget set --workspace workshop --monthly 100
    --- stderr
    "
  `);
  expect(screen(await run(['show', '--workspace', 'nowhere']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: No workspace nowhere on this account.
    Hint: Available workspaces: default, workshop
    "
  `);
});

test('a command that is suggested names the same account', async () => {
  const { run } = await useBudgets();
  expect((await run(['show', '--sandbox'])).stdout).toContain('--workspace workshop --monthly 100 --sandbox\n');
  expect((await run(['set', '--weekly', '5', '--sandbox', '--yes'])).code).toBe(0);
  const { stderr } = await run(['set', '--daily', '9', '--sandbox', '--yes']);
  expect(stderr).toContain('orkeys budget clear --workspace workshop --weekly --sandbox\n');
});

interface Options {
  rules?: Rules;
  enterprise?: boolean;
}

const WORKSHOP = '5a9db0c5-0000-4000-8000-000000000002';

/** An account whose second workspace has these budgets. Call it inside a test. */
async function useBudgets(limits: Record<string, number> = {}, { rules, enterprise = true }: Options = {}) {
  const cwd = temporaryFolder();
  const now = () => new Date('2026-03-04T09:00:00Z');
  const account = new SandboxAccount({ now, random: randomBytes, enterprise });
  for (const [period, limit_usd] of Object.entries(limits).reverse()) {
    account.budgets.put('workshop', period, { limit_usd });
  }
  const server = await useFaultyServer({ account, ...(rules ? { rules } : {}) });
  const env = { ORKEYS_BASE_URL: server.url, OPENROUTER_MANAGEMENT_KEY: server.managementKey };
  let seen = 0;
  return {
    account,
    run: ([action = '', ...args]: string[], more: Partial<ContextOptions> = {}) =>
      orkeys(['budget', action, '--workspace', 'workshop', ...args, '--rate', 'off'], { cwd, env, now, ...more }),
    /** in a context that can be interrupted */
    start: ([action = '', ...args]: string[], more: Partial<ContextOptions> = {}) => {
      const ctx = createTestContext({ cwd, env, now, ...more });
      return {
        ctx,
        end: () => runCommand(['budget', action, '--workspace', 'workshop', ...args, '--rate', 'off'], ctx),
      };
    },
    screen: (screen: Parameters<typeof screenOf>[0]) => screenOf(screen, cwd),
    budgets: () =>
      Object.fromEntries(
        account.budgets
          .list('workshop')
          .data.map(({ reset_interval, limit_usd }) => [reset_interval ?? 'lifetime', limit_usd]),
      ),
    /** `PUT daily 20` for each request that changes something, since the last call */
    sent: () => {
      const fresh = server.requests.slice(seen).filter(({ method }) => method !== 'GET');
      seen = server.requests.length;
      return fresh.map(({ method, path, body }) =>
        `${method} ${path.split('/').at(-1)} ${body === '' ? '' : JSON.parse(body).limit_usd}`.trim(),
      );
    },
  };
}

function faults(period: string, turns: readonly Fault[]): Rules {
  return script({ [`PUT /workspaces/${WORKSHOP}/budgets/${period}`]: turns });
}
