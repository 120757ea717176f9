import { badRequest } from './api-error.ts';
import { fieldsOf } from './key-input.ts';

/** Requests of one key, as one sum. Fields that are missing in files from before usage was kept have no use beside the amount. */
export interface Use {
  model?: string;
  requests?: number;
  /** prompt, completion, and of that reasoning */
  tokens?: [number, number, number];
  /** the `user` of the requests: in whose name they were sent */
  user?: string;
}

/** What one key used on one UTC day with one model in one user's name. */
export interface UsageSum {
  hash: string;
  /** `YYYY-MM-DD` */
  day: string;
  model: string;
  user: string | null;
  usd: number;
  requests: number;
  prompt: number;
  completion: number;
  reasoning: number;
}

/** Sums by key hash, then by day, model and user. */
export type UsageSums = Map<string, Map<string, UsageSum>>;

const DEFAULT_MODEL = 'openai/gpt-4.1-2025-04-14';

/** @param time milliseconds since the epoch */
export function recordUse(sums: UsageSums, hash: string, usd: number, time: number, use: Use): void {
  const { model = DEFAULT_MODEL, requests = 1, tokens = [0, 0, 0], user = null } = use;
  const [prompt, completion, reasoning] = tokens;
  addSum(sums, { hash, day: dayOf(time), model, user, usd, requests, prompt, completion, reasoning });
}

export function usageSums(stored: readonly UsageSum[] = []): UsageSums {
  const sums: UsageSums = new Map();
  for (const sum of stored) addSum(sums, sum);
  return sums;
}

export function plainSums(sums: UsageSums): UsageSum[] {
  return [...sums.values()].flatMap((ofKey) => [...ofKey.values()]);
}

/** @param time milliseconds since the epoch */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/**
 * What `POST /sandbox/spend` says was spent with a key: `usd`, `model`, `requests`, `tokens {prompt, completion, reasoning}`, `user`, and
 * `at`, an ISO 8601 time. Throws ApiError 400.
 */
export function parseSpending(body: unknown, now: number): Use & { usd: number; time: number } {
  const { usd, model, requests, tokens, user, at } = fieldsOf(body);
  if (typeof usd !== 'number' || !Number.isFinite(usd) || usd < 0)
    throw badRequest('usd must be a number of at least 0');
  const use: Use = {};
  if (model !== undefined) use.model = textOf(model, 'model');
  if (user !== undefined) use.user = textOf(user, 'user');
  if (requests !== undefined) use.requests = countOf(requests, 'requests');
  if (tokens !== undefined) {
    const { prompt = 0, completion = 0, reasoning = 0 } = fieldsOf(tokens);
    use.tokens = [
      countOf(prompt, 'tokens.prompt'),
      countOf(completion, 'tokens.completion'),
      countOf(reasoning, 'tokens.reasoning'),
    ];
  }
  return { usd, time: timeOf(at, now), ...use };
}

function addSum(sums: UsageSums, added: UsageSum): void {
  const ofKey = sums.get(added.hash) ?? new Map<string, UsageSum>();
  sums.set(added.hash, ofKey);
  const id = JSON.stringify([added.day, added.model, added.user]);
  const before = ofKey.get(id);
  ofKey.set(id, before === undefined ? added : sumOf(before, added));
}

/** Of two with the same heads. */
export function sumOf(one: UsageSum, other: UsageSum): UsageSum {
  return {
    ...one,
    usd: one.usd + other.usd,
    requests: one.requests + other.requests,
    prompt: one.prompt + other.prompt,
    completion: one.completion + other.completion,
    reasoning: one.reasoning + other.reasoning,
  };
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= 512) return value;
  throw badRequest(`${name} must be 1 to 512 characters`);
}

function countOf(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw badRequest(`${name} must be a whole number of at least 0`);
}

function timeOf(at: unknown, now: number): number {
  if (at === undefined) return now;
  const time = typeof at === 'string' && /^\d{4}-\d\d-\d\dT/.test(at) ? Date.parse(at) : Number.NaN;
  if (time <= now) return time;
  throw badRequest('at must be an ISO 8601 time that is not in the future');
}
