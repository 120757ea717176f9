export type ParsedExpiry = { expires: string; note?: string } | { problem: string; isPast?: true };

/**
 * When a key shall end: `2026-12-31` (the end of that day, UTC), `2026-12-31T18:00Z` or with an offset, `31.12.2026`, or from now on `12h`, `7d`, `2w`.
 * The result is UTC with seconds, `2026-12-31T23:59:59Z`. A time in the past is a problem.
 */
export function parseExpiry(text: string, now: Date): ParsedExpiry {
  const trimmed = text.slice(0, 100).normalize('NFKC').trim();
  const span = spanMs(trimmed, 'hdw');
  const moment = span === undefined ? parseMoment(trimmed) : now.getTime() + span;
  if (moment === undefined)
    return {
      problem: 'it is not a date such as 2026-12-31, a UTC time such as 2026-12-31T18:00:00Z, or a span such as 7d',
    };
  if (!(moment < Date.UTC(10_000, 0))) return { problem: 'it is too far in the future' };
  const expires = `${new Date(moment).toISOString().slice(0, 19)}Z`;
  if (moment <= now.getTime()) return { problem: `it is in the past (${expires})`, isPast: true };
  return { expires };
}

/** Milliseconds of `30m`, `12h`, `7d` or `2w`; undefined when it is no span. `units`: those that can be meant here. */
export function spanMs(text: string, units: string): number | undefined {
  const [, count, letter] = /^(\d{1,5})\s?([a-z])$/i.exec(text) ?? [];
  const unit = letter === undefined || !units.includes(letter.toLowerCase()) ? undefined : letter.toLowerCase();
  const ms = unit === undefined ? undefined : UNIT_MS.get(unit);
  return ms === undefined ? undefined : Number(count) * ms;
}

const UNIT_MS = new Map([
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
  ['w', 604_800_000],
]);

/** Milliseconds since 1970; undefined when it is no date. */
function parseMoment(text: string): number | undefined {
  const local = /^(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?$/.exec(text);
  if (local) return day(Number(local[3]), Number(local[2]), Number(local[1]));
  const iso =
    /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?\s?(Z|UTC|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
  if (!iso) return undefined;
  const [, year, month, date, hours, minutes, seconds = '0', zone = 'Z'] = iso;
  const end = day(Number(year), Number(month), Number(date));
  if (end === undefined || hours === undefined) return end;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const offset = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  const shift = offset ? (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3])) : 0;
  return Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(date),
    Number(hours),
    Number(minutes) - shift,
    Number(seconds),
  );
}

/** The last second of a day, UTC; undefined when there is no such day. */
function day(year: number, month: number, date: number): number | undefined {
  const end = new Date(Date.UTC(year, month - 1, date, 23, 59, 59));
  return end.getUTCMonth() === month - 1 && end.getUTCDate() === date ? end.getTime() : undefined;
}
