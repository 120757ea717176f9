import * as z from 'zod/mini';
import type { AccountKey, Credits, CurrentKey, Workspace } from '../keys/account-key.ts';
import { redactSecrets } from '../secret.ts';
import { isRecord } from './answer.ts';

// The API gains and loses fields about every week: only what a thing cannot be without is required. Any other field
// of the wrong type counts as absent, and unknown fields are passed over.
const text = () => z.catch(z.optional(shortText()), undefined);
/** A label is masked already; should it ever hold a whole secret, it shall be shown nowhere. */
const maskedText = () => z.catch(z.optional(z.pipe(shortText(), z.transform(redactSecrets))), undefined);
const nullableText = () => z.catch(z.optional(z.nullable(shortText())), undefined);
const flag = () => z.catch(z.optional(z.boolean()), undefined);
const amount = () => z.catch(z.optional(z.number()), undefined);
const nullableAmount = () => z.catch(z.optional(z.nullable(z.number())), undefined);
const reset = () => z.catch(z.optional(z.nullable(z.enum(['daily', 'weekly', 'monthly']))), undefined);

const limits = {
  label: maskedText(),
  limit: nullableAmount(),
  limit_remaining: nullableAmount(),
  limit_reset: reset(),
  usage: amount(),
  expires_at: nullableText(),
  creator_user_id: nullableText(),
  workspace_id: text(),
};

const keyFacts = {
  ...limits,
  disabled: flag(),
  include_byok_in_limit: flag(),
  usage_daily: amount(),
  usage_weekly: amount(),
  usage_monthly: amount(),
  byok_usage: amount(),
  byok_usage_daily: amount(),
  byok_usage_weekly: amount(),
  byok_usage_monthly: amount(),
  created_at: text(),
  updated_at: nullableText(),
  last_used_at: nullableText(),
};

/** A longer one is none: cut short it would be another. */
const id = z.string().check(z.minLength(1), z.maxLength(1000));
const accountKey = z.object({ hash: id, name: shortText(), ...keyFacts });
const keyRemains = z.object({ hash: z.catch(z.optional(id), undefined), name: text(), ...keyFacts });
const currentKey = z.object({
  ...limits,
  is_management_key: flag(),
  is_free_tier: flag(),
  organization_id: nullableText(),
});
const credits = z.object({ total_credits: z.number(), total_usage: z.number() });
const workspace = z.object({ id, slug: text(), name: text(), default_guardrail_id: text() });

/** Each takes the JSON of a whole answer; undefined when it lacks what is required. */
export const readAccountKey = (json: unknown): AccountKey | undefined => parse(accountKey, dataOf(json));
export const readCurrentKey = (json: unknown): CurrentKey | undefined => parse(currentKey, dataOf(json));
export const readCredits = (json: unknown): Credits | undefined => parse(credits, dataOf(json));

/** What can be read of a key in an answer, perhaps nothing. */
export function readKeyFacts(json: unknown): Partial<AccountKey> {
  const { hash, name, ...facts } = parse(keyRemains, dataOf(json)) ?? {};
  return { ...facts, ...(hash === undefined ? {} : { hash }), ...(name === undefined ? {} : { name }) };
}

/** Entries of a list; `undefined` stands for one that cannot be read. undefined when there is no list. */
export const readAccountKeys = (json: unknown) => parseEach(accountKey, json);
export const readWorkspaces = (json: unknown): (Workspace | undefined)[] | undefined => parseEach(workspace, json);

/** How many entries all pages of a list have together, where the service says so. */
export function readTotal(json: unknown): number | undefined {
  return isRecord(json) && typeof json.total_count === 'number' ? json.total_count : undefined;
}

/** Nobody reads more of a name, and a list of long ones would fill the memory. */
function shortText() {
  return z.pipe(z.string(), z.transform(cutShort));
}

const LONGEST_TEXT = 1000;
/** A page has 100 entries; so many are no page. */
const MOST_ENTRIES = 20_000;

function cutShort(text: string): string {
  // Through bytes, because a part of a string keeps the whole of it in memory.
  return text.length <= LONGEST_TEXT ? text : Buffer.from(text.slice(0, LONGEST_TEXT)).toString();
}

function parseEach<T extends object>(schema: z.ZodMiniType<T>, json: unknown): (T | undefined)[] | undefined {
  const data = dataOf(json);
  const isList = Array.isArray(data) && data.length <= MOST_ENTRIES;
  return isList ? data.map((entry) => parse(schema, entry)) : undefined;
}

function parse<T extends object>(schema: z.ZodMiniType<T>, value: unknown): T | undefined {
  const parsed = z.safeParse(schema, value);
  if (!parsed.success) {
    return undefined;
  }
  for (const [name, field] of Object.entries(parsed.data)) {
    if (field === undefined) {
      Reflect.deleteProperty(parsed.data, name);
    }
  }
  return parsed.data;
}

function dataOf(json: unknown): unknown {
  return isRecord(json) ? json.data : undefined;
}
