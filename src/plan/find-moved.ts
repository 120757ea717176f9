import { type HeldAttempt, livingAttempt } from '../journal/attempt.ts';
import { type JournalState, peopleOf } from '../journal/fold.ts';
import type { KnownPerson } from '../journal/people.ts';
import { isGroup, isLikelyRenamed } from '../roster/group.ts';
import { foldEmail, foldName, foldText } from '../roster/identity.ts';
import type { Participant } from '../roster/participant.ts';
import { quoteArgument } from '../shell.ts';

/** What the user said about participants who seem to have a new address, and groups who seem to have a new name. As typed. */
export interface AddressDecisions {
  /** old address and new one of the same person; old name and new one of the same group */
  same: readonly { from: string; to: string }[];
  /** addresses of people who only have the name of somebody else; names of groups that only have the members of another */
  fresh: readonly string[];
}

/**
 * Somebody who has a key and is no longer in the roster, and somebody new there who has the same name. Or a group that is no longer in
 * the roster, and a new one with most of its members.
 */
export interface Moved {
  participant: Participant;
  person: string;
  held: HeldAttempt;
  /** the addresses that the journal has; of a group, its name */
  from: readonly string[];
  /** undefined where the user has to say whether they are the same person */
  decided: 'same' | undefined;
}

/**
 * Finds corrected addresses and renamed groups: one person of the journal is missing from the roster, one new participant has the same name, and nobody
 * else has it. Without this, a corrected address would get a second key while the first one stays alive.
 */
export function findMoved(
  participants: readonly Participant[],
  knownOf: (participant: Participant) => readonly KnownPerson[],
  state: JournalState,
  decisions: AddressDecisions,
): Moved[] {
  const present = new Set(participants.flatMap((participant) => knownOf(participant).map(({ person }) => person)));
  const living = peopleOf(state).flatMap(({ person, attempts }) => {
    const held = livingAttempt(attempts);
    return held?.participant ? [{ person, held, participant: held.participant }] : [];
  });
  const missing = living.filter(({ person }) => !present.has(person));
  const newcomers = participants.filter((participant) => knownOf(participant).length === 0);
  const inRoster = countNames(participants);
  const inJournal = countNames(living.map(({ participant }) => participant));
  return newcomers.flatMap((participant): Moved[] => {
    if (decisions.fresh.some((typed) => isTyped(participant, typed))) return [];
    const told = decisions.same.find(({ to }) => isTyped(participant, to));
    const name = foldName(participant);
    const isAlone = name !== '' && inRoster.get(name) === 1 && inJournal.get(name) === 1;
    const isAlike = (other: Participant) =>
      isGroup(participant)
        ? isGroup(other) && isLikelyRenamed(participant, other)
        : isAlone && foldName(other) === name;
    const found = missing.find((each) => (told ? isTyped(each.participant, told.from) : isAlike(each.participant)));
    if (!found) return [];
    const { person, held } = found;
    return [{ participant, person, held, from: typedAs(found.participant), decided: told ? 'same' : undefined }];
  });
}

/** What the user types to name a participant in these questions: addresses, or the name of a group. */
export function typedAs(participant: Participant): readonly string[] {
  return isGroup(participant) ? [participant.name] : participant.emails;
}

function isTyped(participant: Participant, typed: string): boolean {
  if (isGroup(participant)) return foldName(participant) === foldText(typed);
  return participant.emails.some((own) => foldEmail(own) === foldEmail(typed));
}

/** The options that settle who a participant is: to keep the key, or to get a new one. */
export function decidingOptions({ participant, from }: Pick<Moved, 'participant' | 'from'>): {
  keep: string;
  renew: string;
} {
  const [same, fresh] = isGroup(participant) ? ['--same-group', '--new-group'] : ['--same-person', '--new-person'];
  const [old = 'OLD'] = from;
  const [now = 'NEW'] = typedAs(participant);
  return { keep: `${same} ${quoteArgument(`${old}=${now}`)}`, renew: `${fresh} ${quoteArgument(now)}` };
}

function countNames(people: readonly Participant[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const person of people) counts.set(foldName(person), (counts.get(foldName(person)) ?? 0) + 1);
  return counts;
}
