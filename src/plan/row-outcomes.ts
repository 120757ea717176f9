import { attemptName, type HeldAttempt, livingAttempt } from '../journal/attempt.ts';
import type { JournalState } from '../journal/fold.ts';
import { assignPeople } from '../journal/people.ts';
import { isGroup } from '../roster/group.ts';
import type { Participant } from '../roster/participant.ts';
import type { Outcome } from './change.ts';
import { decidingOptions, type Moved } from './find-moved.ts';
import type { Skipped } from './plan-provision.ts';

/**
 * What became of one participant in a run.
 * - created: has a new key · has_key: had one before · has_key_elsewhere: the account has one that is not saved here
 * - refused: OpenRouter refused it · unresolved: whether a key exists is not known yet · not_started: not tried
 */
export type RowResult = 'created' | 'has_key' | 'has_key_elsewhere' | 'refused' | 'unresolved' | 'not_started';

export interface RowOutcome {
  participant: Participant;
  result: RowResult;
  /** the key that the participant has now */
  held?: HeldAttempt;
  reason?: string;
  /** of the participant, where the run was given tiers */
  tier?: string;
  /** it waits for this option, typed where it is the same person as before */
  waitsFor?: string;
  /** whether the key may use the models of its tier and no other; absent = not known */
  bound?: boolean;
}

/** The outcome of every participant, in the roster's order. Judged by the journal: a key counts when its secret is on disk. */
export function rowOutcomes(
  participants: readonly Participant[],
  skipped: readonly Skipped[],
  outcomes: readonly Outcome[],
  state: JournalState,
): RowOutcome[] {
  const known = assignPeople(state, participants);
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
    const held = livingAttempt(known(participant).flatMap(({ attempts }) => attempts));
    if (held && outcome) return { participant, result: 'created', held, ...because(outcome) };
    if (skip?.because === 'has_key') return { participant, result: 'has_key', held: asItIsNow(skip.held, state) };
    if (skip?.because === 'has_key_elsewhere') {
      const reason = `the account has ${skip.key.name}, whose secret is not saved on this computer`;
      return { participant, result: 'has_key_elsewhere', reason };
    }
    if (skip?.because === 'purged') {
      const reason = `has ${attemptName(skip.held)}, whose secret was removed by orkeys purge; orkeys rotate replaces it`;
      return { participant, result: 'has_key_elsewhere', reason };
    }
    if (skip?.because === 'keyed_in_roster') {
      return {
        participant,
        result: 'has_key_elsewhere',
        reason: 'the roster already contains a key for this participant',
      };
    }
    if (skip?.because === 'maybe_moved') {
      const waitsFor = decidingOptions(skip.moved).keep;
      return { participant, result: 'not_started', reason: waitingText(skip.moved), waitsFor };
    }
    if (outcome?.result === 'refused') return { participant, result: 'refused', ...because(outcome) };
    if (skip?.because === 'unresolved' || outcome?.result === 'unresolved') {
      return { participant, result: 'unresolved', reason: outcome?.reason ?? 'an earlier attempt is unresolved' };
    }
    return { participant, result: 'not_started', ...(outcome ? because(outcome) : {}) };
  });
}

function waitingText(moved: Moved): string {
  const { keep, renew } = decidingOptions(moved);
  const had = isGroup(moved.participant) ? 'name' : 'address';
  return `seems to have had the ${had} ${moved.from[0] ?? 'OLD'}; add ${keep} to keep that key, or ${renew}`;
}

/** A run may have found out more about a key since its plan was made. */
function asItIsNow(held: HeldAttempt, state: JournalState): HeldAttempt {
  const now = state.attempts.get(held.tag);
  return now?.status === 'held' ? now : held;
}

function because(outcome: Outcome): { reason?: string } {
  return outcome.reason === undefined ? {} : { reason: outcome.reason };
}
