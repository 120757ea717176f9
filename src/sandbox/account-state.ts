import type { StoredKey } from './api-key.ts';
import { budgetKey, type StoredBudget } from './budget.ts';
import type { Assignment, StoredGuardrail } from './guardrail.ts';
import { type Spending, spend } from './spending.ts';
import { plainSums, recordUse, type UsageSum, type UsageSums, type Use, usageSums } from './usage.ts';
import { initialWorkspaces, type StoredWorkspace } from './workspace.ts';

/** An account as plain JSON. */
export interface AccountState {
  /** oldest first */
  keys: StoredKey[];
  workspaces: StoredWorkspace[];
  /** absent in files from before guardrails were added */
  guardrails?: StoredGuardrail[];
  assignments?: Assignment[];
  /** absent in files from before budgets were added */
  budgets?: StoredBudget[];
  /** absent in files from before usage was kept */
  usage?: UsageSum[];
  deleted?: DeletedKey[];
  /** number of keys ever created */
  made: number;
  /** USD */
  total_credits: number;
  /** USD over all keys, including deleted ones */
  total_usage: number;
}

/** What usage still needs of a key that was deleted. */
export type DeletedKey = Pick<StoredKey, 'hash' | 'name' | 'workspace_id'>;

/** One change of an account: a log of these is enough to rebuild it. */
export type Operation =
  | { op: 'key_created'; key: StoredKey }
  | { op: 'key_changed'; hash: string; changes: Partial<StoredKey> }
  | { op: 'key_deleted'; hash: string }
  /** `time`: milliseconds since the epoch */
  | ({ op: 'spent'; hash: string; usd: number; time: number } & Use)
  | { op: 'workspace_created'; workspace: StoredWorkspace }
  | { op: 'guardrail_created'; guardrail: StoredGuardrail }
  | { op: 'guardrail_changed'; id: string; changes: Partial<StoredGuardrail> }
  | { op: 'guardrail_deleted'; id: string }
  | { op: 'key_bound'; assignment: Assignment }
  | { op: 'key_unbound'; hash: string }
  /** `include_byok` is the workspace's; absent = as it was */
  | { op: 'budget_set'; budget: StoredBudget; include_byok?: boolean }
  | ({ op: 'budget_deleted' } & Pick<StoredBudget, 'workspace_id' | 'interval'>);

/** The changes of an account that several processes share. */
export interface OperationLog {
  /** If it throws, the change does not happen. */
  append(operation: Operation): void;
  /** Changes since the last call, by this process and by others, in the same order for all. */
  read(): Operation[];
}

/** The same as AccountState, in a form that is fast to change. */
export interface LiveState {
  /** by hash, oldest first */
  keys: Map<string, StoredKey>;
  /** by id */
  workspaces: Map<string, StoredWorkspace>;
  /** by id */
  guardrails: Map<string, StoredGuardrail>;
  /** by key hash */
  assignments: Map<string, Assignment>;
  /** by workspace and interval */
  budgets: Map<string, StoredBudget>;
  usage: UsageSums;
  /** by hash */
  deleted: Map<string, DeletedKey>;
  made: number;
  total_credits: number;
  total_usage: number;
}

export function freshState(createdAt: string, totalCredits: number): LiveState {
  return liveState({
    keys: [],
    workspaces: initialWorkspaces(createdAt),
    made: 0,
    total_credits: totalCredits,
    total_usage: 0,
  });
}

export function liveState(state: AccountState): LiveState {
  return {
    ...state,
    keys: new Map(state.keys.map((key) => [key.hash, key])),
    workspaces: new Map(state.workspaces.map((workspace) => [workspace.id, workspace])),
    guardrails: new Map(state.guardrails?.map((guardrail) => [guardrail.id, guardrail])),
    assignments: new Map(state.assignments?.map((assignment) => [assignment.key_hash, assignment])),
    budgets: new Map(state.budgets?.map((budget) => [budgetKey(budget), budget])),
    usage: usageSums(state.usage),
    deleted: new Map(state.deleted?.map((key) => [key.hash, key])),
  };
}

export function plainState(state: LiveState): AccountState {
  return {
    ...state,
    keys: [...state.keys.values()],
    workspaces: [...state.workspaces.values()],
    guardrails: [...state.guardrails.values()],
    assignments: [...state.assignments.values()],
    budgets: [...state.budgets.values()],
    usage: plainSums(state.usage),
    deleted: [...state.deleted.values()],
  };
}

/** Changes `state` in place. An operation on a deleted key does nothing. */
export function applyOperation(state: LiveState, operation: Operation): void {
  switch (operation.op) {
    case 'key_created':
      state.keys.set(operation.key.hash, operation.key);
      state.made += 1;
      return;
    case 'key_changed':
      changeKey(state, operation.hash, () => operation.changes);
      return;
    case 'key_deleted':
      rememberDeleted(state, operation.hash);
      state.keys.delete(operation.hash);
      state.assignments.delete(operation.hash);
      return;
    case 'spent':
      changeKey(state, operation.hash, (spending) => {
        state.total_usage += operation.usd;
        recordUse(state.usage, operation.hash, operation.usd, operation.time, operation);
        return { spending: spend(spending, operation.usd, operation.time) };
      });
      return;
    case 'workspace_created':
      state.workspaces.set(operation.workspace.id, operation.workspace);
      return;
    case 'guardrail_created':
      state.guardrails.set(operation.guardrail.id, operation.guardrail);
      return;
    case 'guardrail_changed': {
      const guardrail = state.guardrails.get(operation.id);
      if (guardrail !== undefined) state.guardrails.set(operation.id, { ...guardrail, ...operation.changes });
      return;
    }
    case 'guardrail_deleted':
      state.guardrails.delete(operation.id);
      for (const [hash, { guardrail_id }] of state.assignments) {
        if (guardrail_id === operation.id) state.assignments.delete(hash);
      }
      return;
    case 'key_bound':
      state.assignments.set(operation.assignment.key_hash, operation.assignment);
      return;
    case 'key_unbound':
      state.assignments.delete(operation.hash);
      return;
    case 'budget_set':
      state.budgets.set(budgetKey(operation.budget), operation.budget);
      changeWorkspace(state, operation.budget.workspace_id, operation.include_byok);
      return;
    case 'budget_deleted':
      state.budgets.delete(budgetKey(operation));
  }
}

/** Its usage outlives it. */
function rememberDeleted(state: LiveState, hash: string): void {
  const key = state.keys.get(hash);
  if (key !== undefined) state.deleted.set(hash, { hash, name: key.name, workspace_id: key.workspace_id });
}

function changeKey(state: LiveState, hash: string, changesOf: (spending: Spending) => Partial<StoredKey>): void {
  const key = state.keys.get(hash);
  if (key !== undefined) state.keys.set(hash, { ...key, ...changesOf(key.spending) });
}

function changeWorkspace(state: LiveState, id: string, include_byok_in_budgets: boolean | undefined): void {
  const workspace = state.workspaces.get(id);
  if (workspace === undefined || include_byok_in_budgets === undefined) return;
  state.workspaces.set(id, { ...workspace, include_byok_in_budgets });
}
