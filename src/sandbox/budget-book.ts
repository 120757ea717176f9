import type { LiveState, Operation } from './account-state.ts';
import { ApiError, badRequest, notFound } from './api-error.ts';
import {
  BUDGET_INTERVALS,
  type BudgetInterval,
  budgetIntervalOf,
  budgetKey,
  budgetView,
  type StoredBudget,
} from './budget.ts';
import { fieldsOf } from './key-input.ts';

/** What budgets need of the account that they belong to. */
export interface BudgetTools {
  state: LiveState;
  change(operation: Operation): void;
  newId(): string;
  timestamp(): string;
  /** the ID of an existing workspace; throws ApiError 404 */
  workspaceOf(idOrSlug: string): string;
  /** budgets are part of the Enterprise plan */
  enterprise: boolean;
}

/** The budgets of an account's workspaces. */
export class BudgetBook {
  readonly #tools: BudgetTools;

  constructor(tools: BudgetTools) {
    this.#tools = tools;
  }

  list(workspace: string) {
    const id = this.#open(workspace);
    const data = BUDGET_INTERVALS.flatMap((interval) => this.#find(id, interval) ?? []).map(budgetView);
    return { data, ...this.#setting(id) };
  }

  get(workspace: string, interval: string) {
    const id = this.#open(workspace);
    const budget = this.#find(id, budgetIntervalOf(interval));
    if (budget === undefined) throw notFound();
    return { data: budgetView(budget), ...this.#setting(id) };
  }

  /** Creates or replaces. */
  put(workspace: string, interval: string, body: unknown) {
    const id = this.#open(workspace);
    const wanted = budgetIntervalOf(interval);
    const { limit_usd, include_byok_in_budgets: byok } = fieldsOf(body);
    if (typeof limit_usd !== 'number' || !(limit_usd > 0)) throw badRequest('limit_usd must be greater than 0');
    if (byok !== undefined && typeof byok !== 'boolean') throw badRequest('include_byok_in_budgets must be a boolean');
    this.#refuseDisorder(id, wanted, limit_usd);
    const before = this.#find(id, wanted);
    const now = this.#tools.timestamp();
    const made = before ?? { id: this.#tools.newId(), workspace_id: id, interval: wanted, created_at: now };
    const budget = { ...made, limit_usd, updated_at: now };
    this.#tools.change({ op: 'budget_set', budget, ...(byok === undefined ? {} : { include_byok: byok }) });
    return this.get(workspace, interval);
  }

  /** Says the same where there is none. */
  delete(workspace: string, interval: string) {
    const workspace_id = this.#open(workspace);
    this.#tools.change({ op: 'budget_deleted', workspace_id, interval: budgetIntervalOf(interval) });
    return { deleted: true };
  }

  #open(workspace: string): string {
    if (!this.#tools.enterprise) throw new ApiError(403, 'Workspace budgets require an Enterprise plan');
    return this.#tools.workspaceOf(workspace);
  }

  #find(workspace: string, interval: BudgetInterval): StoredBudget | undefined {
    return this.#tools.state.budgets.get(budgetKey({ workspace_id: workspace, interval }));
  }

  #setting(workspace: string) {
    return {
      include_byok_in_budgets: this.#tools.state.workspaces.get(workspace)?.include_byok_in_budgets ?? false,
    };
  }

  /** lifetime > monthly > weekly > daily, with those that are there. */
  #refuseDisorder(workspace: string, interval: BudgetInterval, limit: number): void {
    const place = BUDGET_INTERVALS.indexOf(interval);
    for (const [at, other] of BUDGET_INTERVALS.entries()) {
      const set = this.#find(workspace, other)?.limit_usd;
      if (set === undefined || at === place || (at < place ? set < limit : set > limit)) continue;
      throw badRequest('Budget limits must strictly decrease: lifetime > monthly > weekly > daily');
    }
  }
}
