import { badRequest } from './api-error.ts';
import type { KeyTerms } from './api-key.ts';
import type { Reset } from './spending.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is needed to validate a request body. */
export interface InputContext {
  /** milliseconds since the epoch */
  now: number;
  defaultWorkspaceId: string;
  defaultCreator: string;
  hasWorkspace(id: string): boolean;
}

/** Body of `POST /keys`. Unknown fields are ignored. Throws ApiError 400. */
export function parseNewKey(body: unknown, context: InputContext): KeyTerms {
  const fields = fieldsOf(body);
  const { name } = fields;
  if (typeof name !== 'string' || name === '') throw badRequest('name must be a string of at least 1 character');
  return {
    name,
    disabled: false,
    limit: limitOf(fields) ?? null,
    limit_reset: limitResetOf(fields) ?? null,
    include_byok_in_limit: flagOf(fields, 'include_byok_in_limit') ?? false,
    expires_at: expiryOf(fields, context.now),
    creator_user_id: creatorOf(fields) ?? context.defaultCreator,
    external_user: externalUserOf(fields),
    workspace_id: workspaceOf(fields, context) ?? context.defaultWorkspaceId,
  };
}

export type KeyChanges = Partial<
  Pick<KeyTerms, 'name' | 'disabled' | 'limit' | 'limit_reset' | 'include_byok_in_limit' | 'workspace_id'>
>;

/** Body of `PATCH /keys/{hash}`. The expiration cannot be changed: it counts as an unknown field. Throws ApiError 400. */
export function parseKeyChanges(body: unknown, context: InputContext): KeyChanges {
  const fields = fieldsOf(body);
  const changes: KeyChanges = {};
  const { name } = fields;
  if (name !== undefined) {
    if (typeof name !== 'string') throw badRequest('name must be a string');
    changes.name = name;
  }
  const disabled = flagOf(fields, 'disabled');
  if (disabled !== undefined) changes.disabled = disabled;
  const limit = limitOf(fields);
  if (limit !== undefined) changes.limit = limit;
  const reset = limitResetOf(fields);
  if (reset !== undefined) changes.limit_reset = reset;
  const byok = flagOf(fields, 'include_byok_in_limit');
  if (byok !== undefined) changes.include_byok_in_limit = byok;
  const workspace = workspaceOf(fields, context);
  if (workspace !== undefined) changes.workspace_id = workspace;
  if (Object.keys(changes).length === 0) throw badRequest('No update fields provided');
  return changes;
}

/** `?workspace_id=` and the field of the body: the UUID of an existing workspace. */
export function parseWorkspaceId(value: unknown, context: Pick<InputContext, 'hasWorkspace'>): string {
  if (typeof value !== 'string' || !UUID.test(value)) throw badRequest('workspace_id must be a uuid');
  if (!context.hasWorkspace(value)) throw badRequest('Workspace not found');
  return value;
}

/** A JSON object, or ApiError 400. */
export function fieldsOf(body: unknown): Fields {
  if (!isFields(body)) throw badRequest('Request body must be a JSON object');
  return body;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** UTC with seconds; a fraction is allowed; a date alone and minute precision are not. */
const UTC_WITH_SECONDS = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/;

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function limitOf({ limit }: Fields): number | null | undefined {
  if (limit === undefined || limit === null) return limit;
  if (typeof limit !== 'number' || !Number.isFinite(limit) || limit < 0)
    throw badRequest('limit must be a number of at least 0, or null');
  return limit;
}

function limitResetOf({ limit_reset: reset }: Fields): Reset | undefined {
  if (reset === undefined || reset === null) return reset;
  if (reset === 'daily' || reset === 'weekly' || reset === 'monthly') return reset;
  throw badRequest('limit_reset must be daily, weekly, monthly or null');
}

function flagOf(fields: Fields, field: string): boolean | undefined {
  const value = fields[field];
  if (value === undefined || typeof value === 'boolean') return value;
  throw badRequest(`${field} must be true or false`);
}

function expiryOf({ expires_at: expiry }: Fields, now: number): string | null {
  if (expiry === undefined || expiry === null) return null;
  const text = typeof expiry === 'string' ? expiry : '';
  const seconds = UTC_WITH_SECONDS.exec(text)?.[1];
  const time = Date.parse(text);
  // Date.parse turns February 30 into March 2.
  const exists = seconds !== undefined && !Number.isNaN(time) && new Date(time).toISOString().startsWith(seconds);
  if (!exists) throw badRequest('expires_at must be UTC with seconds: YYYY-MM-DDTHH:MM:SSZ');
  if (time <= now) throw badRequest('expires_at must be in the future');
  return text;
}

function creatorOf({ creator_user_id: creator }: Fields): string | undefined {
  if (creator === undefined || creator === null) return undefined;
  if (typeof creator !== 'string' || creator === '') throw badRequest('creator_user_id must be a string or null');
  return creator;
}

function externalUserOf({ external }: Fields): string | null {
  if (external === undefined) return null;
  const user = isFields(external) ? external.user : undefined;
  if (typeof user !== 'string' || user === '' || user.length > 512) throw badRequest('external.user must be a string');
  return user;
}

function workspaceOf(fields: Fields, context: InputContext): string | undefined {
  return fields.workspace_id === undefined ? undefined : parseWorkspaceId(fields.workspace_id, context);
}
