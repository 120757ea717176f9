import type { LimitReset } from '../keys/account-key.ts';

/**
 * Everything that is known of a workshop's usage, as tables: each row once, and rows name each other by number.
 * Money is USD, days are UTC. null = not known.
 */
export interface UsageTables {
  /** about the whole: `prefix`, `as_of`, … */
  meta: Readonly<Record<string, string>>;
  persons: readonly PersonEntry[];
  keys: readonly KeyEntry[];
  models: readonly { id: number; slug: string }[];
  /** one for each UTC day, key and model */
  days: readonly DayEntry[];
  readings: Iterable<ReadingEntry>;
  notices: Iterable<NoticeEntry>;
}

export interface PersonEntry {
  id: number;
  /** of the roster */
  row: number | null;
  name: string | null;
  surname: string | null;
  email: string | null;
  group: string | null;
  tier: string | null;
}

export interface KeyEntry {
  id: number;
  hash: string;
  name: string;
  /** the id of its person; null = nobody's */
  person: number | null;
  /** `unlimited` has no limit */
  limit: number | 'unlimited' | null;
  limit_reset: LimitReset;
  disabled: boolean | null;
  deleted: boolean;
}

/** A list of values, because there may be a million: day, key, model, then what was counted. */
export type DayEntry = readonly [
  day: string,
  key: number,
  model: number,
  cost: number | null,
  byok_cost: number,
  requests: number | null,
  tokens_prompt: number | null,
  tokens_completion: number | null,
  tokens_reasoning: number | null,
  final: boolean,
];

/** The counters of a key at a time. */
export interface ReadingEntry {
  /** ISO 8601 */
  at: string;
  key: number;
  usage: number | null;
  byok_usage: number | null;
  limit: number | 'unlimited' | null;
  limit_remaining: number | null;
  disabled: boolean | null;
}

/** What was told about a key, or about all of them (null). */
export interface NoticeEntry {
  /** ISO 8601 */
  at: string;
  rule: string;
  key: number | null;
  state: 'raised' | 'cleared';
  value: number | null;
  threshold: number | null;
  /** what was done; null = nothing */
  acted: string | null;
}
