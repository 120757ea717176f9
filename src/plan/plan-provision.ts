import { currentKey, type JournalState, type TagRecord } from '../journal/fold.ts';
import { assignPeople } from '../journal/people.ts';
import type { AccountKey, KeyListing, NewKey } from '../keys/account-key.ts';
import { foldStem, nameStem, tagOf } from '../keys/key-name.ts';
import type { Participant } from '../roster/participant.ts';
import type { Change } from './change.ts';
import { planSweep } from './plan-sweep.ts';

export interface ProvisionInput {
  prefix: string;
  participants: readonly Participant[];
  state: JournalState;
  listing: KeyListing;
  /** the listing joins two, a settle time apart, so that absence counts */
  sure: boolean;
  /** hashes of held keys that the account does not know any more (asked for one by one) */
  gone: ReadonlySet<string>;
  /** the run's settings for keys; a participant's own limit and expiry go before them */
  defaults: Omit<NewKey, 'name'>;
  /** make new keys for people whose keys exist on the account without a journal here */
  replace: boolean;
}

/** Somebody who gets no key in this run, and why. */
export type Skipped =
  | { because: 'has_key'; participant: Participant; record: TagRecord }
  | { because: 'exists_elsewhere'; participant: Participant; key: AccountKey }
  | { because: 'keyed_in_roster'; participant: Participant }
  | { because: 'unsettled'; participant: Participant; record: TagRecord };

export interface ProvisionPlan {
  changes: Change[];
  skipped: Skipped[];
}

/** Decides for each participant: create, skip or settle first. Pure: the same input gives the same plan. */
export function planProvision(input: ProvisionInput): ProvisionPlan {
  const sweep = planSweep(input.state, input.listing, input.sure);
  // A key whose hash was told wrong is not gone.
  const located = new Set(sweep.flatMap((change) => (change.kind === 'locate' ? [change.tag] : [])));
  const isGone = (record: TagRecord) => !located.has(record.tag) && hasGone(record, input.gone);
  const settled = new Set(sweep.flatMap((change) => ('tag' in change ? [change.tag] : [])));
  const peopleOf = assignPeople(input.state, input.participants);
  const elsewhere = indexForeignKeys(input.listing.keys, input.state);
  const creates: Change[] = [];
  const lost: Change[] = [];
  const skipped: Skipped[] = [];
  for (const participant of input.participants) {
    const known = peopleOf(participant);
    const records = known.flatMap((person) => person.records);
    const held = known.map((person) => currentKey(person.records)).find((record) => record && !isGone(record));
    if (held) {
      skipped.push({ because: 'has_key', participant, record: held });
      continue;
    }
    const doubt = records.find((record) => isUnsettled(record) && !settled.has(record.tag));
    if (doubt) {
      skipped.push({ because: 'unsettled', participant, record: doubt });
      continue;
    }
    const stem = nameStem(input.prefix, participant);
    const foreign = elsewhere.get(foldStem(stem));
    if (foreign && !input.replace) {
      skipped.push({ because: 'exists_elsewhere', participant, key: foreign });
      continue;
    }
    if (participant.keyed && records.length === 0 && !input.replace) {
      skipped.push({ because: 'keyed_in_roster', participant });
      continue;
    }
    for (const record of records) {
      if (isGone(record)) lost.push(recordGone(record));
    }
    creates.push({
      kind: 'create',
      person: known[0]?.person,
      participant,
      stem,
      wanted: wantedFor(participant, input.defaults),
    });
  }
  return { changes: [...sweep, ...lost, ...creates], skipped };
}

function wantedFor(participant: Participant, defaults: Omit<NewKey, 'name'>): Omit<NewKey, 'name'> {
  return {
    ...defaults,
    limit: participant.limit === undefined ? defaults.limit : participant.limit,
    expires_at: participant.expires ?? defaults.expires_at,
  };
}

/** Keys of the account that this journal did not make, by what their name says without a tag. */
function indexForeignKeys(keys: readonly AccountKey[], state: JournalState): Map<string, AccountKey> {
  const foreign = new Map<string, AccountKey>();
  for (const key of keys) {
    const tag = tagOf(key.name);
    if (state.byHash.has(key.hash) || (tag !== undefined && state.tags.has(tag))) continue;
    foreign.set(foldStem(key.name), key);
    if (tag !== undefined) foreign.set(foldStem(key.name.slice(0, -tag.length - 1)), key);
  }
  return foreign;
}

function isUnsettled(record: TagRecord): boolean {
  return record.status === 'pending' || record.status === 'unknown';
}

function hasGone(record: TagRecord, gone: ReadonlySet<string>): boolean {
  return record.status === 'held' && record.facts.hash !== undefined && gone.has(record.facts.hash);
}

function recordGone(record: TagRecord): Change {
  return { kind: 'record_gone', hash: record.facts.hash ?? '', name: record.wanted?.name ?? record.tag };
}
