import { z } from 'zod';

// Strict: a field that the documentation does not name makes a test fail.
const usd = z.number();
const limit = usd.nullable();
const reset = z.enum(['daily', 'weekly', 'monthly']).nullable();
const person = { name: z.string(), surname: z.string(), emails: z.array(z.string()) };
const participant = z.strictObject({ ...person, group: z.string().nullable(), id: z.string().nullable() }).nullable();
const issue = z.looseObject({ code: z.string(), message: z.string() });

const accountKey = {
  hash: z.string(),
  name: z.string(),
  label: z.string().optional(),
  disabled: z.boolean().optional(),
  limit: limit.optional(),
  limit_remaining: limit.optional(),
  limit_reset: reset.optional(),
  include_byok_in_limit: z.boolean().optional(),
  usage: usd.optional(),
  usage_daily: usd.optional(),
  usage_weekly: usd.optional(),
  usage_monthly: usd.optional(),
  byok_usage: usd.optional(),
  created_at: z.string().optional(),
  updated_at: z.string().nullable().optional(),
  expires_at: z.string().nullable().optional(),
  last_used_at: z.string().nullable().optional(),
  creator_user_id: z.string().nullable().optional(),
  workspace_id: z.string().optional(),
};
const status = z.enum(['active', 'disabled', 'expired']);

/** What each command prints with `--json`, by the command's words. */
export const JSON_SHAPES = {
  list: z.strictObject({
    version: z.literal(1),
    complete: z.boolean(),
    keys: z.array(z.strictObject({ ...accountKey, status, participant })),
    totals: z.strictObject({ count: z.int(), limit: usd, unlimited: z.int(), usage: usd, limit_remaining: usd }),
  }),
  show: z.strictObject({
    version: z.literal(1),
    key: z.strictObject({
      ...accountKey,
      status: z.enum([...status.options, 'gone']),
      participant,
      workshop: z.string().nullable(),
      saved_in: z.string().nullable(),
    }),
  }),
  verify: z.strictObject({
    version: z.literal(1),
    keys: z.array(
      z.strictObject({
        name: z.string(),
        hash: z.string().nullable(),
        secret: z.string(),
        workshop: z.string(),
        participant,
        verdict: z.enum(['works', 'changed', 'used_up', 'disabled', 'expired', 'gone', 'refused', 'not_asked']),
        reason: z.string().nullable(),
        limit,
        limit_remaining: limit,
        limit_reset: reset,
        usage: usd.nullable(),
        expires_at: z.string().nullable(),
        planned: z.strictObject({ limit, limit_reset: reset, expires_at: z.string().nullable() }),
      }),
    ),
    totals: z.strictObject({ count: z.int(), works: z.int(), failed: z.int() }),
  }),
  whoami: z.strictObject({
    version: z.literal(1),
    kind: z.enum(['management', 'ordinary']),
    base_url: z.string(),
    variable: z.string().nullable(),
    variable_from: z.enum(['environment', '.env']).nullable(),
    key: z.looseObject({ label: z.string().optional(), limit: limit.optional() }),
    workspace: z.strictObject({ id: z.string(), slug: z.string().optional(), name: z.string().optional() }).nullable(),
    credits: z.strictObject({ total_credits: usd, total_usage: usd, left: usd }).nullable(),
  }),
  doctor: z.strictObject({
    version: z.literal(1),
    exit_code: z.int(),
    checks: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        verdict: z.enum(['ok', 'warning', 'problem', 'skipped']),
        says: z.string(),
        next: z.string().nullable(),
      }),
    ),
  }),
  'roster check': z.strictObject({
    version: z.literal(1),
    file: z.string(),
    sheet: z.string(),
    header_row: z.int().nullable(),
    columns: z.record(z.string(), z.array(z.string())),
    participants: z.array(
      z.strictObject({
        row: z.int(),
        rows: z.array(z.int()),
        ...person,
        limit: limit.optional(),
        expires: z.string().optional(),
      }),
    ),
    problems: z.array(issue),
    notices: z.array(issue),
  }),
  error: z.strictObject({
    error: z.strictObject({
      code: z.string(),
      message: z.string(),
      hint: z.string().nullable(),
      issues: z.array(issue).optional(),
    }),
  }),
} as const;
