import type { Change, Outcome } from '../plan/change.ts';
import { isDone } from '../plan/change.ts';
import type { Drift, TierPlan } from '../plan/plan-tiers.ts';
import { whyNotDone } from './change-result.ts';
import { participantJson } from './key-json.ts';

/** Tiers as the account has them. Format: docs/json.md. */
export function tiersJson({ tiers, unused }: TierPlan) {
  return {
    tiers: tiers.map(({ tier, guardrails, keys, right, drift }) => ({
      name: tier.name,
      models: tier.models,
      guardrails: guardrails.map(({ name, id, workspace_id }) => ({
        name,
        id: id ?? null,
        workspace_id: workspace_id ?? null,
      })),
      people: new Set(keys.map(({ participant }) => participant)).size,
      keys: keys.length,
      bound: right.size,
      drift: drift.map(driftJson),
    })),
    unused: unused.map(({ name, id }) => ({ name, id })),
  };
}

/** One change of a guardrail, planned or with what became of it. */
export function tierChangeJson(change: Change, outcome?: Outcome) {
  return {
    change: change.kind,
    name: 'name' in change ? change.name : null,
    tier: 'tier' in change ? change.tier : null,
    models: 'models' in change ? change.models : null,
    keys: 'hashes' in change ? change.hashes.length : null,
    result: outcome?.result ?? 'planned',
    reason: outcome && !isDone(outcome) ? whyNotDone(outcome) : null,
  };
}

function driftJson(drift: Drift) {
  const key = 'key' in drift ? drift.key : undefined;
  return {
    code: drift.code,
    participant: key ? participantJson(key.participant) : null,
    key: key ? { name: key.name, hash: key.hash } : null,
    guardrail: 'guardrail' in drift ? drift.guardrail : 'name' in drift ? drift.name : null,
    more: 'more' in drift ? drift.more : [],
    missing: 'missing' in drift ? drift.missing : 'models' in drift ? drift.models : [],
  };
}
