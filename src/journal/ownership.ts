import type { AccountKey } from '../keys/account-key.ts';
import { instantOf } from '../keys/instant.ts';
import { tagOf } from '../keys/key-name.ts';
import type { Secret } from '../secret.ts';
import { type Attempt, type HeldAttempt, hashOf, isHeld } from './attempt.ts';
import type { JournalState } from './fold.ts';

/**
 * Whether a key on the account is the one in a journal. A journal line alone proves nothing: it may be planted or damaged.
 * - ours: its full name is one that orkeys gave it, it is not older than its intent, and its label matches the held secret
 * - renamed: the journal has this hash and nothing contradicts it, but the key has another name
 * - foreign: anything else
 *
 * A name that orkeys asked for ends in the tag of its intent; where no secret is held, no other name counts. An imported key had its
 * name before orkeys knew it, and others may have the same: it is ours by its hash, and by its label or, where that is silent, its name.
 */
export type Ownership = 'ours' | 'renamed' | 'foreign';

/** Clocks differ: a key may appear to be this much older than its intent, in milliseconds. */
const TOLERANCE = 24 * 3_600_000;

export function judgeOwnership(attempt: Attempt, key: AccountKey): Ownership {
  const named = attempt.names.some((name) => isSameName(name, key.name));
  const old = isOlder(key, attempt.issuedAt);
  if (!isHeld(attempt)) {
    const isAskedFor = named && tagOf(comparable(key.name)) === attempt.tag && !attempt.imported;
    return isAskedFor && !old ? 'ours' : 'foreign';
  }
  const fit = fitOfKey(key.label, attempt);
  if (fit === 'contradicts' || (old && fit !== 'fits')) return 'foreign';
  const isNoted = hashOf(attempt) === key.hash;
  if (attempt.imported && !isNoted) return 'foreign';
  if (named || (attempt.imported && fit === 'fits')) return 'ours';
  return isNoted ? 'renamed' : 'foreign';
}

/**
 * Compares the label of a key on the account with the secret of a held one or, once that was purged, with the label that it had. A purge
 * leaves a label: a line with neither was not written by orkeys.
 */
export function fitOfKey(label: string | undefined, { secret, facts }: HeldAttempt): LabelFit {
  if (secret) return fitOfLabel(label, secret);
  if (facts.label === undefined) return 'contradicts';
  if (label === undefined) return 'silent';
  return label === facts.label ? 'fits' : 'contradicts';
}

type LabelFit = 'fits' | 'contradicts' | 'silent';

/**
 * Compares a masked secret with a secret: the visible parts before and after the dots are its start and its end, of any length
 * (`sk-or-v1-0e6...1c96`, `sk-...AbCd`). A label in another format proves nothing.
 */
export function fitOfLabel(label: string | undefined, secret: Secret): LabelFit {
  const { start, end } = shownParts(label);
  if (start === undefined || end === undefined) return 'silent';
  const text = secret.reveal();
  if (!text.startsWith(start) || !text.endsWith(end)) return 'contradicts';
  return end === '' && /^sk-(?:or-(?:v\d+-)?)?$/.test(start) ? 'silent' : 'fits';
}

/** The start and the end of a secret that its label shows. */
export function shownParts(label = ''): { start?: string | undefined; end?: string | undefined } {
  const [, start, end] = /^(sk-[^.…\s]*)(?:\.{2,}|…)([^.…\s]*)$/.exec(label) ?? [];
  return { start, end };
}

/** The keys in a listing that are ours, by tag. More than one key per tag means that its name was copied. */
export function ownKeysByTag(state: JournalState, keys: readonly AccountKey[]): Map<string, AccountKey[]> {
  const tagByName = new Map<string, string>();
  for (const { tag, names } of state.attempts.values()) {
    for (const name of names) tagByName.set(comparable(name), tag);
  }
  const own = new Map<string, AccountKey[]>();
  for (const key of keys) {
    const tag = tagByName.get(comparable(key.name));
    const attempt = tag === undefined ? undefined : state.attempts.get(tag);
    if (!attempt || judgeOwnership(attempt, key) !== 'ours') continue;
    own.set(attempt.tag, [...(own.get(attempt.tag) ?? []), key]);
  }
  return own;
}

function isSameName(one: string, other: string): boolean {
  return comparable(one) === comparable(other);
}

/** OpenRouter may compose accents differently. */
function comparable(name: string): string {
  return name.normalize('NFC').trim();
}

function isOlder({ created_at }: AccountKey, issuedAt: string): boolean {
  const created = instantOf(created_at);
  const issued = instantOf(issuedAt);
  return created !== undefined && issued !== undefined && created < issued - TOLERANCE;
}
