import { isGroup } from '../roster/group.ts';
import { isHeld, isUnresolved } from './attempt.ts';
import type { JournalState } from './fold.ts';

/** Whom a key is for. */
export type Unit = 'person' | 'group';

/** What the keys of a workshop are for; undefined before the first one. A workshop has one kind: else a member could have two keys. */
export function unitOf({ attempts }: JournalState): Unit | undefined {
  for (const attempt of attempts.values()) {
    const mayExist = isHeld(attempt) || isUnresolved(attempt) || attempt.status === 'orphan_removed';
    if (mayExist && attempt.participant) return isGroup(attempt.participant) ? 'group' : 'person';
  }
  return undefined;
}
