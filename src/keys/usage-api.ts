/**
 * What to ask POST /analytics/query for: rows by key, model and UTC day.
 * https://openrouter.ai/docs/api/api-reference/analytics/query-analytics
 */
export interface UsageQuery {
  /** keys, by hash */
  hashes: readonly string[];
  /** first and last UTC day, `YYYY-MM-DD`, both included */
  since: string;
  until: string;
  /** without the metrics that come and go (`byok_usage`, `reasoning_tokens`), after a 400 */
  essentialOnly?: boolean;
}

/** Requests, tokens and money of one key with one model on one UTC day. */
export interface UsageRow {
  /** as the service names the key: its name, not its hash; `(not named)` where it does not */
  key: string;
  /** `YYYY-MM-DD` */
  day: string;
  /** as the service names it: its permanent slug, or a display name */
  model: string;
  /** USD, with what was paid to other providers (BYOK); undefined if the service did not tell */
  cost: number | undefined;
  /** USD of it paid to other providers */
  byok_cost: number;
  /** undefined if the service did not tell */
  requests: number | undefined;
  tokens_prompt: number;
  tokens_completion: number;
  tokens_reasoning: number;
}

/**
 * - rows: what was counted; `unknownHashes` are keys for which the service says that it has no data: not known, which is not zero
 * - too_large: 408, or a warning of unknown keys that names none of them: ask for less
 * - bad_request: 400, a metric or filter that the service does not take
 * - not_offered: 403 or 404, this account has no analytics
 */
export type UsageAnswer =
  | { result: 'rows'; rows: UsageRow[]; truncated: boolean; unknownHashes: string[] }
  | { result: 'too_large' | 'bad_request' | 'not_offered'; reason: string };

/** What one key spent in a period in the name of one user: what requests say in their field `user`. */
export interface UserRow extends Omit<UsageRow, 'day' | 'model'> {
  /** null: the requests had none */
  user: string | null;
}

/** The same as UsageAnswer; periods of more than 31 days are a bad request. */
export type UsersAnswer =
  | { result: 'rows'; rows: UserRow[]; truncated: boolean }
  | { result: 'too_large' | 'bad_request' | 'not_offered'; reason: string };

/**
 * GET /activity: the 30 last completed UTC days of one key; today is missing. A day and model have a row for each provider.
 * not_offered: 400, 403 or 404
 */
export type ActivityAnswer =
  | { result: 'rows'; rows: Omit<UsageRow, 'key'>[] }
  | { result: 'not_offered'; reason: string };

/**
 * Who spent what. All queries of a client share a pace of their own, 60 in any minute: more at once only wait. Throws CliError for failures that would hit every query: 401, no connection,
 * 429 after all retries.
 */
export interface UsageApi {
  /** `withinMs`: for what is nice to have; asked once, and it throws when the answer takes longer */
  queryUsage(query: UsageQuery, options?: { withinMs?: number }): Promise<UsageAnswer>;
  queryUsers(query: UsageQuery): Promise<UsersAnswer>;
  getActivity(hash: string): Promise<ActivityAnswer>;
}
