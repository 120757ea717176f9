import { type KeyFacts, toKeyFacts } from '../journal/entry.ts';
import type { ChangeOutcome, KeyPatch, Result } from '../keys/account-key.ts';
import type { Change, ChangeReason } from '../plan/change.ts';
import type { ApplyDeps, Step } from './step.ts';

/** Sends a PATCH by hash, after writing the key as it was to the journal. */
export async function applyUpdate(change: Extract<Change, { kind: 'update' }>, deps: ApplyDeps): Promise<Step> {
  const { by, patch, before } = change;
  return viaJournal(change, { action: 'update', by, patch, before: toKeyFacts(before) }, deps, () =>
    deps.api.updateKey(change.hash, patch),
  );
}

/** Sends a DELETE by hash, after writing the key as it was to the journal. A key that no longer exists counts as deleted. */
export async function applyDelete(change: Extract<Change, { kind: 'delete' }>, deps: ApplyDeps): Promise<Step> {
  return viaJournal(change, { action: 'delete', before: change.before }, deps, () => deps.api.deleteKey(change.hash));
}

/** Deletes or disables an orphaned key; recorded under its tag. */
export async function applyRemoveOrphan(
  change: Extract<Change, { kind: 'remove_orphan' }>,
  deps: ApplyDeps,
): Promise<Step> {
  const { tag, hash, usage, how } = change;
  const answer = await (how === 'delete' ? deps.api.deleteKey(hash) : deps.api.updateKey(hash, { disabled: true }));
  if (answer.result === 'done' || answer.result === 'gone') {
    const done = how === 'delete' || answer.result === 'gone' ? 'deleted' : 'disabled';
    await deps.journal.append({ type: 'orphan', tag, hash, how: done, usage });
  }
  return stepOf(change, answer);
}

interface Recorded {
  action: 'update' | 'delete';
  by?: 'watch' | undefined;
  patch?: KeyPatch;
  before: KeyFacts;
}

async function viaJournal(
  change: Extract<Change, { hash: string; reason: ChangeReason }>,
  recorded: Recorded,
  deps: ApplyDeps,
  send: () => Promise<ChangeOutcome>,
): Promise<Step> {
  const { hash, name, reason } = change;
  const { action, ...more } = recorded;
  await deps.journal.append({ type: 'change', hash, name, action, reason, ...more });
  const answer = await send();
  // A request that was never sent is still to be done: the line above stays open for the next run.
  if (answer.result === 'not_started') return stepOf(change, answer);
  const after = answer.result === 'done' && answer.key ? toKeyFacts(answer.key) : undefined;
  await deps.journal.append({ type: 'changed', hash, action, reason, ...describe(answer, reason), after });
  return stepOf(change, answer);
}

function describe(
  answer: ChangeOutcome,
  reason: ChangeReason,
): { result: Exclude<Result, 'not_started'>; message?: string } {
  if (answer.result === 'done' || answer.result === 'gone') return { result: answer.result };
  // A rotation must be finished, so an old key that could not be deleted or disabled stays open.
  return {
    result: reason === 'retire' || answer.result === 'not_started' ? 'unresolved' : answer.result,
    message: answer.reason,
  };
}

function stepOf(change: Change, answer: ChangeOutcome): Step {
  if (answer.result === 'done' || answer.result === 'gone') return { outcome: { change, result: answer.result } };
  return {
    outcome: { change, result: answer.result, reason: answer.reason },
    ...(answer.stop ? { stop: answer.stop } : {}),
  };
}
