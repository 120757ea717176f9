import { NOTHING_SPENT, type Reset, remaining, type Spending, spendingAt } from './spending.ts';

/** A key as the account stores it. The secret itself is never stored: `hash` is its SHA-256, 64 hex digits. */
export interface StoredKey extends KeyTerms {
  hash: string;
  label: string;
  created_at: string;
  updated_at: string | null;
  spending: Spending;
}

/** The settings of a new key. Money is USD; null = unlimited. */
export interface KeyTerms {
  name: string;
  disabled: boolean;
  limit: number | null;
  limit_reset: Reset;
  include_byok_in_limit: boolean;
  /** as sent: UTC with seconds; null = never */
  expires_at: string | null;
  creator_user_id: string | null;
  external_user: string | null;
  workspace_id: string;
}

export function newKey(terms: KeyTerms, hash: string, secret: string, createdAt: string): StoredKey {
  return { ...terms, hash, label: mask(secret), created_at: createdAt, updated_at: null, spending: NOTHING_SPENT };
}

export function isExpired(key: StoredKey, now: number): boolean {
  return key.expires_at !== null && Date.parse(key.expires_at) <= now;
}

/** The key object of `GET /keys`, `POST /keys` and `/keys/{hash}`. */
export function keyView(key: StoredKey, now: number) {
  return {
    hash: key.hash,
    name: key.name,
    disabled: key.disabled,
    created_at: key.created_at,
    updated_at: key.updated_at,
    external_user: key.external_user,
    last_used_at: key.spending.last === null ? null : new Date(key.spending.last).toISOString(),
    ...currentKeyTerms(key, now),
  };
}

/** The response of `GET /key` for a regular API key: no hash, no name. */
export function currentKeyView(key: StoredKey, now: number) {
  return { ...currentKeyTerms(key, now), ...asker(false) };
}

/** The response of `GET /key` for the management key. */
export function managementKeyView(secret: string, creator: string, workspaceId: string) {
  const key = {
    label: mask(secret),
    limit: null,
    limit_reset: null,
    include_byok_in_limit: false,
    expires_at: null,
    creator_user_id: creator,
    workspace_id: workspaceId,
    spending: NOTHING_SPENT,
  };
  return { ...currentKeyTerms(key, 0), ...asker(true) };
}

type CurrentKeyFacts = Pick<
  StoredKey,
  | 'label'
  | 'limit'
  | 'limit_reset'
  | 'include_byok_in_limit'
  | 'expires_at'
  | 'creator_user_id'
  | 'workspace_id'
  | 'spending'
>;

function currentKeyTerms(key: CurrentKeyFacts, now: number) {
  const spent = spendingAt(key.spending, now);
  return {
    label: key.label,
    limit: key.limit,
    limit_remaining: remaining(key.limit, key.limit_reset, key.spending, now),
    limit_reset: key.limit_reset,
    include_byok_in_limit: key.include_byok_in_limit,
    usage: spent.total,
    usage_daily: spent.daily,
    usage_weekly: spent.weekly,
    usage_monthly: spent.monthly,
    byok_usage: 0,
    byok_usage_daily: 0,
    byok_usage_weekly: 0,
    byok_usage_monthly: 0,
    expires_at: key.expires_at,
    creator_user_id: key.creator_user_id,
    workspace_id: key.workspace_id,
  };
}

function asker(isManagementKey: boolean) {
  return {
    is_free_tier: false,
    is_management_key: isManagementKey,
    is_provisioning_key: isManagementKey,
    organization_id: null,
    allowed_data_regions: ['global'],
    free_model_daily_requests: { limit: 1000, remaining: 1000, used: 0 },
    rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.' },
  };
}

/** The label format of OpenRouter: `sk-or-v1-0e6...1c96`. */
function mask(secret: string): string {
  return `${secret.slice(0, 'sk-or-v1-'.length + 3)}...${secret.slice(-4)}`;
}
