import { badRequest } from './api-error.ts';

/** A spending cap that all keys of a workspace share. */
export interface StoredBudget {
  /** uuid */
  id: string;
  workspace_id: string;
  interval: BudgetInterval;
  /** USD */
  limit_usd: number;
  created_at: string;
  updated_at: string;
}

export type BudgetInterval = (typeof BUDGET_INTERVALS)[number];

/** From the narrowest to the widest. */
export const BUDGET_INTERVALS = ['daily', 'weekly', 'monthly', 'lifetime'] as const;

/** The key of a budget in the state. */
export function budgetKey({ workspace_id, interval }: Pick<StoredBudget, 'workspace_id' | 'interval'>): string {
  return `${workspace_id} ${interval}`;
}

export function budgetIntervalOf(text: string): BudgetInterval {
  const found = BUDGET_INTERVALS.find((interval) => interval === text);
  if (found === undefined) throw badRequest('interval must be one of daily, weekly, monthly, lifetime');
  return found;
}

/** The budget object of `/workspaces/{id}/budgets`; null = lifetime. */
export function budgetView({ interval, ...budget }: StoredBudget) {
  return { ...budget, reset_interval: interval === 'lifetime' ? null : interval };
}
