import { badRequest } from './api-error.ts';
import { fieldsOf } from './key-input.ts';

/** A guardrail as far as the sandbox needs it: which keys have it, not what it allows. */
export interface StoredGuardrail {
  /** uuid */
  id: string;
  name: string;
  workspace_id: string;
  created_at: string;
}

/** A key has at most one guardrail. */
export interface Assignment {
  /** uuid */
  id: string;
  guardrail_id: string;
  key_hash: string;
  created_at: string;
}

/** Body of `POST /guardrails`. Throws ApiError 400. */
export function parseNewGuardrail(body: unknown): Pick<StoredGuardrail, 'name'> & { workspace_id: unknown } {
  const { name, workspace_id } = fieldsOf(body);
  if (typeof name !== 'string' || name === '' || name.length > 200)
    throw badRequest('name must be 1 to 200 characters');
  return { name, workspace_id };
}

/** Body of `POST /guardrails/{id}/assignments/keys`. Throws ApiError 400. */
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
    description: null,
    limit_usd: null,
    reset_interval: null,
    include_byok_in_budgets: false,
    allowed_models: null,
    ignored_models: null,
    allowed_providers: null,
    ignored_providers: null,
    enforce_zdr: null,
    workspace_id: guardrail.workspace_id,
    created_at: guardrail.created_at,
    updated_at: null,
  };
}

export function assignmentView(assignment: Assignment, key: { name: string; label: string }, creator: string) {
  return { ...assignment, key_name: key.name, key_label: key.label, assigned_by: creator };
}
