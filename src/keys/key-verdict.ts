import type { AccountKey, CurrentKey, LimitReset } from './account-key.ts';
import { instantOf, isSameInstant } from './instant.ts';

/**
 * What a participant's key came to when it was asked about itself.
 * - works · changed: it works, but limit or expiry are not what they should be · limit_reached: nothing of its limit is left
 * - disabled, expired, gone: it does not work, and why · refused: it does not work; why cannot be told without a management key
 * - too_new: it was created a moment ago and is not accepted yet
 * - foreign: it works, but the account has no such key: its secret is handed to nobody
 * - not_tested: there was no answer
 */
export type KeyVerdict =
  | 'works'
  | 'changed'
  | 'limit_reached'
  | 'disabled'
  | 'expired'
  | 'gone'
  | 'refused'
  | 'too_new'
  | 'foreign'
  | 'not_tested';

/** A key is accepted a moment after it was created; after this time a rejection is one. */
const NEW_FOR_MS = 10 * 60_000;

/** What the journal says that a key shall be like. USD; ISO 8601; null = none. */
export interface PlannedKey {
  limit: number | null;
  limit_reset: LimitReset;
  expires_at: string | null;
}

/** Of a key that the service accepts. */
export function judgeAccepted(
  key: CurrentKey,
  planned: PlannedKey,
): { verdict: KeyVerdict; reason: string | undefined } {
  const differing = [
    ...(key.limit !== undefined && key.limit !== planned.limit ? ['limit'] : []),
    ...(key.limit_reset !== undefined && key.limit_reset !== planned.limit_reset ? ['reset'] : []),
    ...(key.expires_at !== undefined && !isSameInstant(key.expires_at, planned.expires_at) ? ['expiration'] : []),
  ];
  if (typeof key.limit_remaining === 'number' && key.limit !== null && key.limit_remaining <= 0) {
    return { verdict: 'limit_reached', reason: 'limit reached' };
  }
  if (differing.length === 0) return { verdict: 'works', reason: undefined };
  return { verdict: 'changed', reason: `${differing.join(' and ')} not as expected` };
}

/** What is known of a key that was rejected. */
export interface RejectedKey {
  planned: PlannedKey;
  disabled: boolean;
  created_at: string | undefined;
  /** 401 or 403 */
  status: number;
}

/** Of a key that OpenRouter rejects. `account`: what the account says of it; null = nothing; undefined = not asked. */
export function judgeRefused(
  known: RejectedKey,
  account: AccountKey | null | undefined,
  now: Date,
): { verdict: KeyVerdict; reason: string | undefined } {
  if (account === null) return { verdict: 'gone', reason: 'no longer on the account' };
  const expires = account?.expires_at ?? known.planned.expires_at;
  if (expires && new Date(expires) <= now) return { verdict: 'expired', reason: undefined };
  if (account?.disabled ?? known.disabled) return { verdict: 'disabled', reason: undefined };
  if (known.status === 401 && isNew(account?.created_at ?? known.created_at, now)) {
    return { verdict: 'too_new', reason: 'created less than 10 minutes ago; OpenRouter may not accept it yet' };
  }
  return { verdict: 'refused', reason: account ? 'rejected by OpenRouter' : 'deleted or disabled' };
}

function isNew(createdAt: string | undefined, now: Date): boolean {
  const created = instantOf(createdAt);
  return created !== undefined && now.getTime() - created < NEW_FOR_MS;
}
