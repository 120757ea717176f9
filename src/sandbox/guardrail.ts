import { badRequest } from './api-error.ts';
import { fieldsOf } from './key-input.ts';
import { storedModel } from './models.ts';

/** A guardrail as far as the sandbox needs it: which models it allows. */
export interface StoredGuardrail {
  /** uuid */
  id: string;
  name: string;
  workspace_id: string;
  created_at: string;
  /** canonical slugs with their variant; null or absent = every model */
  allowed_models?: string[] | null;
  description?: string | null;
  updated_at?: string | null;
}

/** A key has at most one guardrail. */
export interface Assignment {
  /** uuid */
  id: string;
  guardrail_id: string;
  key_hash: string;
  created_at: string;
}

export type GuardrailChanges = Partial<Pick<StoredGuardrail, 'name' | 'description' | 'allowed_models'>>;

/** Body of `POST /guardrails`. Throws ApiError 400. */
export function parseNewGuardrail(body: unknown): GuardrailChanges & { name: string; workspace_id: unknown } {
  const { workspace_id } = fieldsOf(body);
  const { name, ...changes } = parseGuardrailChanges(body);
  if (name === undefined) throw badRequest('name must be 1 to 200 characters');
  return { ...changes, name, workspace_id };
}

/** Body of `PATCH /guardrails/{id}`: lists are replaced, null clears. Throws ApiError 400. */
export function parseGuardrailChanges(body: unknown): GuardrailChanges {
  const { name, description, allowed_models, limit_usd, reset_interval } = fieldsOf(body);
  if (((limit_usd ?? null) !== null) !== ((reset_interval ?? null) !== null)) {
    throw badRequest('limit_usd and reset_interval must be set together');
  }
  return {
    ...(name === undefined ? {} : { name: nameOf(name) }),
    ...(description === undefined ? {} : { description: typeof description === 'string' ? description : null }),
    ...(allowed_models === undefined
      ? {}
      : { allowed_models: allowed_models === null ? null : listOf(allowed_models) }),
  };
}

/** Body of `POST /guardrails/{id}/assignments/keys` and `…/keys/remove`. Throws ApiError 400. */
export function parseKeyHashes(body: unknown): string[] {
  const { key_hashes: hashes } = fieldsOf(body);
  const isText = (hash: unknown): hash is string => typeof hash === 'string' && hash !== '';
  if (Array.isArray(hashes) && hashes.length > 0 && hashes.every(isText)) return hashes;
  throw badRequest('key_hashes must be a list of at least 1 hash');
}

/** The guardrail object of `/guardrails`, with no limits set. */
export function guardrailView(guardrail: StoredGuardrail) {
  return {
    id: guardrail.id,
    name: guardrail.name,
    description: guardrail.description ?? null,
    limit_usd: null,
    reset_interval: null,
    include_byok_in_budgets: false,
    allowed_models: guardrail.allowed_models ?? null,
    ignored_models: null,
    allowed_providers: null,
    ignored_providers: null,
    enforce_zdr: null,
    workspace_id: guardrail.workspace_id,
    created_at: guardrail.created_at,
    updated_at: guardrail.updated_at ?? null,
  };
}

export function assignmentView(assignment: Assignment, key: { name: string; label: string }, creator: string) {
  return { ...assignment, key_name: key.name, key_label: key.label, assigned_by: creator };
}

function nameOf(name: unknown): string {
  if (typeof name === 'string' && name !== '' && name.length <= 200) return name;
  throw badRequest('name must be 1 to 200 characters');
}

/** Canonical slugs in the order sent, each once. */
function listOf(models: unknown): string[] {
  if (!Array.isArray(models) || models.some((model) => typeof model !== 'string')) {
    throw badRequest('allowed_models must be a list of strings, or null');
  }
  const unknown = models.filter((model: string) => storedModel(model) === undefined);
  if (unknown.length > 0) throw badRequest(`Invalid allowed_models: ${unknown.join(', ')}`);
  return [...new Set(models.flatMap((model: string) => storedModel(model) ?? []))];
}
