import * as z from 'zod/mini';

/** The newest format of usage.jsonl that this version reads and writes. */
export const USAGE_VERSION = 1;

/**
 * A key's requests with one model on one day, by the numbers of both:
 * `[key, model, cost, byok, requests, prompt, completion, reasoning]`. Money is USD; null is not known.
 */
export type RecordedRow = [
  key: number,
  model: number,
  cost: number | null,
  byok: number,
  requests: number | null,
  prompt: number,
  completion: number,
  reasoning: number,
];

/** `[key, usage, byok, limit, remaining, disabled]`; a limit of null is unlimited, '?' is not known. */
export type RecordedReading = [
  key: number,
  usage: number | null,
  byok: number | null,
  limit: number | null | '?',
  remaining: number | null,
  disabled: boolean | null,
];

/** `[key, hash, name, person]`; the person is the first tag ever issued for them, as in the journal. */
export type RecordedKey = [key: number, hash: string, name: string, person: string | null];

const text = z.string();

const entrySchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('usage'),
    at: text,
    version: z.number(),
    prefix: text,
    base_url: text,
    account: z.optional(text),
  }),
  /** keys that had no number yet */
  z.object({ type: z.literal('keys'), at: text, keys: z.custom<RecordedKey[]>(listOf(isKey)) }),
  /** What was counted on a UTC day. The last line wins for each day and key that was asked; such a key without a row spent nothing. */
  z.object({
    type: z.literal('day'),
    at: text,
    day: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/)),
    /** nothing is counted late any more */
    final: z.boolean(),
    source: z.enum(['analytics', 'activity']),
    models: z.array(text),
    rows: z.custom<RecordedRow[]>(listOf(isRow)),
    /** numbers of keys; `all`: every key that has a number by now */
    asked: z.union([z.literal('all'), z.array(z.number())]),
  }),
  /** the counters of keys that changed since the last reading */
  z.object({
    type: z.literal('reading'),
    at: text,
    rows: z.custom<RecordedReading[]>(listOf(isReading)),
    /** set by a watch, which reads all its keys at once: when, by the clock of the service */
    watched_at: z.optional(text),
  }),
  /** what was told about a key, or about all of them (null), so that it is told once */
  z.object({
    type: z.literal('notice'),
    at: text,
    rule: text,
    n: z.nullable(z.number()),
    window: text,
    state: z.enum(['raised', 'cleared']),
    value: z.number(),
    threshold: z.number(),
    /** the key was disabled because of it */
    acted: z.optional(z.literal(true)),
  }),
]);

export type UsageEntry = z.infer<typeof entrySchema>;

/** An entry of usage.jsonl; undefined for what is none. */
export function parseUsageEntry(value: unknown): UsageEntry | undefined {
  const { success, data } = entrySchema.safeParse(value);
  return success ? data : undefined;
}

// Hundreds of thousands of rows: checked by hand, because a schema for each takes ten times as long.
function listOf(isEach: (value: unknown) => boolean) {
  return (value: unknown) => Array.isArray(value) && value.every(isEach);
}

function isKey(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 4) return false;
  const [n, hash, name, person]: unknown[] = value;
  const isText = typeof hash === 'string' && typeof name === 'string';
  return Number.isInteger(n) && isText && (person === null || typeof person === 'string');
}

function isRow(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 8) return false;
  // By position: taking apart hundreds of thousands of arrays makes as many iterators.
  const row: readonly unknown[] = value;
  return (
    Number.isInteger(row[0]) &&
    Number.isInteger(row[1]) &&
    isNumberOrNull(row[2]) &&
    isNumber(row[3]) &&
    isNumberOrNull(row[4]) &&
    isNumber(row[5]) &&
    isNumber(row[6]) &&
    isNumber(row[7])
  );
}

function isReading(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 6) return false;
  const [n, usage, byok, limit, remaining, disabled]: unknown[] = value;
  return (
    Number.isInteger(n) &&
    [usage, byok, remaining].every(isNumberOrNull) &&
    (limit === '?' || isNumberOrNull(limit)) &&
    (disabled === null || typeof disabled === 'boolean')
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || isNumber(value);
}
