import { type Attempt, isUnresolved, livingAttempt, rememberedKey } from '../journal/attempt.ts';
import { type JournalState, peopleOf } from '../journal/fold.ts';
import { userOf } from '../journal/member-user.ts';
import { assignPeople } from '../journal/people.ts';
import type { LimitReset } from '../keys/account-key.ts';
import { isGroup } from '../roster/group.ts';
import { foldEmail, foldName } from '../roster/identity.ts';
import type { Member, Participant } from '../roster/participant.ts';
import type { Secret } from '../secret.ts';

/** Somebody whose present key can be handed out: the person and the key come from the same place, and are never joined later. */
export interface Recipient {
  /** as the roster has them now; null for a key that was created without one */
  participant: Participant | null;
  /** false: their row is no longer in the roster */
  inRoster: boolean;
  /** that of the key, which no other key has */
  tag: string;
  keyName: string;
  hash: string | null;
  secret: Secret;
  /** USD; null = unlimited */
  limit: number | null;
  limitReset: LimitReset;
  /** ISO 8601 */
  expiresAt: string | null;
  disabled: boolean;
  /** of a key that a group shares: then `participant` is one of its members */
  sharedBy?: SharedBy;
}

/** Who shares a key. */
export interface SharedBy {
  group: string;
  /** all of them, the recipient too */
  members: readonly Member[];
  /** what this member's requests are called: no name; undefined until the journal has a number for them */
  user: string | undefined;
}

export type LeftOutReason =
  | 'no_key'
  | 'unresolved'
  | 'refused'
  | 'deleting'
  | 'revoked'
  | 'purged'
  | 'gone'
  | 'not_on_account'
  | 'expired'
  | 'key_in_roster'
  | 'no_email'
  | 'shared_email'
  | 'not_in_worksheet';

/** Somebody without a key that can be handed out. */
export interface LeftOut {
  participant: Participant | null;
  keyName: string | null;
  why: LeftOutReason;
}

export interface Recipients {
  /** in the order of the roster; those who are not in it come last */
  recipients: Recipient[];
  leftOut: LeftOut[];
}

/** Everybody of a workshop, with their present key or the reason why there is none. */
export function recipientsOf(state: JournalState, now: Date): Recipients {
  const found: Recipients = { recipients: [], leftOut: [] };
  const participants = state.roster?.participants ?? [];
  const known = assignPeople(state, participants);
  const listed = new Set<string>();
  for (const participant of participants) {
    const people = known(participant);
    for (const { person } of people) listed.add(person);
    const attempts = people.flatMap((each) => each.attempts);
    addPerson(found, { participant, inRoster: true, attempts }, state, now);
  }
  for (const { person, attempts } of peopleOf(state)) {
    if (listed.has(person)) continue;
    const participant = attempts.findLast((attempt) => attempt.participant)?.participant ?? null;
    // Who is not in the roster and has no key is no news to anybody.
    if (livingAttempt(attempts)) addPerson(found, { participant, inRoster: false, attempts }, state, now);
  }
  return found;
}

interface Person extends Pick<Recipient, 'participant' | 'inRoster'> {
  attempts: readonly Attempt[];
}

function addPerson({ recipients, leftOut }: Recipients, person: Person, state: JournalState, now: Date): void {
  const { participant, inRoster, attempts } = person;
  const living = livingAttempt(attempts);
  const leaveOut = (keyName: string | null, why: LeftOutReason) => {
    for (const each of peopleOfKey(participant)) leftOut.push({ participant: each, keyName, why });
  };
  if (!living) {
    leaveOut(null, whyWithout(attempts, participant));
    return;
  }
  const { name, hash, limit, limit_reset, expires_at } = rememberedKey(living);
  const open = hash === undefined ? undefined : state.openChanges.get(hash);
  const why = open?.action === 'delete' ? 'deleting' : isOver(expires_at, now) ? 'expired' : undefined;
  const { secret } = living;
  if (why !== undefined || !secret) {
    leaveOut(name, why ?? 'purged');
    return;
  }
  for (const each of peopleOfKey(participant)) {
    recipients.push({
      participant: each,
      inRoster,
      tag: living.tag,
      keyName: name,
      hash: hash ?? null,
      secret,
      limit: limit ?? null,
      limitReset: limit_reset ?? null,
      expiresAt: expires_at ?? null,
      disabled: living.life === 'disabled',
      ...(isGroup(participant) && each
        ? {
            sharedBy: {
              group: participant.name,
              members: participant.members,
              user: userOf(each, attempts),
            },
          }
        : {}),
    });
  }
}

/** A key of a group is handed out to each of its members. */
export function peopleOfKey<P extends Participant | null>(participant: P): (P | Participant)[] {
  if (!isGroup(participant)) return [participant];
  return participant.members.map(({ number: _, ...member }) => ({ ...member, group: participant.name }));
}

/** Tells apart what was handed out to whom: members of a group have one key. */
export function recipientId({
  tag,
  participant,
  sharedBy,
}: Pick<Recipient, 'tag' | 'participant' | 'sharedBy'>): string {
  if (!sharedBy || !participant) return tag;
  const [email] = participant.emails;
  return `${tag} ${email !== undefined && !participant.shared ? foldEmail(email) : foldName(participant)}`;
}

function whyWithout(attempts: readonly Attempt[], participant: Participant | null): LeftOutReason {
  if (attempts.some(isUnresolved)) return 'unresolved';
  const last = attempts.at(-1);
  if (last?.status === 'held') return last.life === 'gone' ? 'gone' : 'revoked';
  if (last?.status === 'not_created' && last.refused) return 'refused';
  return participant?.keyed ? 'key_in_roster' : 'no_key';
}

function isOver(expires: string | null | undefined, now: Date): boolean {
  return typeof expires === 'string' && new Date(expires) <= now;
}

export const ORDERS = ['roster', 'name', 'group'] as const;
export type Order = (typeof ORDERS)[number];

/** By the roster's rows, by name, or by group and then as the roster has them. */
export function inOrder(recipients: readonly Recipient[], order: Order): Recipient[] {
  if (order === 'roster') return [...recipients];
  const textOf = ({ participant }: Recipient) =>
    order === 'name' ? sortName(participant) : (participant?.group ?? LAST);
  // One language for all computers, so that the same workshop gives the same sheet.
  const { compare } = new Intl.Collator('en', { numeric: true });
  return [...recipients].sort((a, b) => compare(textOf(a), textOf(b)));
}

/** behind every name and group */
const LAST = '\u{10ffff}';

function sortName(participant: Participant | null): string {
  if (!participant) return LAST;
  const { name, surname } = participant;
  return foldName({ name: surname, surname: name }) || (participant.emails[0] ?? LAST);
}
