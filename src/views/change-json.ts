import type { KeyFacts } from '../journal/entry.ts';
import type { TagRecord } from '../journal/fold.ts';
import type { Change, Outcome } from '../plan/change.ts';
import type { Participant } from '../roster/participant.ts';
import { type ChangedView, type ChangesView, isDone, reasonOf } from './change-screen.ts';
import { changedName } from './change-text.ts';
import { filesJson, keyJson, participantJson, recordJson, stoppedJson } from './key-json.ts';

/** Whom a change is about, and the key that it made. */
export interface ChangeSource {
  participantOf(change: Change): Participant | null;
  recordOf?(outcome: Outcome): TagRecord | undefined;
}

/** The plan, or what became of it, as data. Shape: docs/json.md. */
export function changesJson(view: ChangesView | ChangedView) {
  const done = 'outcomes' in view ? view : undefined;
  return {
    version: 1,
    command: view.words.command,
    dry_run: view.dryRun,
    sandbox: view.sandbox,
    changes: done
      ? done.outcomes.map((outcome) => outcomeJson(outcome, view))
      : view.changes.map((change) => plannedJson(change, view)),
    untouched: view.untouched,
    notes: view.notes,
    files: filesJson(done?.files ?? []),
    stopped: stoppedJson(done?.stopped),
    interrupted: done?.interrupted ?? false,
    next: done?.next ?? [],
  };
}

export function plannedJson(change: Change, source: ChangeSource) {
  return { ...rowOf(change, undefined, source), result: 'planned', reason: null };
}

export function outcomeJson(outcome: Outcome, source: ChangeSource) {
  const { change, result } = outcome;
  const good = isDone(outcome);
  return {
    ...rowOf(change, outcome, source),
    result: result === 'unknown' ? 'unsettled' : result === 'gone' && !good ? 'failed' : result,
    reason: good ? null : reasonOf(outcome),
  };
}

function rowOf(change: Change, outcome: Outcome | undefined, source: ChangeSource) {
  const { kind } = change;
  const before = 'before' in change ? change.before : kind === 'create' ? change.replaces?.before : undefined;
  return {
    participant: participantJson(source.participantOf(change)),
    name: changedName(change),
    hash: hashOf(change) || null,
    change: kind === 'create' && change.replaces ? 'rotate' : kind,
    old: before ? oldJson(before) : null,
    new: newOf(change, outcome, source),
  };
}

function hashOf(change: Change): string | undefined {
  if (change.kind === 'create') return change.replaces?.hash;
  if (change.kind === 'locate') return change.facts.hash;
  return 'hash' in change ? change.hash : undefined;
}

function oldJson(before: KeyFacts) {
  return {
    limit: before.limit ?? null,
    limit_reset: before.limit_reset ?? null,
    disabled: before.disabled ?? null,
    include_byok_in_limit: before.include_byok_in_limit ?? null,
    usage: before.usage ?? null,
    expires_at: before.expires_at ?? null,
  };
}

/** The fields that become other, or the key that takes the old one's place. */
function newOf(change: Change, outcome: Outcome | undefined, { recordOf }: ChangeSource) {
  switch (change.kind) {
    case 'update':
    case 'record_changed':
      return change.patch;
    case 'remove_orphan':
      return change.how === 'disable' ? { disabled: true } : null;
    case 'create': {
      const record = outcome && recordOf?.(outcome);
      return record ? recordJson(record) : keyJson(outcome?.name ?? `${change.stem}_…`, change.wanted);
    }
    default:
      return null;
  }
}
