import type { Context } from '../context.ts';
import { attemptName } from '../journal/attempt.ts';
import { sumUsd } from '../money.ts';
import { type Create, isCreate } from '../plan/change.ts';
import type { Skipped } from '../plan/plan-provision.ts';
import type { RowOutcome } from '../plan/row-outcomes.ts';
import { outcomeJson, plannedJson } from './change-json.ts';
import { filesJson, heldJson, keyJson, ownerJson, stoppedJson } from './key-json.ts';
import type { PlanView } from './provision-plan.ts';
import { nextSteps, type SummaryView } from './provision-summary.ts';
import { revokeSecondKeys, secondKeyNotes } from './second-keys.ts';
import { tiersJson } from './tiers-json.ts';

/**
 * The plan, or its result: one key per participant. Secrets are masked; the result files contain them. The tag of a key name is
 * chosen when the key is created; until then the name ends with `…`. Format: docs/json.md.
 */
export function provisionJson(view: PlanView | SummaryView, env: Context['env'], command = 'provision') {
  const { roster } = view;
  const done = 'outcomes' in view ? view : undefined;
  const keys = keysOf(view);
  return {
    version: 1,
    command,
    dry_run: view.dryRun,
    sandbox: view.service.sandbox,
    prefix: view.prefix,
    folder: view.folder,
    file: roster.file,
    sheet: roster.sheet,
    header_row: roster.header_row,
    columns: roster.columns,
    keys,
    changes: done
      ? done.outcomes.flatMap((outcome) => (isCreate(outcome.change) ? [] : [outcomeJson(outcome, view)]))
      : view.plan.changes.flatMap((change) => (isCreate(change) ? [] : [plannedJson(change, view)])),
    tiers: tiersOf(view),
    totals: totalsOf(keys),
    credit_left: view.creditLeft ?? null,
    problems: roster.problems,
    notices: roster.notices,
    notes: [
      ...view.notes,
      ...view.hints.map(({ text, command }) => `${text} ${command}`),
      ...(done ? secondKeyNotes(done.secondKeys ?? [], done.secondLookFailed) : []),
    ],
    files: filesJson(done?.files ?? []),
    stopped: stoppedJson(done?.stopped),
    interrupted: done?.interrupted ?? false,
    next: done ? nextCommands(done, env) : [],
  };
}

/** After a run, as it left them. */
function tiersOf(view: PlanView | SummaryView) {
  const plan = ('tiersLeft' in view ? view.tiersLeft : undefined) ?? view.tiers?.plan;
  return plan ? tiersJson(plan).tiers : null;
}

function nextCommands(view: SummaryView, env: Context['env']): string[] {
  const revoke = revokeSecondKeys(view.secondKeys ?? [], view.locationArgs, env);
  return [...(revoke === undefined ? [] : [revoke]), ...nextSteps(view, env).map(({ command }) => command)];
}

function keysOf({ rows, plan, dryRun }: PlanView) {
  const creates = new Map(plan.changes.filter(isCreate).map((create) => [create.participant, create]));
  const skips = new Map(plan.skipped.map((skip) => [skip.participant, skip]));
  return rows.map((row) => {
    const { participant, reason } = row;
    const create = creates.get(participant);
    return {
      ...ownerJson(participant),
      ...keyOf(row, create, skips.get(participant)),
      tier: row.tier ?? null,
      bound: row.bound ?? null,
      result: dryRun && create ? 'planned' : row.result,
      reason: reason ?? null,
    };
  });
}

/** The key of a participant, or the planned one. */
function keyOf({ held }: RowOutcome, create: Create | undefined, skip: Skipped | undefined) {
  if (held) return heldJson(held);
  if (skip?.because === 'unresolved') return keyJson(attemptName(skip.attempt), { ...skip.attempt.intent?.wanted });
  if (skip?.because === 'has_key_elsewhere') return keyJson(skip.key.name, skip.key);
  if (skip?.because === 'purged') return heldJson(skip.held);
  return create ? keyJson(`${create.stem}_…`, create.wanted) : keyJson(null, {});
}

/** The number of keys per result, and the total limit of created and planned keys. */
function totalsOf(keys: readonly { result: string; limit: number | null }[]) {
  const number = (result: string) => keys.filter((key) => key.result === result).length;
  const fresh = keys.filter(({ result }) => result === 'planned' || result === 'created');
  return {
    count: keys.length,
    planned: number('planned'),
    created: number('created'),
    has_key: number('has_key'),
    has_key_elsewhere: number('has_key_elsewhere'),
    refused: number('refused'),
    unresolved: number('unresolved'),
    not_started: number('not_started'),
    limit: sumUsd(fresh.map(({ limit }) => limit)),
    unlimited: fresh.filter(({ limit }) => limit === null).length,
  };
}
