import { type Attempt, isHeld } from '../journal/attempt.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { type Change, changedHash, changedName, isDone, type Outcome } from '../plan/change.ts';
import type { Participant } from '../roster/participant.ts';
import { nextText } from '../terminal/next-step.ts';
import type { ChangesView } from './change-plan.ts';
import { type ChangedView, whyNotDone } from './change-result.ts';
import { filesJson, heldJson, keyJson, ownerJson, stoppedJson } from './key-json.ts';

/** The participant of a change, and the key that it created. */
export interface ChangeSource {
  participantOf(change: Change): Participant | null;
  attemptOf?(outcome: Outcome): Attempt | undefined;
}

/** The plan, or the outcome of each change. Format: docs/json.md. */
export function changesJson(view: ChangesView | ChangedView) {
  const done = 'outcomes' in view ? view : undefined;
  return {
    version: 1,
    command: view.words.command,
    dry_run: view.dryRun,
    sandbox: view.service.sandbox,
    changes: done
      ? done.outcomes.map((outcome) => outcomeJson(outcome, view))
      : view.changes.map((change) => plannedJson(change, view)),
    unchanged: view.unchanged,
    notes: view.notes,
    files: filesJson(done?.files ?? []),
    stopped: stoppedJson(done?.stopped),
    interrupted: done?.interrupted ?? false,
    next: (done?.next ?? []).map(nextText),
  };
}

export function plannedJson(change: Change, source: ChangeSource) {
  return { ...rowOf(change, undefined, source), result: 'planned', reason: null };
}

export function outcomeJson(outcome: Outcome, source: ChangeSource) {
  const { change, result } = outcome;
  return { ...rowOf(change, outcome, source), result, reason: isDone(outcome) ? null : whyNotDone(outcome) };
}

function rowOf(change: Change, outcome: Outcome | undefined, source: ChangeSource) {
  const { kind } = change;
  const before = 'before' in change ? change.before : kind === 'create' ? change.replaces?.before : undefined;
  return {
    ...ownerJson(source.participantOf(change)),
    name: changedName(change),
    hash: changedHash(change) ?? null,
    change: kind === 'create' && change.replaces ? 'rotate' : kind,
    old: before ? oldJson(before) : null,
    new: newOf(change, outcome, source),
  };
}

function oldJson(before: Partial<AccountKey>) {
  return {
    limit: before.limit ?? null,
    limit_reset: before.limit_reset ?? null,
    disabled: before.disabled ?? null,
    include_byok_in_limit: before.include_byok_in_limit ?? null,
    usage: before.usage ?? null,
    expires_at: before.expires_at ?? null,
  };
}

/** The fields that change, or the key that replaces the old one. */
function newOf(change: Change, outcome: Outcome | undefined, { attemptOf }: ChangeSource) {
  switch (change.kind) {
    case 'update':
    case 'record_changed':
      return change.patch;
    case 'remove_orphan':
      return change.how === 'disable' ? { disabled: true } : null;
    case 'create': {
      const attempt = outcome && attemptOf?.(outcome);
      return attempt && isHeld(attempt)
        ? heldJson(attempt)
        : keyJson(outcome?.name ?? `${change.stem}_…`, change.wanted);
    }
    default:
      return null;
  }
}
