import {
  checkManagementKey,
  findWorkspace,
  openSession,
  type Session,
  type SessionFlags,
} from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import type { AccountKey, KeyListing, Workspace } from '../../keys/account-key.ts';
import type { BudgetPeriod, Budgets } from '../../keys/budgets-api.ts';
import { formatUsd, sumUsd } from '../../money.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { printJson } from '../../terminal/json.ts';
import { renderNext } from '../../terminal/next-step.ts';
import { createStyle } from '../../terminal/style.ts';
import { renderTable, tableWidth } from '../../terminal/table.ts';
import { type Service, serviceLine } from '../../views/service-line.ts';
import { workspaceJson, workspaceLine } from './screen.ts';

interface ShowOptions {
  workspace: string;
  session: SessionFlags;
  json: boolean;
}

interface ShownBudgets {
  service: Service & Pick<Session, 'locationArgs'>;
  workspace: Workspace;
  budgets: Budgets;
  listing: KeyListing;
}

export async function runBudgetShow(options: ShowOptions, ctx: Context): Promise<ExitCode> {
  const session = await openSession(options.session, ctx, { dryRun: true });
  try {
    await checkManagementKey(session);
    const workspace = await findWorkspace(session, options.workspace);
    const budgets = await session.api.listBudgets(workspace.id);
    const listing = await session.api.listKeys({ workspace_id: workspace.id });
    const view = { service: session, workspace, budgets, listing };
    if (options.json) printJson(ctx, shownJson(view));
    else ctx.stdout.write(renderShown(view, ctx));
    return EXIT.OK;
  } finally {
    await session.close();
  }
}

function renderShown({ service, workspace, budgets, listing }: ShownBudgets, ctx: Context): string {
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const head = `${serviceLine(service, ctx.stdout, ctx)}${workspaceLine(workspace, ctx.stdout, bold)}`;
  if (budgets.limits.size === 0) {
    const set = commandLine(
      ['budget', 'set', '--workspace', workspace.slug ?? workspace.id, '--monthly', '100', ...service.locationArgs],
      ctx.env,
    );
    const next = renderNext([{ does: 'for example', command: set }], ctx.stdout, bold);
    return `${head}No budgets: the keys of this workspace share no cap.\n${next}`;
  }
  const rows = [...budgets.limits].map(([period, limit]) => [
    period,
    formatUsd(limit),
    formatUsd(keysSpent(listing, period, budgets)),
  ]);
  const table = renderTable({ columns: COLUMNS, rows }, tableWidth(ctx.stdout), bold);
  return `${head}${table}\n${byokText(budgets)}What deleted keys spent is not in KEYS SPENT.\n`;
}

const COLUMNS = [
  { title: 'PERIOD' },
  { title: 'BUDGET', align: 'right' },
  { title: 'KEYS SPENT', align: 'right' },
] as const;

function byokText({ include_byok }: Budgets): string {
  if (include_byok === undefined) return '';
  return include_byok ? 'BYOK usage counts. ' : 'BYOK usage does not count. ';
}

/** Format: docs/json.md. */
function shownJson({ service, workspace, budgets, listing }: ShownBudgets) {
  return {
    version: 1,
    command: 'budget show',
    sandbox: service.sandbox,
    workspace: workspaceJson(workspace),
    include_byok: budgets.include_byok ?? null,
    budgets: [...budgets.limits].map(([period, limit]) => ({
      period,
      limit,
      keys_spent: keysSpent(listing, period, budgets) ?? null,
    })),
  };
}

/** What the keys that exist spent in the current period, USD; undefined where a part of it is not known. */
function keysSpent({ keys, complete }: KeyListing, period: BudgetPeriod, budgets: Budgets): number | undefined {
  if (!complete) return undefined;
  const [own, byok] = COUNTERS[period];
  const counted = keys.map((key) => [key[own], budgets.include_byok ? key[byok] : 0]);
  return counted.flat().includes(undefined) ? undefined : sumUsd(counted.flat());
}

const COUNTERS = {
  daily: ['usage_daily', 'byok_usage_daily'],
  weekly: ['usage_weekly', 'byok_usage_weekly'],
  monthly: ['usage_monthly', 'byok_usage_monthly'],
  lifetime: ['usage', 'byok_usage'],
} as const satisfies Record<BudgetPeriod, readonly [keyof AccountKey, keyof AccountKey]>;
