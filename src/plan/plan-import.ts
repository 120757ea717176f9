import { isLiving, livingAttempt } from '../journal/attempt.ts';
import { toKeyFacts } from '../journal/entry.ts';
import { heldKeys, type JournalState } from '../journal/fold.ts';
import { fitOfLabel, shownParts } from '../journal/ownership.ts';
import { indexPeople, type KnownPerson } from '../journal/people.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { tagOf } from '../keys/key-name.ts';
import type { Participant } from '../roster/participant.ts';
import type { Secret } from '../secret.ts';
import type { Change } from './change.ts';

/** A key in a file, and what the file says about it. */
export interface FoundKey {
  /** 1-based, as the file counts: rows of a table, entries of a list */
  row: number;
  secret: Secret;
  /** null: the file names nobody in this row */
  participant: Participant | null;
  /** of the key on the account */
  hash: string | undefined;
  name: string | undefined;
  /** why its row names nobody */
  problem?: string;
}

/** What the service says to a key: that it works, or why not. */
export type KeyProof = { works: true } | { works: false; reason: string };

export type ImportCode =
  | 'nobody' // the row names nobody
  | 'not_in_roster' // the roster has nobody like them
  | 'twice' // the key stands in several rows, for different people
  | 'several_keys' // the person has several keys in the file that work
  | 'refused' // it does not work
  | 'management_key' // it is the management key
  | 'not_on_account' // it works, but no key of this account fits
  | 'ambiguous' // several keys of the account fit
  | 'has_key' // the person has another key in this workshop
  | 'elsewhere'; // it is a key of another workshop

/** What becomes of one key of the file. `people`: who the journal knows the person as. `left`: it is not taken, and nothing changes for it. */
export type ImportRow = { found: FoundKey } & (
  | { result: 'import'; key: AccountKey; people: readonly KnownPerson[] }
  | { result: 'had_it'; key: undefined }
  | { result: 'left'; code: ImportCode; reason: string }
);

export interface ImportInput {
  found: readonly FoundKey[];
  state: JournalState;
  /** all keys of the account */
  keys: readonly AccountKey[];
  proofOf(found: FoundKey): KeyProof;
  isManagementKey(found: FoundKey): boolean;
  /** the prefix of another workshop that holds this key */
  heldElsewhere(found: FoundKey): string | undefined;
  /** the people of a roster; undefined: the file itself says who they are */
  roster: RosterPeople | undefined;
}

export interface RosterPeople {
  file: string;
  find(participant: Participant): Participant | undefined;
}

/**
 * Decides for each key of a file whether it can be taken. A key is proven by its secret: it works, and exactly one key of the account
 * fits its label and whatever hash and name the file has. What is in doubt is left. A person gets at most one key.
 */
export function planImport(input: ImportInput): { rows: ImportRow[]; changes: Change[] } {
  const known: Known = {
    held: new Set(heldKeys(input.state).map(({ secret }) => secret?.reveal())),
    sameSecret: groupBy(input.found, ({ secret }) => [secret.reveal()]),
    mayBe: indexKeys(input.keys),
    peopleOf: indexPeople(input.state).find,
  };
  const judged = input.found.map((found) => judge(found, input, known));
  const rivals = groupBy(judged, identitiesOf);
  const rows = judged.map((row) => withoutRivals(row, rivals));
  const tags = new Set<string>();
  const changes = rows.flatMap((row): Change[] => {
    const { participant } = row.found;
    if (row.result !== 'import' || !participant) return [];
    const { key, people } = row;
    const tag = tagOf(key.name);
    const isFree = tag !== undefined && !tags.has(tag) && input.state.attempts.get(tag)?.status !== 'held';
    if (isFree) tags.add(tag);
    const { secret } = row.found;
    const person = people[0]?.person;
    const { hash, name } = key;
    return [
      {
        kind: 'import',
        tag: isFree ? tag : undefined,
        person,
        participant,
        hash,
        name,
        secret,
        facts: toKeyFacts(key),
      },
    ];
  });
  return { rows, changes };
}

/** What is looked up for each key of the file. */
interface Known {
  held: ReadonlySet<string | undefined>;
  sameSecret: ReadonlyMap<unknown, readonly FoundKey[]>;
  mayBe(found: FoundKey): readonly AccountKey[];
  peopleOf(participant: Participant): readonly KnownPerson[];
}

function judge(typed: FoundKey, input: ImportInput, known: Known): ImportRow {
  const left = (code: ImportCode, reason: string): ImportRow => ({ found: typed, result: 'left', code, reason });
  const { roster } = input;
  const text = typed.secret.reveal();
  if (input.isManagementKey(typed)) return left('management_key', 'it is a management key');
  if (known.held.has(text)) return { found: typed, result: 'had_it', key: undefined };
  const elsewhere = input.heldElsewhere(typed);
  if (elsewhere !== undefined) return left('elsewhere', `it is a key of the workshop ${elsewhere}`);
  const same = known.sameSecret.get(text) ?? [];
  if (same.length > 1) {
    const rows = same.map(({ row }) => row).join(', ');
    if (same.some(({ participant }) => participant !== typed.participant)) {
      return left('twice', `it is in rows ${rows}, for different people`);
    }
    if (same[0] !== typed) return left('twice', `it is in rows ${rows}`);
  }
  if (!typed.participant) return left('nobody', typed.problem ?? 'the row names nobody');
  const participant = roster ? roster.find(typed.participant) : typed.participant;
  if (!participant) return left('not_in_roster', `nobody in ${roster?.file} has this address or name`);
  const proof = input.proofOf(typed);
  if (!proof.works) return left('refused', proof.reason);
  const fitting = known.mayBe(typed).filter((key) => fits(key, typed));
  const [key] = fitting;
  if (!key) return left('not_on_account', `it works, but no key of this account fits it${said(typed)}`);
  if (fitting.length > 1) return left('ambiguous', `${fitting.length} keys of the account fit it`);
  const found = { ...typed, participant };
  const people = known.peopleOf(participant);
  const living = people.flatMap(({ attempts }) => livingAttempt(attempts) ?? []).find(isLiving);
  if (living) return { found, result: 'left', code: 'has_key', reason: 'they have another key in this workshop' };
  return { found, result: 'import', key, people };
}

/** Finds the keys of the account that a key may be: the one of its hash, or those whose label shows its end. */
function indexKeys(keys: readonly AccountKey[]): Known['mayBe'] {
  const byHash = groupBy(keys, ({ hash }) => [hash]);
  const byEnd = groupBy(keys, ({ label }) => endOf(label));
  const lengths = new Set([...byEnd.keys()].map((end) => end.length));
  return ({ hash, secret }) => {
    if (hash !== undefined) return byHash.get(hash) ?? [];
    const text = secret.reveal();
    return [...lengths].flatMap((length) => byEnd.get(text.slice(text.length - length)) ?? []);
  };
}

function endOf(label: string | undefined): string[] {
  const { end } = shownParts(label);
  return end === undefined ? [] : [end];
}

function said({ hash, name }: FoundKey): string {
  const parts = [...(hash === undefined ? [] : ['hash']), ...(name === undefined ? [] : ['name'])];
  return parts.length === 0 ? '' : ` and the ${parts.join(' and ')} in the file`;
}

/** A label that shows nothing of the secret proves nothing by itself; then the file has to know the hash. */
function fits(key: AccountKey, { secret, hash, name }: FoundKey): boolean {
  if (hash !== undefined && key.hash !== hash) return false;
  if (name !== undefined && key.name.normalize('NFC').trim() !== name.normalize('NFC').trim()) return false;
  const fit = fitOfLabel(key.label, secret);
  return fit === 'fits' || (fit === 'silent' && hash !== undefined);
}

/** What two keys of the file must not share: the person, under whatever address, and the key of the account. */
function identitiesOf(row: ImportRow): unknown[] {
  if (row.result !== 'import') return [];
  return [row.found.participant, row.key.hash, ...row.people.map(({ person }) => `person ${person}`)];
}

/** Two keys that work for one person, or for one key of the account: nobody can tell which to take. */
function withoutRivals(row: ImportRow, all: ReadonlyMap<unknown, readonly ImportRow[]>): ImportRow {
  const rivals = new Set(identitiesOf(row).flatMap((identity) => all.get(identity) ?? []));
  if (rivals.size < 2) return row;
  const rows = [...rivals].map(({ found }) => found.row).sort((a, b) => a - b);
  return {
    found: row.found,
    result: 'left',
    code: 'several_keys',
    reason: `several keys in the file work for them: rows ${rows.join(', ')}`,
  };
}

function groupBy<T, K>(all: readonly T[], keysOf: (one: T) => readonly K[]): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const one of all) {
    for (const key of keysOf(one)) {
      const group = groups.get(key);
      if (group) group.push(one);
      else groups.set(key, [one]);
    }
  }
  return groups;
}
