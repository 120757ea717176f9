import { rememberedKey } from '../journal/attempt.ts';
import type { AccountKey, LimitReset, NewKey } from '../keys/account-key.ts';
import type { Participant } from '../roster/participant.ts';
import type { Skipped } from './plan-provision.ts';

/** Which settings of new keys were typed, and are not applied to keys that participants have already. */
export interface NotApplied {
  limit: boolean;
  limitReset: boolean;
  expires: boolean;
  includeByok: boolean;
  /** a row's own limit is not applied either */
  ofRows: boolean;
  /** nor is a row's own expiration, which no key can change */
  expiresOfRows: boolean;
}

/** A setting in which keys differ from what was asked for, with the value that each of them keeps. */
export type KeptSetting =
  | { setting: 'limit'; values: (number | null)[] }
  | { setting: 'limit_reset'; values: LimitReset[] }
  | { setting: 'expires_at'; values: (string | null)[] }
  | { setting: 'own_expires_at'; values: (string | null)[]; first: { email: string | undefined; expires: string } }
  | { setting: 'include_byok_in_limit'; values: boolean[] };

/** What a run for a roster leaves as it is, although it was asked for. */
export interface ExistingKeys {
  kept: KeptSetting[];
  /** participants whose key is disabled */
  disabled: Participant[];
}

export interface ExistingInput {
  skipped: readonly Skipped[];
  /** all keys that the account lists */
  keys: readonly AccountKey[];
  wanted: Omit<NewKey, 'name'>;
  notApplied: NotApplied;
}

/** Compares the keys that participants have already with what was asked for. */
export function findExisting({ skipped, keys, wanted, notApplied }: ExistingInput): ExistingKeys {
  const byHash = new Map(keys.map((key) => [key.hash, key]));
  const limits: (number | null)[] = [];
  const resets: LimitReset[] = [];
  const expirations: (string | null)[] = [];
  const ownExpirations: { participant: Participant; expires: string; has: string | null }[] = [];
  const byok: boolean[] = [];
  const disabled: Participant[] = [];
  for (const skip of skipped) {
    if (skip.because !== 'has_key') continue;
    const { participant, held } = skip;
    const { hash } = held.facts;
    const key = (hash === undefined ? undefined : byHash.get(hash)) ?? rememberedKey(held);
    if (key.disabled === true) disabled.push(participant);
    if (isLimitKept(participant, key.limit, wanted.limit, notApplied)) limits.push(key.limit ?? null);
    const reset = key.limit_reset ?? null;
    if (notApplied.limitReset && reset !== wanted.limit_reset) resets.push(reset);
    if (isExpiryKept(participant, key.expires_at ?? null, wanted.expires_at, notApplied)) {
      expirations.push(key.expires_at ?? null);
    }
    const own = ownExpiry(participant, key.expires_at, notApplied);
    if (own !== undefined) ownExpirations.push({ participant, expires: own, has: key.expires_at ?? null });
    if (notApplied.includeByok && key.include_byok_in_limit !== wanted.include_byok_in_limit) {
      byok.push(key.include_byok_in_limit === true);
    }
  }
  const all: KeptSetting[] = [
    { setting: 'limit', values: limits },
    { setting: 'limit_reset', values: resets },
    { setting: 'expires_at', values: expirations },
    ...ownExpirations.slice(0, 1).map(({ participant: { emails }, expires }): KeptSetting => {
      const values = ownExpirations.map(({ has }) => has);
      return { setting: 'own_expires_at', values, first: { email: emails[0], expires } };
    }),
    { setting: 'include_byok_in_limit', values: byok },
  ];
  return { kept: all.filter(({ values }) => values.length > 0), disabled };
}

function isLimitKept(
  { limit: own }: Participant,
  has: number | null | undefined,
  wanted: number | null,
  { limit, ofRows }: NotApplied,
): boolean {
  if (has === undefined) return false;
  if (own !== undefined) return ofRows && own !== has;
  return limit && wanted !== has;
}

function isExpiryKept(
  { expires: own }: Participant,
  has: string | null,
  wanted: string | null,
  { expires }: NotApplied,
): boolean {
  return own === undefined && expires && !isAboutSameTime(wanted, has);
}

/** The row's own expiration, where the key has another; undefined where they agree or nobody knows. */
function ownExpiry(
  { expires }: Participant,
  has: string | null | undefined,
  { expiresOfRows }: NotApplied,
): string | undefined {
  if (!expiresOfRows || expires === undefined || has === undefined) return undefined;
  return isAboutSameTime(expires, has) ? undefined : expires;
}

/** `--expires 7d` means another second at each run. */
function isAboutSameTime(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return Math.abs(new Date(one).getTime() - new Date(other).getTime()) < DAY_MS;
}

const DAY_MS = 24 * 60 * 60 * 1000;
