import type { UsageAnswer, UsageQuery, UsageRow } from '../keys/usage-api.ts';
import { addDays, daysBetween, daysOf } from './period.ts';
import { sumOf } from './spent.ts';
import type { DayCount, ModelCount } from './usage-history.ts';

/** A key to ask about. */
export interface AskedKey {
  hash: string;
  name: string;
}

export interface UsageWish {
  keys: readonly AskedKey[];
  /** UTC days, both included */
  since: string;
  until: string;
  /** days up to here are not counted late any more */
  finalUntil: string;
  /** no rows are expected before; `since` by default */
  rowsSince?: string;
}

export interface AskTools {
  ask(query: UsageQuery): Promise<UsageAnswer>;
  /** every key of the account and every key that was asked for: rows tell a name only */
  names: readonly AskedKey[];
  /** lists the account once more, for names that nobody knows: a key may have been renamed meanwhile */
  listAgain(): Promise<readonly AskedKey[]>;
  /** queries at the same time; their pace is the client's */
  parallel: number;
  onAnswer?(asked: number): void;
}

/** What the service counted, by hash and day. What is missing was asked for and is not known. */
export interface Counted {
  days: Map<string, Map<string, DayCount>>;
  /** names in the answers that belong to no key that was asked for */
  unmatched: string[];
  /** why this account has no such data; what came before is in `days` */
  notOffered: string | undefined;
}

/** No answer has more rows, and there is no next page. */
const MOST_ROWS = 10_000;
/** Models that a key uses on a day, generously. */
const MODELS = 8;
/** A filter of so many hashes has 33 kB. */
const MOST_KEYS = 500;

/**
 * Asks for every key and day, in as few queries as fit. What is too much is asked again in halves: keys first, then days. A single
 * key and day that is still too much is not known.
 */
export async function askUsage(wishes: readonly UsageWish[], tools: AskTools): Promise<Counted> {
  const state: Asking = {
    counted: { days: new Map(), unmatched: [], notOffered: undefined },
    tools,
    essentialOnly: false,
    answers: 0,
    renamed: undefined,
    byName: uniqueNames(tools.names),
  };
  const pieces = wishes.flatMap((wish) => chunks(wish, state.byName));
  await inParallel(pieces, tools.parallel, (piece) => askPiece(piece, state));
  return state.counted;
}

/** The number of keys that one query asks for. */
export function keysAtOnce(since: string, until: string): number {
  return Math.min(MOST_KEYS, Math.max(1, Math.floor(MOST_ROWS / ((daysBetween(since, until) + 1) * MODELS))));
}

interface Asking {
  counted: Counted;
  tools: AskTools;
  /** the service does not take the metrics that come and go */
  essentialOnly: boolean;
  answers: number;
  renamed: Promise<Map<string, string>> | undefined;
  /** hashes by name, of names that only one key has */
  byName: ReadonlyMap<string, string>;
}

/** Hashes by name, of names that only one key has. */
export function uniqueNames(keys: readonly AskedKey[]): Map<string, string> {
  const names = new Map<string, string | undefined>();
  for (const { name, hash } of keys) {
    const before = names.get(name);
    names.set(name, names.has(name) && before !== hash ? undefined : hash);
  }
  return new Map([...names].flatMap(([name, hash]) => (hash === undefined ? [] : [[name, hash] as const])));
}

/** Keys that share their name with another are asked one by one: then the rows can only be theirs. */
function chunks(wish: UsageWish, byName: ReadonlyMap<string, string>): UsageWish[] {
  const size = keysAtOnce(wish.rowsSince ?? wish.since, wish.until);
  const unique = wish.keys.filter(({ name, hash }) => byName.get(name) === hash);
  const others = wish.keys.filter(({ name, hash }) => byName.get(name) !== hash);
  const pieces = Array.from({ length: Math.ceil(unique.length / size) }, (_, at) => ({
    ...wish,
    keys: unique.slice(at * size, (at + 1) * size),
  }));
  return [...pieces, ...others.map((key) => ({ ...wish, keys: [key] }))];
}

async function askPiece(wish: UsageWish, state: Asking): Promise<void> {
  const { counted, tools } = state;
  if (counted.notOffered !== undefined) return;
  const { keys, since, until } = wish;
  const essentialOnly = state.essentialOnly;
  const answer = await tools.ask({
    hashes: keys.map(({ hash }) => hash),
    since,
    until,
    ...(essentialOnly ? { essentialOnly } : {}),
  });
  switch (answer.result) {
    case 'rows':
      if (answer.truncated) return askHalves(wish, state, 'the answer is too long');
      state.answers += 1;
      await take(wish, answer, state);
      tools.onAnswer?.(keys.length);
      return;
    case 'bad_request':
      if (essentialOnly) return askHalves(wish, state, answer.reason);
      state.essentialOnly = true;
      return askPiece(wish, state);
    case 'too_large':
      return askHalves(wish, state, answer.reason);
    case 'not_offered':
      counted.notOffered ??= answer.reason;
  }
}

async function askHalves(wish: UsageWish, state: Asking, reason: string): Promise<void> {
  const { keys, since, until } = wish;
  if (keys.length > 1) {
    const middle = Math.ceil(keys.length / 2);
    await askPiece({ ...wish, keys: keys.slice(0, middle) }, state);
    return askPiece({ ...wish, keys: keys.slice(middle) }, state);
  }
  if (since < until) {
    const middle = addDays(since, Math.floor(daysBetween(since, until) / 2));
    await askPiece({ ...wish, until: middle }, state);
    return askPiece({ ...wish, since: addDays(middle, 1) }, state);
  }
  // Not even one key and one day, and nothing before: the service does not answer at all.
  if (state.answers === 0) state.counted.notOffered ??= reason;
}

async function take(
  wish: UsageWish,
  { rows, unknownHashes }: Extract<UsageAnswer, { result: 'rows' }>,
  state: Asking,
): Promise<void> {
  const { counted } = state;
  const asked = new Set(wish.keys.map(({ hash }) => hash));
  const found = new Map<string, Map<string, ModelCount[]>>();
  let strangers = 0;
  for (const row of rows) {
    const hash = hashOfRow(row, wish.keys, asked, state.byName) ?? (await renamedHash(row, asked, state));
    if (hash !== undefined) add(found, hash, row);
    else {
      strangers += 1;
      if (!counted.unmatched.includes(row.key)) counted.unmatched.push(row.key);
    }
  }
  const unknown = new Set(unknownHashes);
  const each = daysOf(wish);
  for (const { hash } of wish.keys) {
    if (unknown.has(hash)) continue;
    const days = counted.days.get(hash) ?? new Map<string, DayCount>();
    counted.days.set(hash, days);
    const own = found.get(hash);
    for (const day of each) {
      const rows = own?.get(day) ?? NOTHING;
      // With rows that are nobody's, the others are shown, but asked for again.
      days.set(day, { final: day <= wish.finalUntil && strangers === 0, source: 'analytics', rows });
    }
  }
}

function hashOfRow(
  { key }: UsageRow,
  [only, another]: readonly AskedKey[],
  asked: ReadonlySet<string>,
  byName: ReadonlyMap<string, string>,
): string | undefined {
  if (another === undefined && only?.name === key) return only.hash;
  const hash = byName.get(key);
  return hash !== undefined && asked.has(hash) ? hash : undefined;
}

async function renamedHash({ key }: UsageRow, asked: ReadonlySet<string>, state: Asking): Promise<string | undefined> {
  state.renamed ??= state.tools.listAgain().then(uniqueNames);
  const renamed = (await state.renamed).get(key);
  return renamed !== undefined && asked.has(renamed) ? renamed : undefined;
}

/** Most keys spend nothing on most days. */
const NOTHING: readonly ModelCount[] = [];

/** One model may come in several rows. */
function add(found: Map<string, Map<string, ModelCount[]>>, hash: string, row: UsageRow): void {
  const days = found.get(hash) ?? new Map<string, ModelCount[]>();
  found.set(hash, days);
  const counts = days.get(row.day) ?? [];
  days.set(row.day, counts);
  const { model, cost = null, requests = null, byok_cost, tokens_prompt, tokens_completion, tokens_reasoning } = row;
  const count = { model, cost, byok_cost, requests, tokens_prompt, tokens_completion, tokens_reasoning };
  const at = counts.findIndex((before) => before.model === model);
  const before = counts[at];
  if (before === undefined) counts.push(count);
  else counts[at] = { model, ...sumOf([before, count]) };
}

async function inParallel<T>(items: readonly T[], most: number, work: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async () => {
    for (let at = next++; at < items.length; at = next++) {
      const item = items[at];
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, lane));
}
