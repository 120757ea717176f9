import { spanMs } from '../roster/expires.ts';

export type ParsedInstant = { at: Date } | { problem: string };

const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** A time in the past: `2026-03-01` (start of the day, UTC), `2026-03-01T18:00Z`, or a span ago: `30m`, `12h`, `7d`, `2w`. */
export function parseInstant(text: string, now: Date): ParsedInstant {
  const trimmed = text.normalize('NFKC').trim();
  const span = spanMs(trimmed, 'mhdw');
  if (span !== undefined) return { at: new Date(now.getTime() - span) };
  const [found, day = '', time = '00:00', seconds = ':00', zone = 'Z'] = INSTANT.exec(trimmed) ?? [];
  const at = new Date(`${day}T${time}${seconds}${zone.toUpperCase()}`);
  // Date turns 30 February into 2 March.
  const exists = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
  if (found !== undefined && exists && !Number.isNaN(at.getTime())) return { at };
  return {
    problem: 'expected a date (2026-03-01), a UTC time (2026-03-01T18:00:00Z) or a span (7d)',
  };
}

/** Whether two times are one, however they are written. */
export function isSameInstant(one: string | null, other: string | null): boolean {
  const at = instantOf(one);
  return one === other || (at !== undefined && at === instantOf(other));
}

/** Milliseconds since 1970 of a time that the service or the journal tells; undefined when there is none, or it is no time. */
export function instantOf(text: string | null | undefined): number | undefined {
  const at = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}
