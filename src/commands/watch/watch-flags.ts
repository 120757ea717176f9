import { usageError } from '../../errors.ts';
import { parseInstant } from '../../keys/instant.ts';
import { parseThreshold } from '../../keys/spending.ts';
import { parseExpiry } from '../../roster/expires.ts';
import { canDisable, type WatchRule } from '../../usage/watch-rules.ts';

/** The options of a watch, as typed. */
export interface TypedWatch {
  over?: string[] | undefined;
  perHour?: string | undefined;
  perDay?: string | undefined;
  totalOver?: string | undefined;
  since?: string | undefined;
  creditUnder?: string | undefined;
  unusual?: true | undefined;
  disable?: true | undefined;
  every: string;
  until?: string | undefined;
}

export interface WatchSettings {
  rules: WatchRule[];
  /** ms between two readings */
  everyMs: number;
  /** when the watch ends; undefined = never */
  until: Date | undefined;
  /** since when `--total-over` counts, ms since the epoch; undefined = over the lives of the keys */
  totalSince: number | undefined;
}

/** Throws usage errors for values that cannot be read. */
export function readWatchFlags(typed: TypedWatch, now: Date): WatchSettings {
  const { perHour, perDay, totalOver, creditUnder, since } = typed;
  const rules: WatchRule[] = (typed.over ?? []).map((text) => ({ rule: 'over', threshold: readOver(text) }));
  if (perHour !== undefined) rules.push({ rule: 'per_hour', usd: readUsd('--per-hour', perHour) });
  if (perDay !== undefined) rules.push({ rule: 'per_day', usd: readUsd('--per-day', perDay) });
  if (totalOver !== undefined) rules.push({ rule: 'total_over', usd: readUsd('--total-over', totalOver) });
  if (creditUnder !== undefined) rules.push({ rule: 'credit_under', usd: readUsd('--credit-under', creditUnder) });
  if (typed.unusual) rules.push({ rule: 'unusual' });
  if (since !== undefined && totalOver === undefined) {
    throw usageError('contradiction', '--since says since when --total-over counts, which is missing.', {
      hint: 'Add --total-over, for example: --total-over 40',
    });
  }
  if (typed.disable && rules.length > 0 && !rules.some(canDisable)) {
    throw usageError('contradiction', '--disable would disable nothing: --credit-under and --unusual only tell.', {
      hint: 'Remove --disable, or add a rule that disables keys, for example: --over 100%',
    });
  }
  return {
    rules: rules.length > 0 ? rules : USUAL_RULES,
    everyMs: readEvery(typed.every),
    until: typed.until === undefined ? undefined : readUntil(typed.until, now),
    totalSince: since === undefined ? undefined : readSince(since, now),
  };
}

const USUAL_RULES: WatchRule[] = [
  { rule: 'over', threshold: { share: 0.8 } },
  { rule: 'over', threshold: { share: 1 } },
];

function readOver(text: string) {
  const threshold = parseThreshold(text);
  if (threshold) return threshold;
  throw usageError('bad_over', `Invalid --over ${text}: expected US dollars or a percentage.`, {
    hint: 'For example: --over 0.80 (dollars) or --over 80% (of the limit)',
  });
}

function readUsd(flag: string, text: string): number {
  const amount = parseThreshold(text);
  if (amount && 'usd' in amount && amount.usd > 0) return amount.usd;
  throw usageError('bad_over', `Invalid ${flag} ${text}: expected US dollars above 0.`, {
    hint: `For example: ${flag} 0.50`,
  });
}

const UNIT_MS = { s: 1000, m: 60_000, h: 3_600_000 } as const;

function readEvery(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,4})\s?([smh])$/i.exec(text.trim()) ?? [];
  const found = unit.toLowerCase();
  const ms = found === 's' || found === 'm' || found === 'h' ? Number(number) * UNIT_MS[found] : 0;
  if (ms >= 10_000 && ms <= 3_600_000) return ms;
  throw usageError('bad_flag', `Invalid --every ${text}: expected 10s to 1h.`, { hint: 'For example: --every 60s' });
}

function readUntil(text: string, now: Date): Date {
  const parsed = parseExpiry(text, now);
  if ('expires' in parsed) return new Date(parsed.expires);
  throw usageError('bad_time', `Invalid --until ${text}: ${parsed.problem}.`, {
    hint: 'For example: --until 8h, or --until 2026-03-02T18:00Z',
  });
}

function readSince(text: string, now: Date): number {
  const parsed = parseInstant(text, now);
  if ('at' in parsed) return parsed.at.getTime();
  throw usageError('bad_time', `Invalid --since ${text}: ${parsed.problem}.`, {
    hint: 'For example: --since 2026-03-01',
  });
}
