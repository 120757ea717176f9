import { invariant } from '../errors.ts';
import { maskSecret } from '../secret.ts';
import { ENTRY_VERSION, type JournalEntry, type KeyFacts, parseJournalEntry } from './entry.ts';
import { heldKeys, type JournalState } from './fold.ts';

export interface PurgeWishes {
  /** ISO 8601 */
  at: string;
  /** names and addresses go too */
  people: boolean;
  /** hashes of keys that the journal believes to exist and that are no longer on the account */
  gone: ReadonlySet<string>;
  /** masks every secret in a text */
  redact(text: string): string;
}

/**
 * The entries of a journal without its secrets: what remains tells which keys there were, for whom, and what became of them. A roster
 * may bring secrets too, in a column of keys, so every text is looked through.
 */
export function purgedEntries(
  entries: readonly JournalEntry[],
  state: JournalState,
  { at, people, gone, redact }: PurgeWishes,
): JournalEntry[] {
  const kept = people ? entries.flatMap((entry) => withoutPeople(entry, state)) : entries;
  const found = heldKeys(state).flatMap(({ facts: { hash } }): JournalEntry[] =>
    hash !== undefined && gone.has(hash) ? [{ type: 'gone', at, hash }] : [],
  );
  return [...kept.map((entry) => withoutSecret(entry, at, redact)), ...found];
}

function withoutSecret(entry: JournalEntry, at: string, redact: PurgeWishes['redact']): JournalEntry {
  if (entry.type === 'journal')
    return { ...entry, version: Math.max(entry.version, ENTRY_VERSION.purged), purged_at: at };
  const bare = entry.type === 'created' || entry.type === 'imported' ? withLabel(entry) : entry;
  const read = parseJournalEntry(mapTexts(bare, redact));
  invariant(read !== undefined, 'an entry with masked texts is an entry');
  return read;
}

/** A label shows at most a few characters of the secret; it proves later that a key on the account is the one of this entry. */
function withLabel({ key, facts, ...entry }: Extract<JournalEntry, { type: 'created' | 'imported' }>): JournalEntry {
  return { ...entry, facts: key === undefined ? facts : { ...facts, label: facts.label ?? maskSecret(key) } };
}

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, mapTexts(each, change)]));
}

/** Key names contain names of people, so their tag alone is left of them. */
function withoutPeople(entry: JournalEntry, state: JournalState): JournalEntry[] {
  const nameOf = (tag: string | undefined) => [state.header?.prefix, tag].filter(Boolean).join('_');
  switch (entry.type) {
    case 'roster':
    case 'person':
      return [];
    case 'intent':
      return [{ ...entry, participant: null, wanted: { ...entry.wanted, name: nameOf(entry.tag) } }];
    case 'imported':
      return [{ ...entry, participant: null, facts: renamed(entry.facts, nameOf(entry.tag)) }];
    case 'created':
    case 'located':
      return [{ ...entry, facts: renamed(entry.facts, nameOf(entry.tag)) }];
    case 'change': {
      const name = nameOf(state.tagByHash.get(entry.hash));
      const { patch } = entry;
      const renamedPatch = patch?.name === undefined ? patch : { ...patch, name };
      return [{ ...entry, name, before: renamed(entry.before, name), patch: renamedPatch }];
    }
    case 'changed': {
      const name = nameOf(state.tagByHash.get(entry.hash));
      return [{ ...entry, after: entry.after && renamed(entry.after, name) }];
    }
    default:
      return [entry];
  }
}

function renamed(facts: KeyFacts, name: string): KeyFacts {
  return facts.name === undefined ? facts : { ...facts, name };
}
