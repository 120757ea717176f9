import { currentKey, type JournalState, type TagRecord } from '../journal/fold.ts';
import { assignPeople } from '../journal/people.ts';
import type { Participant } from '../roster/participant.ts';
import type { Outcome } from './change.ts';
import type { Skipped } from './plan-provision.ts';

/**
 * What became of one participant in a run.
 * - created: has a new key · has_key: had one before · exists_elsewhere: the account has one that is not known here
 * - refused: the service said no · unsettled: whether a key was made is not known yet · not_started: not tried
 */
export interface Fate {
  participant: Participant;
  fate: 'created' | 'has_key' | 'exists_elsewhere' | 'refused' | 'unsettled' | 'not_started';
  /** the key that the participant has now */
  record?: TagRecord;
  reason?: string;
}

/** Every participant's fate, in the roster's order. Judged by the journal: a key counts when its secret is on disk. */
export function fatesOf(
  participants: readonly Participant[],
  skipped: readonly Skipped[],
  outcomes: readonly Outcome[],
  state: JournalState,
): Fate[] {
  const peopleOf = assignPeople(state, participants);
  const skippedBy = new Map(skipped.map((skip) => [skip.participant, skip]));
  const outcomeBy = new Map(
    outcomes.flatMap((outcome) =>
      outcome.change.kind === 'create' && outcome.change.participant
        ? [[outcome.change.participant, outcome] as const]
        : [],
    ),
  );
  return participants.map((participant) => {
    const skip = skippedBy.get(participant);
    const outcome = outcomeBy.get(participant);
    const record = currentKey(peopleOf(participant).flatMap((known) => known.records));
    if (record && outcome) return { participant, fate: 'created', record, ...because(outcome) };
    if (skip?.because === 'has_key') return { participant, fate: 'has_key', record: skip.record };
    if (skip?.because === 'exists_elsewhere') {
      return { participant, fate: 'exists_elsewhere', reason: `the account has ${skip.key.name}, not known here` };
    }
    if (skip?.because === 'keyed_in_roster') {
      return { participant, fate: 'exists_elsewhere', reason: 'the roster has a key for this person already' };
    }
    if (outcome?.result === 'refused') return { participant, fate: 'refused', ...because(outcome) };
    if (skip?.because === 'unsettled' || outcome?.result === 'unknown') {
      return { participant, fate: 'unsettled', reason: outcome?.reason ?? 'an earlier attempt is not settled yet' };
    }
    return { participant, fate: 'not_started', ...(outcome ? because(outcome) : {}) };
  });
}

function because(outcome: Outcome): { reason?: string } {
  return outcome.reason === undefined ? {} : { reason: outcome.reason };
}
