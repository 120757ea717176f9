import type { KnownGuardrail } from '../journal/guardrails.ts';
import type { Guardrail } from '../keys/guardrails-api.ts';
import { isSameList } from '../keys/model.ts';
import type { Change, TierGuardrail } from './change.ts';
import type { Tier } from './model-ids.ts';
import { type Found, findGuardrail, isLate, isSameWorkspace } from './own-guardrails.ts';
import type { TierKey } from './tier-people.ts';

export interface TierInput {
  prefix: string;
  tiers: readonly Tier[];
  keys: readonly TierKey[];
  /** the guardrails that the journal knows */
  known: readonly KnownGuardrail[];
  /** those of all workspaces that matter */
  guardrails: readonly Guardrail[];
  /** key hash → guardrail id */
  bound: ReadonlyMap<string, string>;
  /** the default guardrails that are configured */
  defaults: readonly Guardrail[];
  /** hashes of all keys that this workshop ever had */
  ownHashes: ReadonlySet<string>;
  /** what is in no list is not there: two were read, some time apart */
  conclusive: boolean;
  /** also guardrails and assignments that orkeys did not make */
  takeOver: boolean;
  deleteUnused: boolean;
}

/** How the account differs from the tiers. */
export type Drift =
  | { code: 'guardrail_gone' | 'unresolved'; name: string }
  | { code: 'list_differs'; name: string; more: string[]; missing: string[] }
  | { code: 'unbound' | 'bound_elsewhere' | 'other_workspace' | 'renamed'; key: TierKey }
  /** left alone unless it is taken over */
  | { code: 'foreign'; key: TierKey; guardrail: string }
  | { code: 'foreign_name'; name: string }
  | { code: 'default_narrower'; name: string; missing: string[] }
  | { code: 'model_gone'; models: string[] };

export interface TierState {
  tier: Tier;
  guardrails: { name: string; id: string | undefined; workspace_id: string | undefined }[];
  keys: readonly TierKey[];
  /** hashes of keys that may use the models of the tier and no other */
  right: Set<string>;
  drift: Drift[];
}

export interface TierPlan {
  tiers: TierState[];
  /** guardrails that are made or get another list */
  prepare: Change[];
  bind: Change[];
  /** only once all keys are where they belong */
  release: Change[];
  /** guardrails of ours without keys, which stay unless they are to be deleted */
  unused: Guardrail[];
}

/** Most hashes in one request; no maximum is documented. */
const CHUNK = 100;

/** What to change so that each key may use the models of its tier. Pure: the same input gives the same plan. */
export function planTiers(input: TierInput): TierPlan {
  const plan: TierPlan = { tiers: [], prepare: [], bind: [], release: [], unused: [] };
  const targets = new Set<string>();
  for (const tier of input.tiers) {
    const all = input.keys.filter((key) => key.tier.name === tier.name);
    const keys = all.filter(({ renamed }) => !renamed);
    const drift = all.flatMap((key): Drift[] => (key.renamed ? [{ code: 'renamed', key }] : []));
    const state: TierState = { tier, guardrails: [], keys, right: new Set(), drift };
    plan.tiers.push(state);
    for (const workspace_id of new Set(keys.map((key) => key.workspace_id))) {
      const here = keys.filter((key) => key.workspace_id === workspace_id);
      const name = guardrailName(input.prefix, tier.name);
      if (tier.models === null) planRelease(here, state, plan, input);
      else planList({ name, tier: tier.name, workspace_id }, tier.models, here, state, plan, input, targets);
      state.drift.push(...narrowedBy(workspace_id, tier, input));
    }
  }
  planUnused(plan, input, targets);
  return plan;
}

export function guardrailName(prefix: string, tier: string): string {
  return `orkeys ${prefix} ${tier}`;
}

/** In the order in which they are made. */
export function tierChanges({ prepare, bind, release }: TierPlan): Change[] {
  return [...prepare, ...bind, ...release];
}

/** Whether a round of changes is needed. What only differs and is left alone needs none. */
export function hasChanges(plan: TierPlan): boolean {
  return tierChanges(plan).length > 0;
}

/** Whether every key is where it belongs, but for those that are left alone on purpose. */
export function isSettled(plan: TierPlan): boolean {
  const open: ReadonlySet<Drift['code']> = new Set(['unbound', 'bound_elsewhere', 'other_workspace', 'unresolved']);
  return !hasChanges(plan) && !plan.tiers.some(({ drift }) => drift.some(({ code }) => open.has(code)));
}

function planList(
  target: TierGuardrail,
  models: readonly string[],
  keys: readonly TierKey[],
  state: TierState,
  plan: TierPlan,
  input: TierInput,
  targets: Set<string>,
): void {
  const found = findGuardrail(target, models, input);
  state.guardrails.push({ name: target.name, id: found.id, workspace_id: target.workspace_id });
  if (found.id !== undefined) targets.add(found.id);
  const isThere = planGuardrail(target, models, found, state, plan);
  const here = found.kind === 'ours' && isSameList(models, found.guardrail.allowed_models);
  const misplaced: string[] = [];
  for (const key of keys) {
    const at = input.bound.get(key.hash);
    if (at !== undefined && at === found.id) {
      if (here) state.right.add(key.hash);
      continue;
    }
    const drift = driftOf(key, at, input);
    state.drift.push(drift);
    if (drift.code !== 'foreign' || input.takeOver) misplaced.push(key.hash);
  }
  if (isThere) plan.bind.push(...chunks(misplaced).map((hashes): Change => ({ kind: 'bind', hashes, ...target })));
}

/** Returns whether keys can be assigned to it once the plan is carried out. */
function planGuardrail(
  target: TierGuardrail,
  models: readonly string[],
  found: Found,
  { drift }: TierState,
  { prepare }: TierPlan,
): boolean {
  const { name } = target;
  if (found.wasMade && found.kind !== 'ours') drift.push({ code: 'guardrail_gone', name });
  if (found.forget !== undefined) prepare.push({ kind: 'forget_guardrail', tag: found.forget, name });
  switch (found.kind) {
    case 'unresolved':
      drift.push({ code: 'unresolved', name });
      return false;
    case 'not_ours':
      drift.push({ code: 'foreign_name', name });
      return false;
    case 'none':
      prepare.push({ kind: 'make_guardrail', models, ...target });
      return true;
    case 'adopt':
    case 'ours': {
      const { id, allowed_models: had } = found.guardrail;
      if (found.kind === 'adopt') prepare.push({ kind: 'adopt_guardrail', id, models, tag: found.tag, ...target });
      if (isSameList(models, had)) return true;
      const missing = had ? models.filter((model) => !had.includes(model)) : [];
      drift.push({ code: 'list_differs', name, more: (had ?? []).filter((model) => !models.includes(model)), missing });
      prepare.push({ kind: 'set_models', id, models, had, ...target });
      return true;
    }
  }
}

/** A tier with every model: only our own guardrails are taken off its keys, unless all are taken over. */
function planRelease(keys: readonly TierKey[], state: TierState, plan: TierPlan, input: TierInput): void {
  const free = new Map<string, string[]>();
  for (const key of keys) {
    const at = input.bound.get(key.hash);
    if (at === undefined) {
      state.right.add(key.hash);
      continue;
    }
    const drift = driftOf(key, at, input);
    state.drift.push(drift);
    if (drift.code !== 'foreign' || input.takeOver) free.set(at, [...(free.get(at) ?? []), key.hash]);
  }
  for (const [id, all] of free) {
    const name = input.guardrails.find((each) => each.id === id)?.name ?? id;
    plan.release.push(...chunks(all).map((hashes): Change => ({ kind: 'unbind', id, name, hashes })));
  }
}

function driftOf(key: TierKey, at: string | undefined, { guardrails, known }: TierInput): Drift {
  const guardrail = guardrails.find(({ id }) => id === at);
  if (at === undefined) return { code: 'unbound', key };
  const ours = known.find((each) => each.id === at && (!guardrail || each.name === guardrail.name));
  if (!ours) return { code: 'foreign', key, guardrail: guardrail?.name ?? at };
  return { code: isSameWorkspace(ours, key) ? 'bound_elsewhere' : 'other_workspace', key };
}

/** Allow-lists intersect: what the workspace's default guardrail leaves out, no tier of it has. */
function narrowedBy(workspace_id: string | undefined, tier: Tier, { defaults }: TierInput): Drift[] {
  const common = defaults.find((each) => isSameWorkspace(each, { workspace_id }));
  const allowed = common?.allowed_models;
  if (!common || !allowed) return [];
  const missing = tier.models === null ? [] : tier.models.filter((model) => !allowed.includes(model));
  return tier.models === null || missing.length > 0
    ? [{ code: 'default_narrower', name: common.name, missing: [...missing] }]
    : [];
}

function planUnused(plan: TierPlan, input: TierInput, targets: Set<string>): void {
  const { guardrails, known, bound, deleteUnused } = input;
  const moved = new Set([...plan.bind, ...plan.release].flatMap((change) => ('hashes' in change ? change.hashes : [])));
  const inUse = new Set([...bound].flatMap(([hash, id]) => (moved.has(hash) ? [] : [id])));
  const free = guardrails.filter(({ id }) => !targets.has(id) && !inUse.has(id));
  plan.unused = free.filter(({ id, name }) => known.some((each) => each.id === id && each.name === name));
  const over = [...(deleteUnused ? plan.unused : []), ...free.filter((each) => isLate(each, known))];
  plan.release.push(...over.map(({ id, name }): Change => ({ kind: 'delete_guardrail', id, name })));
}

function chunks(hashes: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(hashes.length / CHUNK) }, (_, at) =>
    hashes.slice(at * CHUNK, (at + 1) * CHUNK),
  );
}
