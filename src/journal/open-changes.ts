import type { HeldAttempt } from './attempt.ts';
import { heldKeys, type JournalState, type OpenChange } from './fold.ts';

/**
 * Changes, by hash, that were decided and whose end is not recorded. A batch that was not written down whole never sent
 * anything, so its changes do not count. Batches go over several workshops: all their journals are needed to judge.
 */
export function unfinishedChanges(states: readonly JournalState[]): Map<string, OpenChange> {
  const written = new Map<string, number>();
  for (const { batches } of states) {
    for (const [id, hashes] of batches) written.set(id, (written.get(id) ?? 0) + hashes.size);
  }
  const open = new Map<string, OpenChange>();
  for (const { openChanges } of states) {
    for (const [hash, change] of openChanges) {
      if (!change.batch || (written.get(change.batch.id) ?? 0) >= change.batch.size) open.set(hash, change);
    }
  }
  return open;
}

/** The held key that took the place of this one and can still be used. */
export function successorOf(hash: string, state: JournalState): HeldAttempt | undefined {
  return heldKeys(state).findLast(({ intent, life }) => intent?.replaces === hash && life === 'active');
}

/** Hashes of old keys that have a new one already and were not taken away yet. */
export function unfinishedRotations(state: JournalState): string[] {
  return [...state.openChanges.values()].flatMap(({ hash, reason }) =>
    reason === 'retire' && successorOf(hash, state) ? [hash] : [],
  );
}
