import { Secret, SecretSet } from '../secret.ts';
import { type Attempt, fromIntent, type HeldAttempt, hashOf, isHeld, isLiving, withoutIntent } from './attempt.ts';
import type { JournalEntry, JournalHeader, KeyFacts, RosterEntry } from './entry.ts';
import { foldTierEntry, isTierEntry, type KnownGuardrail, type TiersEntry } from './guardrails.ts';

/** A PATCH or DELETE that was started and whose outcome is not recorded. */
export type OpenChange = Extract<JournalEntry, { type: 'change' }>;

/** The content of a journal. Attempts are replaced, never modified: a reference keeps the state from when it was taken. */
export interface JournalState {
  header: JournalHeader | undefined;
  roster: RosterEntry | undefined;
  /** by tag, in the order in which they were issued */
  attempts: Map<string, Attempt>;
  /** by person: the tags of all attempts for that person, oldest first */
  people: Map<string, string[]>;
  /** by hash: the tag of the held key */
  tagByHash: Map<string, string>;
  /** all held secrets */
  secrets: SecretSet;
  /** by hash */
  openChanges: Map<string, OpenChange>;
  /** by ID: the hashes in the lines of this batch so far */
  batches: Map<string, Set<string>>;
  /** by hash: changes of batches that a run was interrupted in before it could report what came of them */
  unreported: Map<string, OpenChange>;
  /** the tiers that were last applied */
  tiers: TiersEntry | undefined;
  /** by the tag of their intent */
  guardrails: Map<string, KnownGuardrail>;
  /** time of the last entry that a plan can depend on, ISO 8601 */
  lastAt: string | undefined;
  /** time of the last entry that result files can tell of: the same results have the same bytes */
  resultsAt: string | undefined;
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
    attempts: new Map(),
    people: new Map(),
    tagByHash: new Map(),
    secrets: new SecretSet(),
    openChanges: new Map(),
    batches: new Map(),
    unreported: new Map(),
    tiers: undefined,
    guardrails: new Map(),
    lastAt: undefined,
    resultsAt: undefined,
  };
}

/** All attempts for a person, oldest first. */
export function attemptsFor(state: JournalState, person: string): Attempt[] {
  return (state.people.get(person) ?? []).flatMap((tag) => state.attempts.get(tag) ?? []);
}

/** Everyone for whom a key was ever requested, with all their attempts, oldest first. */
export function peopleOf(state: JournalState): { person: string; attempts: Attempt[] }[] {
  return [...state.people.keys()].map((person) => ({ person, attempts: attemptsFor(state, person) }));
}

/** The state as if some tags had never been issued. */
export function withoutAttempts(state: JournalState, tags: ReadonlySet<string>): JournalState {
  return { ...state, attempts: new Map([...state.attempts].filter(([tag]) => !tags.has(tag))) };
}

/** The held key with this hash. */
export function heldKey(state: JournalState, hash: string): HeldAttempt | undefined {
  const tag = state.tagByHash.get(hash);
  const attempt = tag === undefined ? undefined : state.attempts.get(tag);
  return attempt && isHeld(attempt) ? attempt : undefined;
}

/** All keys that were created and whose secret was saved, in the order in which they were requested. */
export function heldKeys(state: JournalState): HeldAttempt[] {
  return [...state.attempts.values()].filter(isHeld);
}

/** Applies one entry to the state. A run updates its state in memory with the same code that later reads the journal. */
export function foldEntry(state: JournalState, entry: JournalEntry): void {
  // A header that is written again, to bind the journal to its account for example, tells nothing new of a key.
  const tellsOfKeys = entry.type !== 'journal' || !state.header;
  if (tellsOfKeys) state.lastAt = entry.at;
  if (isTierEntry(entry)) {
    foldTierEntry(state, entry);
    return;
  }
  if (entry.type !== 'reported' && tellsOfKeys) state.resultsAt = entry.at;
  switch (entry.type) {
    case 'journal':
      state.header = entry;
      return;
    case 'roster':
      state.roster = entry;
      return;
    case 'intent':
      addAttempt(state, fromIntent(entry));
      return;
    case 'person':
      foldPerson(state, entry);
      return;
    case 'damaged':
      if (!state.attempts.has(entry.tag)) addAttempt(state, withoutIntent(entry));
      return;
    case 'change':
      foldChange(state, entry);
      return;
    case 'changed':
      foldChanged(state, entry);
      return;
    case 'reported':
      state.unreported.clear();
      return;
    case 'gone':
      foldGone(state, entry);
      return;
    case 'created':
    case 'imported':
      // A secret counts even if the line with its intent is lost.
      if (!state.attempts.has(entry.tag)) addAttempt(state, withoutIntent(entry));
      foldAttempt(state, entry);
      return;
    default:
      foldAttempt(state, entry);
  }
}

function foldPerson(state: JournalState, { person, participant, at }: Extract<JournalEntry, { type: 'person' }>): void {
  const attempt = attemptsFor(state, person).findLast(isLiving);
  if (attempt) setAttempt(state, { ...attempt, participant, at });
}

type AttemptEntry = Extract<
  JournalEntry,
  { type: 'created' | 'imported' | 'not_created' | 'unresolved' | 'absent' | 'orphan' | 'located' }
>;

function foldAttempt(state: JournalState, entry: AttemptEntry): void {
  const attempt = state.attempts.get(entry.tag);
  const next = attempt && nextAttempt(attempt, entry);
  if (next) setAttempt(state, next);
}

function nextAttempt(attempt: Attempt, entry: AttemptEntry): Attempt | undefined {
  const { tag, person, participant, intent, names, issuedAt } = attempt;
  const own = { tag, person, participant, intent, names, issuedAt, at: entry.at };
  const base = attempt.imported ? { ...own, imported: true as const } : own;
  switch (entry.type) {
    case 'created':
    case 'imported': {
      const life = entry.facts.disabled === true ? 'disabled' : 'active';
      return { ...base, status: 'held', secret: secretOf(entry.key), facts: entry.facts, life };
    }
    case 'located':
      return isHeld(attempt) ? withFacts(attempt, entry.facts, entry.at) : undefined;
    case 'not_created':
      return { ...base, status: 'not_created', refused: entry.refused, reason: entry.reason };
    case 'unresolved':
      // Also used for a held key whose secret turned out to belong to another key.
      return { ...base, status: 'unresolved', reason: entry.reason };
    case 'absent':
      return { ...base, status: 'absent' };
    case 'orphan':
      return { ...base, status: 'orphan_removed', hash: entry.hash, how: entry.how };
  }
}

function secretOf(key: string | undefined): Secret | undefined {
  return key === undefined ? undefined : new Secret(key);
}

function withFacts(held: HeldAttempt, more: KeyFacts, at: string): HeldAttempt {
  const facts = { ...held.facts, ...more };
  return { ...held, facts, at, life: facts.disabled === true ? 'disabled' : held.life };
}

function foldChange(state: JournalState, entry: OpenChange): void {
  const { hash, patch, batch } = entry;
  state.openChanges.set(hash, entry);
  if (batch) {
    const hashes = state.batches.get(batch.id);
    if (hashes) hashes.add(hash);
    else state.batches.set(batch.id, new Set([hash]));
    state.unreported.set(hash, entry);
  }
  const held = heldKey(state, hash);
  if (held && patch?.name !== undefined) setAttempt(state, { ...held, names: [...held.names, patch.name] });
}

function foldChanged(state: JournalState, entry: Extract<JournalEntry, { type: 'changed' }>): void {
  const open = state.openChanges.get(entry.hash);
  if (entry.result !== 'unresolved') state.openChanges.delete(entry.hash);
  if (entry.result === 'refused') state.unreported.delete(entry.hash);
  if (entry.result === 'refused' || entry.result === 'unresolved') return;
  const held = heldKey(state, entry.hash);
  if (!held) return;
  const { at, action, reason } = entry;
  if (entry.result === 'gone' || action === 'delete') {
    setAttempt(state, { ...held, at, life: reason === 'retire' ? 'retired' : 'revoked' });
    return;
  }
  const facts = { ...held.facts, ...open?.patch, ...entry.after };
  const off = reason === 'retire' ? 'retired' : 'disabled';
  const isDisabled = facts.disabled === true;
  const byWatch = isDisabled && (open?.patch?.disabled === undefined ? held.disabledByWatch : open.by === 'watch');
  setAttempt(state, { ...held, at, facts, life: isDisabled ? off : 'active', disabledByWatch: byWatch === true });
}

/** If a revoke was already started, it was this one that deleted the key, even though the response was lost. */
function foldGone(state: JournalState, { hash }: Extract<JournalEntry, { type: 'gone' }>): void {
  const open = state.openChanges.get(hash);
  state.openChanges.delete(hash);
  const held = heldKey(state, hash);
  if (!held) return;
  setAttempt(state, { ...held, life: open?.action === 'delete' && open.reason === 'revoke' ? 'revoked' : 'gone' });
}

function addAttempt(state: JournalState, attempt: Attempt): void {
  state.attempts.set(attempt.tag, attempt);
  const tags = state.people.get(attempt.person);
  if (!tags) state.people.set(attempt.person, [attempt.tag]);
  else if (!tags.includes(attempt.tag)) tags.push(attempt.tag);
}

/** Replaces the attempt of a tag. */
function setAttempt(state: JournalState, attempt: Attempt): void {
  const before = state.attempts.get(attempt.tag);
  const oldHash = before && isHeld(before) ? hashOf(before) : undefined;
  if (oldHash !== undefined && state.tagByHash.get(oldHash) === attempt.tag && hashOf(attempt) !== oldHash) {
    state.tagByHash.delete(oldHash);
  }
  state.attempts.set(attempt.tag, attempt);
  if (!isHeld(attempt)) return;
  if (attempt.secret) state.secrets.claim(attempt.secret);
  if (attempt.facts.hash !== undefined) state.tagByHash.set(attempt.facts.hash, attempt.tag);
}
