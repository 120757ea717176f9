/** A key of the sandbox that may spend. */
export interface DemoKey {
  hash: string;
  /** who has the key: one person's keys have one name, and amounts depend on it */
  person: string;
  /** USD that it can still spend; null = unlimited */
  remaining: number | null;
}

/** Requests with one model on one day. */
export interface DemoUse {
  hash: string;
  usd: number;
  model: string;
  requests: number;
  tokens: { prompt: number; completion: number; reasoning: number };
  /** ISO 8601 */
  at: string;
}

export interface DemoPeriod {
  /** the last of them is today, UTC */
  days: number;
  now: Date;
  /** days that are left as they are */
  hasUsage(person: string, day: string): boolean;
}

interface DemoModel {
  slug: string;
  /** USD for a million tokens: prompt, completion */
  price: readonly [number, number];
  reasons: boolean;
}

const MODELS: readonly [DemoModel, ...DemoModel[]] = [
  { slug: 'openai/gpt-6-luna', price: [0.25, 2], reasons: true },
  { slug: 'anthropic/claude-sonnet-5.5', price: [3, 15], reasons: false },
  { slug: 'deepseek/deepseek-v4-flash-0731', price: [0.1, 0.4], reasons: false },
  { slug: 'x-ai/grok-5', price: [2, 10], reasons: true },
  { slug: 'deepseek/deepseek-r1-0528:free', price: [0, 0], reasons: true },
];

const DAY_MS = 86_400_000;
/** Of what a key without a limit counts as its limit, USD. */
const USUAL_LIMIT = 1;
/** Parts of the limit that are spent in all days together. */
const LITTLE = { from: 0.02, to: 0.12 };
const MUCH = 0.9;
const NOT_STARTED = 0.2;

/**
 * A believable class: a fifth has not started, most spend a little and at their own pace, one spends nearly all there is. Pure, and
 * the same for the same people and days.
 */
export function planDemoSpending(keys: readonly DemoKey[], period: DemoPeriod): DemoUse[] {
  const ranked = keys
    .map((key) => ({ key, chance: chanceOf(key.person) }))
    .map((entry) => ({ ...entry, rank: entry.chance() }))
    .sort((one, other) => one.rank - other.rank);
  const idle = Math.floor(ranked.length * NOT_STARTED);
  return ranked.flatMap(({ key, chance }, at) => {
    if (at < idle) return [];
    const isHigh = at === ranked.length - 1;
    const part = isHigh ? MUCH : LITTLE.from * (LITTLE.to / LITTLE.from) ** chance();
    return usesOf(key, part * (key.remaining ?? USUAL_LIMIT), isHigh, period, isHigh ? 0 : chance());
  });
}

function usesOf(key: DemoKey, total: number, isHigh: boolean, period: DemoPeriod, taste: number): DemoUse[] {
  const today = Math.floor(period.now.getTime() / DAY_MS);
  const days = Array.from({ length: period.days }, (_, at) => dayOf(today - period.days + 1 + at));
  const weights: number[] = days.map((day, at) => weightOf(key, day, isHigh, at === days.length - 1));
  // Whoever has started did so at least once.
  if (!weights.some((weight) => weight > 0)) weights[Math.floor(taste * days.length)] = 1;
  const sum = weights.reduce((all, weight) => all + weight, 0);
  return days.flatMap((day, at) => {
    const share = ((weights[at] ?? 0) / sum) * total;
    return share === 0 || period.hasUsage(key.person, day) ? [] : usesOfDay(key, day, share, taste, period.now);
  });
}

/** How much of its spending a key does on a day. Classes are busy from Monday to Friday. */
function weightOf({ person }: DemoKey, day: string, isHigh: boolean, isToday: boolean): number {
  const chance = chanceOf(`${person} ${day}`);
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  const busy = weekday === 0 || weekday === 6 ? 0.25 : 0.75;
  const isActive = chance() < busy || (isHigh && isToday);
  return isActive ? 0.3 + chance() : 0;
}

/** One model, or a second one besides. */
function usesOfDay({ hash, person }: DemoKey, day: string, usd: number, taste: number, now: Date): DemoUse[] {
  const chance = chanceOf(`${day} ${person}`);
  const minute = Math.floor(8 * 60 + chance() * 10 * 60);
  const planned = new Date(Date.parse(`${day}T00:00:00Z`) + minute * 60_000);
  const at = (planned < now ? planned : now).toISOString();
  const first = modelAt(taste);
  const second = modelAt(chance());
  const parts =
    second === first || chance() < 0.5
      ? [{ model: first, usd }]
      : [
          { model: first, usd: usd * 0.7 },
          { model: second, usd: usd * 0.3 },
        ];
  return parts.map((part) => ({ hash, at, ...useOf(part.model, part.usd, chance()) }));
}

/** The first models are the most popular. */
function modelAt(chance: number): DemoModel {
  return MODELS[Math.floor(chance ** 1.5 * MODELS.length)] ?? MODELS[0];
}

/** About three times as much is read as written, in requests of a few hundred tokens. */
function useOf({ slug, price, reasons }: DemoModel, usd: number, chance: number): Omit<DemoUse, 'hash' | 'at'> {
  const [read, written] = price;
  const isFree = written === 0;
  const completion = isFree ? Math.round(500 + 4000 * chance) : Math.ceil((usd * 1e6) / (3 * read + written));
  const prompt = 3 * completion;
  return {
    model: slug,
    usd: Math.round(prompt * read + completion * written) / 1e6,
    requests: Math.max(1, Math.round(completion / (250 + 500 * chance))),
    tokens: { prompt, completion, reasoning: reasons ? Math.round(completion * 0.4) : 0 },
  };
}

function dayOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}

/** Numbers from 0 to 1, always the same for a text: FNV-1a, then mulberry32. */
function chanceOf(text: string): () => number {
  let state = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) state = Math.imul(state ^ byte, 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
