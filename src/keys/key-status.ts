import type { AccountKey } from './account-key.ts';

export type KeyStatus = 'active' | 'disabled' | 'expired';

/** What a key can do now. */
export function keyStatus(key: Pick<AccountKey, 'expires_at' | 'disabled'>, now: Date): KeyStatus {
  if (key.expires_at && new Date(key.expires_at) <= now) return 'expired';
  return key.disabled === true ? 'disabled' : 'active';
}
