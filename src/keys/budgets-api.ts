import type { CliError } from '../errors.ts';
import type { Undone } from './account-key.ts';

/** Periods that a budget can have, from the narrowest to the widest. A budget of a wider one is always larger. */
export const BUDGET_PERIODS = ['daily', 'weekly', 'monthly', 'lifetime'] as const;

export type BudgetPeriod = (typeof BUDGET_PERIODS)[number];

/** What all keys of a workspace together may spend, USD per period. */
export interface Budgets {
  limits: ReadonlyMap<BudgetPeriod, number>;
  /** whether what other providers are paid counts too, for all periods; undefined = not told */
  include_byok: boolean | undefined;
}

/** Body of PUT; without `include_byok_in_budgets` that stays as it is. */
export interface NewBudget {
  limit_usd: number;
  include_byok_in_budgets?: boolean;
}

/**
 * Budgets of workspaces, a part of the Enterprise plan. Both changes may be repeated.
 * https://openrouter.ai/docs/api/api-reference/workspaces
 */
export interface BudgetsApi {
  /** Throws `no_budgets` where the plan has none. */
  listBudgets(workspace_id: string): Promise<Budgets>;
  setBudget(workspace_id: string, period: BudgetPeriod, wanted: NewBudget): Promise<BudgetOutcome>;
  clearBudget(workspace_id: string, period: BudgetPeriod): Promise<BudgetOutcome>;
}

/** `stop` is set when the reason would hit every other budget too. */
export type BudgetOutcome = { result: 'done' } | { result: Undone; reason: string; stop?: CliError };
