export type ParsedInstant = { at: Date } | { problem: string };

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const INSTANT = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/** A time in the past: `2026-03-01` (start of the day, UTC), `2026-03-01T18:00Z`, or a span ago: `30m`, `12h`, `7d`, `2w`. */
export function parseInstant(text: string, now: Date): ParsedInstant {
  const trimmed = text.normalize('NFKC').trim();
  const span = /^(\d{1,5})\s?([mhdw])$/i.exec(trimmed);
  if (span) return { at: new Date(now.getTime() - Number(span[1]) * (UNIT_MS[span[2]?.toLowerCase() ?? ''] ?? 0)) };
  const [found, day = '', time = '00:00', seconds = ':00', zone = 'Z'] = INSTANT.exec(trimmed) ?? [];
  const at = new Date(`${day}T${time}${seconds}${zone.toUpperCase()}`);
  // Date turns 30 February into 2 March.
  const exists = new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day) === true;
  if (found !== undefined && exists && !Number.isNaN(at.getTime())) return { at };
  return {
    problem: 'expected a date (2026-03-01), a UTC time (2026-03-01T18:00:00Z) or a span (7d)',
  };
}
