import type { CliError } from '../errors.ts';
import type { Secret } from '../secret.ts';

/** When the spent amount starts again at zero: midnight UTC; weeks run Monday to Sunday. null = never. */
export type LimitReset = 'daily' | 'weekly' | 'monthly' | null;

/**
 * A key as the account shows it. Field names are the API's (https://openrouter.ai/docs/api/api-reference/api-keys/list).
 * Only `hash` and `name` are sure to be there: the API gains and loses fields, and a missing one must never cost a key.
 * Money is USD. Times are ISO 8601.
 */
export interface AccountKey {
  /** 64 hex digits: the key's id, not its secret */
  hash: string;
  name: string;
  /** the masked secret, `sk-or-v1-0e6...1c96` */
  label?: string | undefined;
  disabled?: boolean | undefined;
  /** null = unlimited */
  limit?: number | null | undefined;
  limit_remaining?: number | null | undefined;
  limit_reset?: LimitReset | undefined;
  include_byok_in_limit?: boolean | undefined;
  /** spent over the key's whole life, not in the current reset window */
  usage?: number | undefined;
  usage_daily?: number | undefined;
  usage_weekly?: number | undefined;
  usage_monthly?: number | undefined;
  /** paid to other providers, not in `usage` */
  byok_usage?: number | undefined;
  byok_usage_daily?: number | undefined;
  byok_usage_weekly?: number | undefined;
  byok_usage_monthly?: number | undefined;
  created_at?: string | undefined;
  updated_at?: string | null | undefined;
  expires_at?: string | null | undefined;
  last_used_at?: string | null | undefined;
  creator_user_id?: string | null | undefined;
  workspace_id?: string | undefined;
}

/** Body of POST /keys. `limit: null` = unlimited. `expires_at` is UTC with seconds, `YYYY-MM-DDTHH:MM:SSZ`. */
export interface NewKey {
  name: string;
  limit: number | null;
  limit_reset: LimitReset;
  expires_at: string | null;
  include_byok_in_limit: boolean;
  workspace_id?: string | undefined;
  creator_user_id?: string | undefined;
}

/** Body of PATCH /keys/{hash}; an expiry cannot be patched. */
export interface KeyPatch {
  name?: string;
  disabled?: boolean;
  limit?: number | null;
  limit_reset?: LimitReset;
  include_byok_in_limit?: boolean;
}

/** What became of a request or of a step: one vocabulary for the client, the plan, rows and JSON. Only `done` and `gone` are final successes. */
export type Result = 'done' | 'gone' | Undone;
/** `refused`: OpenRouter said no to this one · `unresolved`: it may or may not have happened · `not_started`: it did not */
export type Undone = 'refused' | 'unresolved' | 'not_started';

/**
 * What became of one POST /keys. `stop` is set when the reason would hit every other row too.
 * - done: it was created, and the secret is here; `facts` is what of the answer could be read, perhaps not even the hash
 * - refused: the service said no to this one (400); it was not created
 * - not_started: it never reached the service, or was turned away unprocessed (429, 401); it was not created
 * - unresolved: it may or may not have been created; only a listing can tell
 */
export type CreateOutcome =
  | { result: 'done'; secret: Secret; facts: Partial<AccountKey> }
  | {
      result: Undone;
      reason: string;
      status?: number;
      stop?: CliError;
      unreadable?: UnreadableAnswer;
    };

/** An answer that says success, without a secret that could be read. */
export interface UnreadableAnswer {
  /** equal for answers that have one cause */
  sort: string;
  /** status, type and length, never the body */
  description: string;
}

/** What became of one PATCH or DELETE by hash. `gone`: the service knows no such key (any more). */
export type ChangeOutcome =
  | { result: 'done'; key?: AccountKey }
  | { result: 'gone' }
  | { result: Undone; reason: string; status?: number; stop?: CliError };

/** A listing of keys. Nothing may be concluded from a key's absence when it is not complete. */
export interface KeyListing {
  /** newest first, each hash once */
  keys: AccountKey[];
  complete: boolean;
  /** why it is not complete, one sentence */
  incomplete_because?: string;
}

/** GET /key: about the key that asks; it has neither hash nor name. */
export interface CurrentKey {
  label?: string | undefined;
  is_management_key?: boolean | undefined;
  limit?: number | null | undefined;
  limit_remaining?: number | null | undefined;
  limit_reset?: LimitReset | undefined;
  usage?: number | undefined;
  expires_at?: string | null | undefined;
  is_free_tier?: boolean | undefined;
  creator_user_id?: string | null | undefined;
  organization_id?: string | null | undefined;
  workspace_id?: string | undefined;
}

/** GET /credits, USD. */
export interface Credits {
  total_credits: number;
  total_usage: number;
}

export interface Workspace {
  id: string;
  slug?: string | undefined;
  name?: string | undefined;
  /** reserved, whether or not it was configured */
  default_guardrail_id?: string | undefined;
}

/** The calls that the tool makes on an account. The one implementation is in openrouter/client.ts. */
export interface KeysApi {
  getCurrentKey(): Promise<CurrentKey>;
  /** `withinMs`: for what is nice to have; asked once, and it throws when the answer takes longer */
  getCredits(options?: { withinMs?: number }): Promise<Credits>;
  listKeys(options?: { workspace_id?: string | undefined; onPage?: (received: number) => void }): Promise<KeyListing>;
  /** undefined when the service knows no such key */
  getKey(hash: string): Promise<AccountKey | undefined>;
  createKey(wanted: NewKey): Promise<CreateOutcome>;
  updateKey(hash: string, patch: KeyPatch): Promise<ChangeOutcome>;
  /** `always`: even when the workshop is another run's by now */
  deleteKey(hash: string, options?: { always?: true }): Promise<ChangeOutcome>;
  listWorkspaces(): Promise<Workspace[]>;
}
