import * as z from 'zod/mini';
import { CliError, EXIT } from '../errors.ts';
import { BUDGET_PERIODS, type BudgetOutcome, type BudgetPeriod, type BudgetsApi } from '../keys/budgets-api.ts';
import { changeOutcome } from './outcome.ts';
import type { Send, Sent } from './send.ts';
import { parsed } from './success.ts';

const byok = z.catch(z.optional(z.boolean()), undefined);
const budget = z.object({ limit_usd: z.number(), reset_interval: z.nullable(z.string()) });
const budgets = z.object({ data: z.array(budget), include_byok_in_budgets: byok });

/** https://openrouter.ai/docs/api/api-reference/workspaces */
export function createBudgetsApi(send: Send): BudgetsApi {
  return {
    async listBudgets(workspace) {
      const sent = await send({ method: 'GET', path: pathOf(workspace) });
      // A workspace without budgets may have no list at all.
      if (saysItself(sent, [404])) return { limits: new Map(), include_byok: undefined };
      const refused = notInPlan(sent);
      if (refused) throw refused;
      const { data, include_byok_in_budgets } = parsed(sent, (json) => z.safeParse(budgets, json).data);
      // Periods that are not known here are the service's business.
      const known = new Map(data.map(({ limit_usd, reset_interval }) => [reset_interval ?? 'lifetime', limit_usd]));
      const limits = BUDGET_PERIODS.flatMap((period) => {
        const limit = known.get(period);
        return limit === undefined ? [] : [[period, limit] as const];
      });
      return { limits: new Map(limits), include_byok: include_byok_in_budgets };
    },
    setBudget: async (workspace, period, wanted) =>
      outcomeOf(await send({ method: 'PUT', path: pathOf(workspace, period), body: wanted })),
    async clearBudget(workspace, period) {
      const sent = await send({ method: 'DELETE', path: pathOf(workspace, period) });
      return saysItself(sent, [404]) ? { result: 'done' } : outcomeOf(sent);
    },
  };
}

function pathOf(workspace: string, period?: BudgetPeriod): string {
  return `/workspaces/${encodeURIComponent(workspace)}/budgets${period === undefined ? '' : `/${period}`}`;
}

function outcomeOf(sent: Sent): BudgetOutcome {
  const stop = saysItself(sent, [404]) ? planError(sent) : notInPlan(sent);
  if (stop) return { result: 'not_started', reason: stop.message, stop };
  const outcome = changeOutcome(sent);
  return outcome.result === 'gone' ? { result: 'done' } : outcome;
}

/** Which status a missing plan has is not documented; that the key may manage keys is known before. */
function notInPlan(sent: Sent): CliError | undefined {
  const namesPlan = saysItself(sent, [400]) && /\b(?:enterprise|plan)\b/i.test(wordsOf(sent));
  return namesPlan || saysItself(sent, [402, 403]) ? planError(sent) : undefined;
}

function planError(sent: Sent): CliError {
  return new CliError(
    'no_budgets',
    EXIT.NOT_AUTHORIZED,
    `OpenRouter refuses budgets for this workspace (${wordsOf(sent)}).`,
    { hint: 'Budgets need the Enterprise plan. A cap without the Enterprise plan: orkeys watch --total-over' },
  );
}

/** In the API's own words, rather than those of something in between. */
function saysItself({ outcome }: Sent, statuses: readonly number[]): boolean {
  return outcome.kind === 'answer' && outcome.error !== undefined && statuses.includes(outcome.status);
}

function wordsOf({ outcome }: Sent): string {
  return outcome.kind === 'answer' ? `${outcome.status}: ${outcome.error}` : outcome.reason;
}
