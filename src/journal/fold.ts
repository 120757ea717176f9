import type { NewKey } from '../keys/account-key.ts';
import type { Participant } from '../roster/participant.ts';
import { Secret, SecretSet } from '../secret.ts';
import type { IntentEntry, JournalEntry, JournalHeader, KeyFacts, RosterEntry } from './entry.ts';

/**
 * What is known about one issued tag.
 * - pending, unknown: a key with this tag may or may not exist
 * - absent, not_created: it does not exist, as far as could be seen
 * - orphan_removed: it existed, its secret was lost, it was taken away
 * - held: its secret is in the journal; `life` says how the key is doing
 */
export interface TagRecord {
  tag: string;
  person: string;
  participant: Participant | null;
  /** undefined when the line that said it is damaged */
  wanted: NewKey | undefined;
  replaces: string | undefined;
  retire: 'delete' | 'disable' | undefined;
  status: 'pending' | 'unknown' | 'absent' | 'not_created' | 'orphan_removed' | 'held';
  refused: boolean;
  reason: string | undefined;
  secret: Secret | undefined;
  facts: KeyFacts;
  life: 'active' | 'disabled' | 'revoked' | 'retired' | 'gone';
  /** when its intent was written, ISO 8601 */
  issuedAt: string;
  /** when the last thing about it happened, ISO 8601 */
  at: string;
}

/** A PATCH or DELETE that was begun and whose end is not recorded. */
export type OpenChange = Extract<JournalEntry, { type: 'change' }>;

export interface JournalState {
  header: JournalHeader | undefined;
  roster: RosterEntry | undefined;
  /** by tag, in the order in which they were issued */
  tags: Map<string, TagRecord>;
  /** by person: all attempts for that person, oldest first */
  people: Map<string, TagRecord[]>;
  byHash: Map<string, TagRecord>;
  /** all secrets that are held */
  secrets: SecretSet;
  /** by hash */
  openChanges: Map<string, OpenChange>;
  /** by id: the hashes that lines of this batch named so far */
  batches: Map<string, Set<string>>;
  /** by hash: updates of batches that a run sent, but was cut off before it could say so */
  unreported: Map<string, OpenChange>;
  /** time of the last entry, ISO 8601 */
  lastAt: string | undefined;
}

export function foldJournal(entries: Iterable<JournalEntry>): JournalState {
  const state = emptyState();
  for (const entry of entries) foldEntry(state, entry);
  return state;
}

export function emptyState(): JournalState {
  return {
    header: undefined,
    roster: undefined,
    tags: new Map(),
    people: new Map(),
    byHash: new Map(),
    secrets: new SecretSet(),
    openChanges: new Map(),
    batches: new Map(),
    unreported: new Map(),
    lastAt: undefined,
  };
}

/** Adds one entry to what is known. The state that a run keeps in memory is folded by the same code that reads it back. */
export function foldEntry(state: JournalState, entry: JournalEntry): void {
  state.lastAt = entry.at;
  switch (entry.type) {
    case 'journal':
      state.header = entry;
      return;
    case 'roster':
      state.roster = entry;
      return;
    case 'intent':
      addTag(state, entry);
      return;
    case 'damaged':
      if (!state.tags.has(entry.tag)) addRecord(state, newRecord(entry.tag, entry.tag, entry.at));
      return;
    case 'change':
      state.openChanges.set(entry.hash, entry);
      if (entry.batch) {
        addToBatch(state, entry.batch.id, entry.hash);
        if (entry.action === 'update') state.unreported.set(entry.hash, entry);
      }
      return;
    case 'changed':
      foldChanged(state, entry);
      return;
    case 'reported':
      state.unreported.clear();
      return;
    case 'gone':
      foldGone(state, entry.hash);
      return;
    case 'created':
      // A secret counts even where the line with its intent is lost.
      if (!state.tags.has(entry.tag)) addRecord(state, newRecord(entry.tag, entry.tag, entry.at));
      withRecord(state.tags.get(entry.tag), (record) => foldTagEntry(state, record, entry));
      return;
    default:
      withRecord(state.tags.get(entry.tag), (record) => foldTagEntry(state, record, entry));
  }
}

/** The key that a person has: the newest held one that works or could be made to work again. */
export function currentKey(records: readonly TagRecord[]): TagRecord | undefined {
  return records.findLast((r) => r.status === 'held' && (r.life === 'active' || r.life === 'disabled'));
}

function foldTagEntry(
  state: JournalState,
  record: TagRecord,
  entry: Extract<JournalEntry, { type: 'created' | 'not_created' | 'unknown' | 'absent' | 'orphan' | 'located' }>,
): void {
  record.at = entry.at;
  switch (entry.type) {
    case 'created':
      record.status = 'held';
      record.secret = new Secret(entry.key);
      state.secrets.claim(record.secret);
      setFacts(state, record, entry.facts);
      return;
    case 'located':
      setFacts(state, record, entry.facts);
      return;
    case 'not_created':
      record.status = 'not_created';
      record.refused = entry.refused;
      record.reason = entry.reason;
      return;
    case 'unknown':
      record.status = 'unknown';
      // Said of a key that was held when its secret turned out to be somebody else's.
      record.secret = undefined;
      record.reason = entry.reason;
      return;
    case 'absent':
      record.status = 'absent';
      return;
    case 'orphan':
      record.status = 'orphan_removed';
      record.facts = { ...record.facts, hash: entry.hash };
      record.life = entry.how === 'deleted' ? 'gone' : 'disabled';
  }
}

function foldChanged(state: JournalState, entry: Extract<JournalEntry, { type: 'changed' }>): void {
  const open = state.openChanges.get(entry.hash);
  if (entry.result !== 'unknown') state.openChanges.delete(entry.hash);
  if (entry.result === 'failed') state.unreported.delete(entry.hash);
  if (entry.result === 'failed' || entry.result === 'unknown') return;
  withRecord(state.byHash.get(entry.hash), (record) => {
    record.at = entry.at;
    if (entry.result === 'gone' || entry.action === 'delete') {
      record.life = entry.reason === 'retire' ? 'retired' : 'revoked';
      return;
    }
    record.facts = { ...record.facts, ...open?.patch, ...entry.after };
    record.life = record.facts.disabled === true ? (entry.reason === 'retire' ? 'retired' : 'disabled') : 'active';
  });
}

/** Where we had begun to revoke the key, it is we who did it, though the answer was lost. */
function foldGone(state: JournalState, hash: string): void {
  const open = state.openChanges.get(hash);
  state.openChanges.delete(hash);
  withRecord(state.byHash.get(hash), (record) => {
    record.life = open?.action === 'delete' && open.reason === 'revoke' ? 'revoked' : 'gone';
  });
}

function addTag(state: JournalState, entry: IntentEntry): void {
  addRecord(state, {
    ...newRecord(entry.tag, entry.person, entry.at),
    participant: entry.participant,
    wanted: entry.wanted,
    replaces: entry.replaces,
    retire: entry.retire,
  });
}

function newRecord(tag: string, person: string, at: string): TagRecord {
  return {
    tag,
    person,
    participant: null,
    wanted: undefined,
    replaces: undefined,
    retire: undefined,
    status: 'pending',
    refused: false,
    reason: undefined,
    secret: undefined,
    facts: {},
    life: 'active',
    issuedAt: at,
    at,
  };
}

function addRecord(state: JournalState, record: TagRecord): void {
  state.tags.set(record.tag, record);
  const attempts = state.people.get(record.person);
  if (attempts) attempts.push(record);
  else state.people.set(record.person, [record]);
}

function setFacts(state: JournalState, record: TagRecord, facts: KeyFacts): void {
  record.facts = { ...record.facts, ...facts };
  if (record.facts.disabled === true) record.life = 'disabled';
  if (record.facts.hash !== undefined) state.byHash.set(record.facts.hash, record);
}

function addToBatch(state: JournalState, id: string, hash: string): void {
  const hashes = state.batches.get(id);
  if (hashes) hashes.add(hash);
  else state.batches.set(id, new Set([hash]));
}

function withRecord(record: TagRecord | undefined, act: (record: TagRecord) => void): void {
  if (record) act(record);
}
