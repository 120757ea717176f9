import * as z from 'zod/mini';
import type { AccountKey, KeyPatch, NewKey } from '../keys/account-key.ts';
import { participantSchema } from '../roster/participant-schema.ts';
import { object } from './compiled-object.ts';

/** The newest journal format that this version reads and writes. */
export const JOURNAL_VERSION = 5;

/**
 * From which version on an entry is known: a journal that gets one says so in its header first. `purged`: secrets may be missing.
 * `group`: a participant may be a group, whose members older versions would pass over. `imported`: a key that orkeys did not create.
 */
export const ENTRY_VERSION = { person: 2, tiers: 3, purged: 3, group: 4, imported: 5 } as const;

/** What a journal is until it needs entries that older versions do not know: they then refuse it in words. */
export const FIRST_VERSION = 1;

const participant = object(participantSchema.shape);
const text = z.string();
const optionalText = z.optional(z.string());
const limitReset = z.nullable(z.enum(['daily', 'weekly', 'monthly']));
const plainCell = z.union([z.string(), z.number(), z.boolean(), z.null(), object({ date: text })]);

/** The body of POST /keys. */
const wanted = object({
  name: text,
  limit: z.nullable(z.number()),
  limit_reset: limitReset,
  expires_at: z.nullable(text),
  include_byok_in_limit: z.boolean(),
  workspace_id: optionalText,
  creator_user_id: optionalText,
} satisfies Record<keyof NewKey, unknown>);

/** The fields of an account key that the journal records. Every field may be missing, because no response may cost a secret. */
const facts = object({
  hash: z.exactOptional(text),
  name: z.exactOptional(text),
  label: z.exactOptional(text),
  disabled: z.exactOptional(z.boolean()),
  limit: z.exactOptional(z.nullable(z.number())),
  limit_remaining: z.exactOptional(z.nullable(z.number())),
  limit_reset: z.exactOptional(limitReset),
  include_byok_in_limit: z.exactOptional(z.boolean()),
  usage: z.exactOptional(z.number()),
  usage_daily: z.exactOptional(z.number()),
  usage_weekly: z.exactOptional(z.number()),
  usage_monthly: z.exactOptional(z.number()),
  byok_usage: z.exactOptional(z.number()),
  created_at: z.exactOptional(text),
  expires_at: z.exactOptional(z.nullable(text)),
  workspace_id: z.exactOptional(text),
  creator_user_id: z.exactOptional(z.nullable(text)),
} satisfies Partial<Record<keyof AccountKey, unknown>>);

const patch = object({
  name: z.exactOptional(text),
  disabled: z.exactOptional(z.boolean()),
  limit: z.exactOptional(z.nullable(z.number())),
  limit_reset: z.exactOptional(limitReset),
  include_byok_in_limit: z.exactOptional(z.boolean()),
} satisfies Record<keyof KeyPatch, unknown>);

/** First line of every journal: the workshop and its account. */
const header = object({
  type: z.literal('journal'),
  version: z.number(),
  at: text,
  prefix: text,
  base_url: text,
  /** the owner of the account, if GET /key reports it: organization or user ID */
  account: optionalText,
  /** version 3: when the secrets that the journal had were last removed from it */
  purged_at: optionalText,
});

const entrySchema = z.discriminatedUnion('type', [
  header,
  /** the roster as orkeys read it, so that keys.xlsx can be rebuilt from the journal alone */
  object({
    type: z.literal('roster'),
    at: text,
    file: text,
    sheet: text,
    participants: z.array(participant),
    table: object({
      header: z.array(text),
      rows: z.array(object({ row: z.number(), cells: z.array(plainCell) })),
    }),
  }),
  /** written before a POST: from here on a key with this tag may exist */
  object({
    type: z.literal('intent'),
    at: text,
    tag: text,
    /** the first tag ever issued for this person, which links all attempts for that person */
    person: text,
    participant: z.nullable(participant),
    wanted,
    /** hash of the key that this one replaces (rotation) */
    replaces: optionalText,
    retire: z.optional(z.enum(['delete', 'disable'])),
  }),
  /** version 3: without `key` once its secret was purged */
  object({ type: z.literal('created'), at: text, tag: text, key: optionalText, facts }),
  /**
   * version 5: a key that was made elsewhere, with its secret, in one line: an intent without its secret would be taken for an orphan, and
   * its key deleted. `person` as in an intent; `key` is missing once it was purged
   */
  object({
    type: z.literal('imported'),
    at: text,
    tag: text,
    person: text,
    participant: z.nullable(participant),
    key: optionalText,
    facts,
  }),
  /** OpenRouter did not create it; `refused` = it refused this key in particular */
  object({
    type: z.literal('not_created'),
    at: text,
    tag: text,
    refused: z.boolean(),
    reason: text,
    status: z.optional(z.number()),
  }),
  object({ type: z.literal('unresolved'), at: text, tag: text, reason: text }),
  /** not in two complete key lists, a few seconds apart; later runs still check for the tag */
  object({ type: z.literal('absent'), at: text, tag: text }),
  /** an orphaned key was deleted or disabled */
  object({
    type: z.literal('orphan'),
    at: text,
    tag: text,
    hash: text,
    how: z.enum(['deleted', 'disabled']),
    usage: z.optional(z.number()),
  }),
  /** what a key list reported about a held key whose response was cut off before the hash */
  object({ type: z.literal('located'), at: text, tag: text, facts }),
  /**
   * written before a PATCH or DELETE; `before` is the key as it was. All `size` lines of a `batch` are written before
   * the first request, so that the next run after a crash finishes the same changes instead of planning new ones
   */
  object({
    type: z.literal('change'),
    at: text,
    hash: text,
    name: text,
    action: z.enum(['update', 'delete']),
    reason: z.enum(['update', 'revoke', 'retire']),
    /** disabled by a watch, not by hand; older versions pass it over */
    by: z.optional(z.literal('watch')),
    patch: z.optional(patch),
    before: facts,
    batch: z.optional(object({ id: text, size: z.number() })),
  }),
  object({
    type: z.literal('changed'),
    at: text,
    hash: text,
    action: z.enum(['update', 'delete']),
    reason: z.enum(['update', 'revoke', 'retire']),
    result: z.enum(['done', 'gone', 'refused', 'unresolved']),
    message: optionalText,
    after: z.optional(facts),
  }),
  /** the run that wrote the batches before this line reported their outcome */
  object({ type: z.literal('reported'), at: text }),
  /** the key is no longer on the account, and it was not orkeys that deleted it */
  object({ type: z.literal('gone'), at: text, hash: text }),
  /** a damaged line named this tag; the next run checks the account for its outcome */
  object({ type: z.literal('damaged'), at: text, tag: text }),
  /** version 2: who a person is now, where an address was corrected */
  object({ type: z.literal('person'), at: text, person: text, participant }),
  /** version 3: the tiers that were applied; `models` null = every model, which needs no guardrail */
  object({
    type: z.literal('tiers'),
    at: text,
    tiers: z.array(
      object({
        name: text,
        models: z.nullable(z.array(text)),
        limit: z.exactOptional(z.nullable(z.number())),
        limit_reset: z.exactOptional(limitReset),
      }),
    ),
    default: z.exactOptional(text),
  }),
  /** version 3: written before a POST: from here on a guardrail of this name may exist */
  object({
    type: z.literal('guardrail'),
    at: text,
    tag: text,
    tier: text,
    name: text,
    models: z.array(text),
    workspace_id: optionalText,
  }),
  object({ type: z.literal('guardrail_made'), at: text, tag: text, id: text }),
  /** refused, or not in two lists, a few seconds apart */
  object({ type: z.literal('guardrail_not_made'), at: text, tag: text, reason: text }),
  /** version 3: written before a request that changes, deletes, assigns or unassigns; each may be repeated */
  object({
    type: z.literal('guardrail_change'),
    at: text,
    id: text,
    action: z.enum(['update', 'delete', 'bind', 'unbind']),
    models: z.optional(z.array(text)),
    hashes: z.optional(z.array(text)),
  }),
  object({
    type: z.literal('guardrail_changed'),
    at: text,
    id: text,
    action: z.enum(['update', 'delete', 'bind', 'unbind']),
    result: z.enum(['done', 'gone', 'refused', 'unresolved']),
    models: z.optional(z.array(text)),
    message: optionalText,
  }),
]);

export type JournalEntry = z.infer<typeof entrySchema>;
export type JournalHeader = z.infer<typeof header>;
export type RosterEntry = Extract<JournalEntry, { type: 'roster' }>;
export type IntentEntry = Extract<JournalEntry, { type: 'intent' }>;
export type KeyFacts = z.infer<typeof facts>;

/** The JSON of a journal line as an entry, or undefined if it is not one. */
export function parseJournalEntry(value: unknown): JournalEntry | undefined {
  const parsed = entrySchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

/** The recorded fields of a key, from what OpenRouter reported. */
export function toKeyFacts(key: Partial<AccountKey>): KeyFacts {
  const reported = Object.fromEntries(Object.entries(key).filter(([, value]) => value !== undefined));
  const kept = z.safeParse(facts, reported);
  return kept.success ? kept.data : {};
}
