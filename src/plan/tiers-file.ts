import * as z from 'zod/mini';
import type { Issue } from '../errors.ts';
import type { LimitReset } from '../keys/account-key.ts';

/** A tier as its file says, with what it takes over from the one that it extends. */
export interface TierTerms {
  name: string;
  /** IDs as typed; null = every model */
  models: readonly string[] | null;
  /** USD, null = unlimited; absent = the run's default */
  limit?: number | null | undefined;
  limit_reset?: LimitReset | undefined;
}

export interface TiersFile {
  tiers: TierTerms[];
  /** the tier of participants whose roster names none */
  default: string | undefined;
}

const NAME = z
  .string()
  .check(
    z.refine(
      (name) => name === name.trim() && name !== '' && name.length <= 50 && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(name),
      'a tier name has 1 to 50 characters, without spaces at its ends',
    ),
  );
const tier = z.strictObject({
  extends: z.optional(z.string('extends is the name of a tier')),
  models: z.optional(
    z.union(
      [z.literal('any'), z.array(z.string().check(z.minLength(1, 'a model ID is empty')))],
      'models is a list of model IDs, or "any"',
    ),
  ),
  limit: z.optional(
    z.nullable(
      z
        .number('limit is an amount in US dollars, or null for no limit')
        .check(z.nonnegative('limit is 0 or more, in US dollars')),
    ),
  ),
  limit_reset: z.optional(
    z.nullable(z.enum(['daily', 'weekly', 'monthly'], 'limit_reset is "daily", "weekly", "monthly" or null')),
  ),
});
const file = z.strictObject({
  version: z.literal(1, 'version is 1'),
  default: z.optional(z.string('default is the name of a tier')),
  tiers: z.record(NAME, tier, 'tiers is an object with a name and a tier each'),
});
type TierEntry = z.infer<typeof tier>;

/** Reads the JSON of a tiers file. All that is wrong with it is told at once. */
export function parseTiersFile(text: string): TiersFile | { problems: Issue[] } {
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return { problems: [problem(`not valid JSON: ${error instanceof Error ? error.message : 'unknown error'}`)] };
  }
  const parsed = file.safeParse(json);
  if (!parsed.success) return { problems: parsed.error.issues.map(issueOf) };
  const entries = new Map(Object.entries(parsed.data.tiers));
  const problems = [...problemsOfNames(entries), ...problemsOfDefault(parsed.data.default, entries)];
  const tiers: TierTerms[] = [];
  for (const name of entries.keys()) {
    const chain = chainOf(name, entries);
    if ('why' in chain) problems.push(problem(chain.why, name));
    else tiers.push(joined(name, chain.parts, problems));
  }
  if (entries.size === 0) problems.push(problem('there is no tier in it'));
  const wanted = parsed.data.default;
  return problems.length > 0
    ? { problems }
    : { tiers, default: wanted === undefined ? undefined : nameIn(wanted, entries) };
}

/** Rosters are typed by hand: `Pro ` is `pro`. */
export function foldTier(name: string): string {
  return name.normalize('NFC').replaceAll(/\s+/gu, ' ').trim().toLowerCase();
}

/** The same name in another spelling of its letters would be two tiers for a roster. */
function problemsOfNames(entries: ReadonlyMap<string, TierEntry>): Issue[] {
  const first = new Map<string, string>();
  return [...entries.keys()].flatMap((name) => {
    const other = first.get(foldTier(name));
    first.set(foldTier(name), name);
    return other === undefined ? [] : [problem(`has the same name as ${other}: case does not matter`, name)];
  });
}

function problemsOfDefault(wanted: string | undefined, entries: ReadonlyMap<string, TierEntry>): Issue[] {
  return wanted === undefined || nameIn(wanted, entries) !== undefined
    ? []
    : [problem(`default is ${wanted}, and there is no such tier`)];
}

function nameIn(name: string, entries: ReadonlyMap<string, TierEntry>): string | undefined {
  return [...entries.keys()].find((each) => foldTier(each) === foldTier(name));
}

/** The tier and those that it extends, itself last. */
function chainOf(name: string, entries: ReadonlyMap<string, TierEntry>): { parts: TierEntry[] } | { why: string } {
  const parts: TierEntry[] = [];
  const way: string[] = [];
  for (let at: string | undefined = name; at !== undefined; ) {
    const entry = entries.get(at);
    if (!entry) return { why: `extends ${at}, and there is no such tier` };
    if (way.includes(at)) return { why: `extends itself: ${[...way, at].join(' → ')}` };
    way.push(at);
    parts.unshift(entry);
    at = entry.extends === undefined ? undefined : (nameIn(entry.extends, entries) ?? entry.extends);
  }
  return { parts };
}

function joined(name: string, parts: readonly TierEntry[], problems: Issue[]): TierTerms {
  const lists = parts.flatMap(({ models }) => (models === undefined ? [] : [models]));
  // An empty list at OpenRouter would not mean "nothing".
  if (lists.length === 0) problems.push(problem('has no models: list them, or write "models": "any"', name));
  else if (lists.every((list) => list.length === 0)) problems.push(problem('has an empty list of models', name));
  const models = lists.includes('any') ? null : lists.flatMap((list) => (list === 'any' ? [] : list));
  const last = <K extends 'limit' | 'limit_reset'>(field: K) =>
    parts.findLast((part) => part[field] !== undefined)?.[field];
  return { name, models, limit: last('limit'), limit_reset: last('limit_reset') };
}

function issueOf({ code, message, path, ...more }: z.core.$ZodIssue): Issue {
  const [first, name, ...rest] = path.map(String);
  const where = first === 'tiers' ? name : undefined;
  if (code === 'unrecognized_keys' && 'keys' in more) {
    return problem(`has unknown ${more.keys.length === 1 ? 'field' : 'fields'} ${more.keys.join(', ')}`, where);
  }
  const missing = message.startsWith('Invalid input') && rest.length === 0 && first === undefined;
  return problem(missing ? 'is not an object with version and tiers' : message, where);
}

function problem(message: string, tierName?: string): Issue {
  return { code: 'bad_tier', message: tierName === undefined ? message : `tier ${tierName}: ${message}` };
}
