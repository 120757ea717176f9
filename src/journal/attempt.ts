import type { AccountKey } from '../keys/account-key.ts';
import type { Participant } from '../roster/participant.ts';
import type { Secret } from '../secret.ts';
import type { IntentEntry, JournalEntry, KeyFacts } from './entry.ts';

interface AttemptBase {
  readonly tag: string;
  /** the first tag ever issued for this person, which links all attempts for that person */
  readonly person: string;
  readonly participant: Participant | null;
  /** undefined if its line is damaged or lost */
  readonly intent: IntentEntry | undefined;
  /** names that orkeys gave to its key: the one it was created with, then those of renames */
  readonly names: readonly string[];
  /** time of its intent, ISO 8601 */
  readonly issuedAt: string;
  /** made elsewhere: its name is not one that orkeys gave it, so only its hash and its label prove it */
  readonly imported?: true;
  /** time of its last entry, ISO 8601 */
  readonly at: string;
}

/** Requested; a key with this tag may or may not exist. */
export interface PendingAttempt extends AttemptBase {
  readonly status: 'pending';
}

/** The response was lost or unreadable; a key with this tag may or may not exist. */
export interface UnresolvedAttempt extends AttemptBase {
  readonly status: 'unresolved';
  readonly reason: string;
}

/** Not in two complete key lists. */
export interface AbsentAttempt extends AttemptBase {
  readonly status: 'absent';
}

export interface NotCreatedAttempt extends AttemptBase {
  readonly status: 'not_created';
  /** OpenRouter refused this key in particular */
  readonly refused: boolean;
  readonly reason: string;
}

/** The key existed, its secret was lost, and it was deleted or disabled. */
export interface OrphanAttempt extends AttemptBase {
  readonly status: 'orphan_removed';
  readonly hash: string;
  readonly how: 'deleted' | 'disabled';
}

/** The key was created, and its secret was saved; `life` is the status of the key. */
export interface HeldAttempt extends AttemptBase {
  readonly status: 'held';
  /** undefined after `orkeys purge` */
  readonly secret: Secret | undefined;
  readonly facts: KeyFacts;
  readonly life: 'active' | 'disabled' | 'revoked' | 'retired' | 'gone';
  /** a watch disabled it, and nobody has enabled it since */
  readonly disabledByWatch?: boolean;
}

/** What the journal records about one issued tag. */
export type Attempt =
  | PendingAttempt
  | UnresolvedAttempt
  | AbsentAttempt
  | NotCreatedAttempt
  | OrphanAttempt
  | HeldAttempt;

/** A key in the journal. It has no hash if the response to its creation contained none. */
export type RememberedKey = Omit<AccountKey, 'hash'> & { hash: string | undefined };

/** An attempt as its intent begins it. */
export function fromIntent(intent: IntentEntry): Attempt {
  const { tag, person, participant, wanted, at } = intent;
  return { status: 'pending', tag, person, participant, intent, names: [wanted.name], issuedAt: at, at };
}

/** One without an intent: its line is lost, or its key was made elsewhere. */
export function withoutIntent(
  entry: { tag: string; at: string } | Extract<JournalEntry, { type: 'imported' }>,
): Attempt {
  const { tag, at } = entry;
  const nobody = { status: 'pending', tag, person: tag, participant: null, intent: undefined, at } as const;
  if (!('person' in entry)) return { ...nobody, names: [], issuedAt: at };
  const { person, participant, facts } = entry;
  const names = facts.name === undefined ? [] : [facts.name];
  return { ...nobody, person, participant, names, issuedAt: facts.created_at ?? at, imported: true };
}

export function isHeld(attempt: Attempt): attempt is HeldAttempt {
  return attempt.status === 'held';
}

/** A held key that works, or that will work once it is enabled. */
export function isLiving(attempt: Attempt): attempt is HeldAttempt {
  return attempt.status === 'held' && (attempt.life === 'active' || attempt.life === 'disabled');
}

/** Only the key list of the account can show whether a key exists. */
export function isUnresolved(attempt: Attempt): attempt is PendingAttempt | UnresolvedAttempt {
  return attempt.status === 'pending' || attempt.status === 'unresolved';
}

/** The current key of a person: the newest living one. */
export function livingAttempt(attempts: readonly Attempt[]): HeldAttempt | undefined {
  return attempts.findLast(isLiving);
}

/** Hash of its key on the account, if known. */
export function hashOf(attempt: Attempt): string | undefined {
  if (attempt.status === 'held') return attempt.facts.hash;
  return attempt.status === 'orphan_removed' ? attempt.hash : undefined;
}

/** The current name of its key, according to the journal. */
export function attemptName(attempt: Attempt): string {
  const now = attempt.status === 'held' ? attempt.facts.name : undefined;
  return now ?? attempt.intent?.wanted.name ?? attempt.tag;
}

/** The key according to the journal: the requested settings, overridden by what OpenRouter reported. */
export function rememberedKey(attempt: HeldAttempt): RememberedKey {
  const { facts, intent } = attempt;
  // Not with spreads: of two objects they take thirty times as long.
  return Object.assign({}, intent?.wanted, facts, { hash: facts.hash, name: attemptName(attempt) });
}

/** Its masked secret, as OpenRouter shows it. */
export function labelOfHeld({ secret, facts }: HeldAttempt): string | undefined {
  return secret?.toString() ?? facts.label;
}
