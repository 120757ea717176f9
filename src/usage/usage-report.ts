import type { LimitReset } from '../keys/account-key.ts';
import type { Participant } from '../roster/participant.ts';

/**
 * Who spent what in a period. Money is USD, with what was paid to other providers (BYOK); days are UTC, `YYYY-MM-DD`.
 * `null` is never zero: it means that nobody knows.
 */
export interface UsageReport {
  prefix: string | null;
  sandbox: boolean;
  /** when the numbers were asked for, ISO 8601 */
  as_of: string;
  /** where they are from: `history` is usage.jsonl alone, `keys` the counters of the key list, without requests and models */
  source: 'analytics' | 'activity' | 'keys' | 'history';
  /** whether nothing is missing */
  complete: boolean;
  period: UsagePeriod;
  /** everyone with a key and everyone in the roster; who spent most comes first */
  people: PersonUsage[];
  /** who spent most comes first */
  models: ModelUsage[];
  /** every day of the period, oldest first */
  days: DayUsage[];
  /** keys of the account that no journal on this computer knows, if they were selected; null if there are none */
  others: Spent | null;
  /** names in the answer that belong to no key of the account; never guessed */
  unmatched: string[];
  totals: UsageTotals;
  notices: UsageNotice[];
  /** sentences for people */
  notes: string[];
}

export interface UsagePeriod {
  since: string;
  until: string;
  time_zone: 'UTC';
  /** whether its last day has ended */
  over: boolean;
}

/** `cost` and `requests` are null where they are not known. */
export interface Spent {
  cost: number | null;
  byok_cost: number;
  requests: number | null;
  tokens_prompt: number;
  tokens_completion: number;
  tokens_reasoning: number;
}

export interface PersonUsage extends Spent {
  /** null: keys that are nobody's, one by one */
  participant: Participant | null;
  /** all keys of this person, also rotated and deleted ones; the present one first */
  keys: { name: string; hash: string; label: string | null; deleted: boolean }[];
  /** of the present key: null = unlimited, undefined = not known */
  limit: number | null | undefined;
  limit_reset: LimitReset;
  limit_remaining: number | null;
  /** the limit where it resets daily */
  daily_limit: number | null;
  last_used_at: string | null;
  disabled: boolean;
  /** has no key any more, or never had one */
  status: 'active' | 'disabled' | 'deleted' | 'no_key';
  tier: string | null;
  /** what was used most comes first */
  models: ModelUsage[];
  /** every day of the period, oldest first; days on which nothing was spent are shared by people */
  days: readonly Readonly<DayUsage>[];
  notices: UsageNotice['code'][];
}

export interface ModelUsage extends Spent {
  model: string;
}

export interface DayUsage {
  day: string;
  /** null: not known */
  cost: number | null;
  requests: number | null;
  /** what this day consists of; `requests` may be left out where only charts are drawn */
  models: { model: string; cost: number; requests?: number | null }[];
}

export interface UsageTotals extends Spent {
  /** people */
  count: number;
  /** people with at least one request or any cost */
  active: number;
  /** the sum of the limits of keys that have one */
  limit: number;
  limit_remaining: number;
  /** keys without a limit */
  unlimited: number;
  /** credit of the account; null if not asked */
  credit_left: number | null;
  /** what the counters of the keys say for this period; null where they cannot be compared */
  reported_by_keys: number | null;
}

/** Unusual spending. A hint, never a reason to act. */
export interface UsageNotice {
  code: 'unusual_class' | 'unusual_own';
  participant: Participant | null;
  /** USD */
  cost: number;
  /** USD: the middle of those who spent, or the person's own highest day before */
  compared_with: number;
  /** people or days compared with */
  count: number;
}
