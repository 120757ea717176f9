import {
  type Attempt,
  attemptName,
  type HeldAttempt,
  isHeld,
  isUnresolved,
  livingAttempt,
} from '../journal/attempt.ts';
import type { JournalState } from '../journal/fold.ts';
import { assignPeople } from '../journal/people.ts';
import type { AccountKey, KeyListing, NewKey } from '../keys/account-key.ts';
import { foldStem, nameStem } from '../keys/key-name.ts';
import { isGroup, type MemberChanges, memberChanges } from '../roster/group.ts';
import type { Participant } from '../roster/participant.ts';
import type { Change } from './change.ts';
import { type AddressDecisions, findMoved, type Moved } from './find-moved.ts';
import { foreignKeysByStem } from './foreign-keys.ts';
import { planSweep } from './plan-sweep.ts';
import type { TierTermsOf } from './tier-people.ts';

export interface ProvisionInput {
  prefix: string;
  participants: readonly Participant[];
  state: JournalState;
  listing: KeyListing;
  /** the listing joins two, a settle time apart, so that absence counts */
  conclusive: boolean;
  /** hashes of held keys that the account does not know any more (asked for one by one) */
  gone: ReadonlySet<string>;
  /** the run's settings for keys; a participant's own limit and expiry go before them */
  defaults: Omit<NewKey, 'name'>;
  /** new keys also for participants whose key on the account is not saved on this computer */
  createDuplicates: boolean;
  decisions: AddressDecisions;
  /** settings by tier; they go before the run's */
  termsOf?: TierTermsOf | undefined;
}

/** Somebody who gets no key in this run, and why. */
export type Skipped =
  | { because: 'has_key'; participant: Participant; held: HeldAttempt }
  /** has a key that works, but its secret was purged: nobody can be given it again */
  | { because: 'purged'; participant: Participant; held: HeldAttempt }
  | { because: 'has_key_elsewhere'; participant: Participant; key: AccountKey }
  | { because: 'keyed_in_roster'; participant: Participant }
  | { because: 'unresolved'; participant: Participant; attempt: Attempt }
  /** somebody with the same name has a key under another address: the user has to say whether they are the same person */
  | { because: 'maybe_moved'; participant: Participant; moved: Moved };

export interface ProvisionPlan {
  changes: Change[];
  skipped: Skipped[];
}

/** Decides for each participant: create, skip or settle first. Pure: the same input gives the same plan. */
export function planProvision(input: ProvisionInput): ProvisionPlan {
  const sweep = planSweep(input.state, input.listing, input.conclusive);
  // A key whose hash was told wrong is not gone.
  const located = new Set(sweep.flatMap((change) => (change.kind === 'locate' ? [change.tag] : [])));
  const disowned = new Set(
    sweep.flatMap((change) =>
      change.kind === 'record_not_ours' || change.kind === 'record_absent' ? [change.tag] : [],
    ),
  );
  const isGone = ({ tag, facts }: HeldAttempt) =>
    !located.has(tag) && facts.hash !== undefined && input.gone.has(facts.hash);
  const resolved = new Set(sweep.flatMap((change) => ('tag' in change ? [change.tag] : [])));
  const peopleOf = assignPeople(input.state, input.participants);
  const moved = new Map(
    findMoved(input.participants, peopleOf, input.state, input.decisions).map((each) => [each.participant, each]),
  );
  const elsewhere = foreignKeysByStem(input.listing.keys, input.state);
  const creates: Change[] = [];
  const lost: Change[] = [];
  const renewed: Change[] = [];
  const skipped: Skipped[] = [];
  for (const participant of input.participants) {
    const known = peopleOf(participant);
    const attempts = known.flatMap((person) => person.attempts);
    const held = known
      .map((person) => livingAttempt(person.attempts))
      .find((each) => each && !isGone(each) && !disowned.has(each.tag));
    if (held && (held.secret || !input.createDuplicates)) {
      renewed.push(...newMembers(participant, held));
      skipped.push({ because: held.secret ? 'has_key' : 'purged', participant, held });
      continue;
    }
    const move = moved.get(participant);
    if (move?.decided === 'same') {
      const members = membersChanged(participant, move.held);
      renewed.push({ kind: 'record_person', person: move.person, participant, from: move.from, ...members });
      skipped.push({ because: 'has_key', participant, held: move.held });
      continue;
    }
    if (move) {
      skipped.push({ because: 'maybe_moved', participant, moved: move });
      continue;
    }
    const doubt = attempts.find((attempt) => isUnresolved(attempt) && !resolved.has(attempt.tag));
    if (doubt) {
      skipped.push({ because: 'unresolved', participant, attempt: doubt });
      continue;
    }
    const stem = nameStem(input.prefix, participant);
    const foreign = elsewhere.get(foldStem(stem))?.at(-1);
    if (foreign && !input.createDuplicates) {
      skipped.push({ because: 'has_key_elsewhere', participant, key: foreign });
      continue;
    }
    if (participant.keyed && attempts.length === 0 && !input.createDuplicates) {
      skipped.push({ because: 'keyed_in_roster', participant });
      continue;
    }
    for (const held of attempts.filter(isHeld)) {
      const { hash } = held.facts;
      if (hash !== undefined && isGone(held)) lost.push({ kind: 'record_gone', hash, name: attemptName(held) });
    }
    creates.push({
      kind: 'create',
      person: known[0]?.person,
      participant,
      stem,
      wanted: wantedFor(participant, input),
    });
  }
  return { changes: [...sweep, ...renewed, ...lost, ...creates], skipped };
}

/** Who a key is for is recorded anew when somebody joined or left the group. */
function newMembers(participant: Participant, held: HeldAttempt): Change[] {
  const changed = membersChanged(participant, held);
  if (!changed) return [];
  return [{ kind: 'record_person', person: held.person, participant, from: [], ...changed }];
}

function membersChanged(participant: Participant, held: HeldAttempt): { members: MemberChanges } | undefined {
  if (!isGroup(participant) || !isGroup(held.participant)) return undefined;
  const members = memberChanges(held.participant.members, participant.members);
  return members.joined.length + members.left.length === 0 ? undefined : { members };
}

function wantedFor(participant: Participant, { defaults, termsOf }: ProvisionInput): Omit<NewKey, 'name'> {
  const { limit = defaults.limit, limit_reset = defaults.limit_reset } = termsOf?.(participant) ?? {};
  return {
    ...defaults,
    limit: participant.limit === undefined ? limit : participant.limit,
    limit_reset,
    expires_at: participant.expires ?? defaults.expires_at,
  };
}
