import type { AccountKey } from '../keys/account-key.ts';
import type { Participant } from '../roster/participant.ts';
import type { Secret } from '../secret.ts';
import type { IntentEntry, KeyFacts } from './entry.ts';

interface AttemptBase {
  readonly tag: string;
  /** the first tag ever issued for this person: ties all attempts for one person together */
  readonly person: string;
  readonly participant: Participant | null;
  /** undefined when its line is damaged or lost */
  readonly intent: IntentEntry | undefined;
  /** names that we gave to its key: the one asked for, then those of our renames */
  readonly names: readonly string[];
  /** when its intent was written, ISO 8601 */
  readonly issuedAt: string;
  /** when the last thing about it happened, ISO 8601 */
  readonly at: string;
}

/** Asked for; a key with this tag may or may not exist. */
export interface PendingAttempt extends AttemptBase {
  readonly status: 'pending';
}

/** The response was lost or unreadable; a key with this tag may or may not exist. */
export interface UnresolvedAttempt extends AttemptBase {
  readonly status: 'unresolved';
  readonly reason: string;
}

/** Two complete listings did not have it. */
export interface AbsentAttempt extends AttemptBase {
  readonly status: 'absent';
}

export interface NotCreatedAttempt extends AttemptBase {
  readonly status: 'not_created';
  /** OpenRouter refused this very one */
  readonly refused: boolean;
  readonly reason: string;
}

/** The key existed, its secret was lost, and it was deleted or disabled. */
export interface OrphanAttempt extends AttemptBase {
  readonly status: 'orphan_removed';
  readonly hash: string;
  readonly how: 'deleted' | 'disabled';
}

/** The secret is in the journal; `life` says how the key is doing. */
export interface HeldAttempt extends AttemptBase {
  readonly status: 'held';
  readonly secret: Secret;
  readonly facts: KeyFacts;
  readonly life: 'active' | 'disabled' | 'revoked' | 'retired' | 'gone';
}

/** What the journal knows about one issued tag. */
export type Attempt =
  | PendingAttempt
  | UnresolvedAttempt
  | AbsentAttempt
  | NotCreatedAttempt
  | OrphanAttempt
  | HeldAttempt;

/** A key that the journal holds. It has no hash where the response to its create told none. */
export type RememberedKey = Omit<AccountKey, 'hash'> & { hash: string | undefined };

export function isHeld(attempt: Attempt): attempt is HeldAttempt {
  return attempt.status === 'held';
}

/** A held key that works, or works again once it is enabled. */
export function isLiving(attempt: Attempt): attempt is HeldAttempt {
  return attempt.status === 'held' && (attempt.life === 'active' || attempt.life === 'disabled');
}

/** Only a listing of the account can tell whether a key exists. */
export function isUnresolved(attempt: Attempt): attempt is PendingAttempt | UnresolvedAttempt {
  return attempt.status === 'pending' || attempt.status === 'unresolved';
}

/** The key that a person has: the newest living one. */
export function livingAttempt(attempts: readonly Attempt[]): HeldAttempt | undefined {
  return attempts.findLast(isLiving);
}

/** Hash of its key on the account, as far as it is known. */
export function hashOf(attempt: Attempt): string | undefined {
  if (attempt.status === 'held') return attempt.facts.hash;
  return attempt.status === 'orphan_removed' ? attempt.hash : undefined;
}

/** The name that its key has now, as far as the journal knows. */
export function attemptName(attempt: Attempt): string {
  const now = attempt.status === 'held' ? attempt.facts.name : undefined;
  return now ?? attempt.intent?.wanted.name ?? attempt.tag;
}

/** The key as the journal knows it: as it was asked for, and then as OpenRouter described it. */
export function rememberedKey(attempt: HeldAttempt): RememberedKey {
  const { facts, intent } = attempt;
  return { ...intent?.wanted, ...facts, hash: facts.hash, name: attemptName(attempt) };
}
