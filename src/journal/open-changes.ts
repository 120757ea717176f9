import type { HeldAttempt } from './attempt.ts';
import { heldKeys, type JournalState, type OpenChange } from './fold.ts';

/**
 * Changes, by hash, that were planned and whose outcome is not recorded. A batch whose lines are incomplete never sent
 * a request, so its changes do not count. A batch can span several workshops, so this needs all their journals.
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

/** The held key that replaced this one and still works. */
export function successorOf(hash: string, state: JournalState): HeldAttempt | undefined {
  return heldKeys(state).findLast(({ intent, life }) => intent?.replaces === hash && life === 'active');
}

/** Hashes of old keys that already have a replacement and are not deleted or disabled yet. */
export function unfinishedRotations(state: JournalState): string[] {
  return [...state.openChanges.values()].flatMap(({ hash, reason }) =>
    reason === 'retire' && successorOf(hash, state) ? [hash] : [],
  );
}
