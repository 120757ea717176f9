import type { CliError } from '../errors.ts';
import type { Secret } from '../secret.ts';
import type { ChangeOutcome, Undone } from './account-key.ts';
import type { Model } from './model.ts';

/** A guardrail as the account shows it. Field names are the API's; only `id` and `name` are sure to be there. */
export interface Guardrail {
  id: string;
  name: string;
  workspace_id?: string | undefined;
  /** canonical slugs with their variant; null = every model; absent = not known */
  allowed_models?: string[] | null | undefined;
  created_at?: string | undefined;
}

/** Body of POST /guardrails. */
export interface NewGuardrail {
  name: string;
  description: string;
  allowed_models: readonly string[];
  workspace_id?: string | undefined;
}

/** Which guardrail binds which key. Nothing may be concluded from a key's absence when it is not complete. */
export interface Assignments {
  /** key hash → guardrail id */
  bound: Map<string, string>;
  complete: boolean;
}

/**
 * Guardrails, and which of them binds which key. A key holds one guardrail at most; binding moves it.
 * https://openrouter.ai/docs/api/api-reference/guardrails
 */
export interface GuardrailsApi {
  /** undefined where the service has no guardrails or does not show them to this key */
  listKeyGuardrails(): Promise<Assignments | undefined>;
  /** Resolves with how many keys were bound: the service passes unknown hashes over. */
  bindKeys(guardrail: string, hashes: readonly string[]): Promise<BindOutcome>;
  unbindKeys(guardrail: string, hashes: readonly string[]): Promise<BindOutcome>;
  /** All of one workspace, absent = the default one; undefined as above. Throws where the list is not whole. */
  listGuardrails(workspace_id?: string): Promise<Guardrail[] | undefined>;
  /** undefined when the service knows no such guardrail, as for a default guardrail that nobody configured */
  getGuardrail(id: string): Promise<Guardrail | undefined>;
  createGuardrail(wanted: NewGuardrail): Promise<GuardrailOutcome>;
  updateGuardrail(id: string, allowed_models: readonly string[]): Promise<ChangeOutcome>;
  deleteGuardrail(id: string): Promise<ChangeOutcome>;
  /** How many keys and members it binds; undefined when that is not known. */
  countAssigned(id: string): Promise<number | undefined>;
  /** Every model that OpenRouter offers. Sent without any key. */
  listModels(): Promise<Model[]>;
  /** What this key may use, after guardrails and privacy settings; undefined when it is not told. */
  listModelsOf(key: Secret): Promise<Model[] | undefined>;
}

export type BindOutcome = { kind: 'bound'; count: number } | { kind: 'failed'; reason: string; stop?: CliError };

/** What became of one POST /guardrails, in the words of a create of a key. */
export type GuardrailOutcome = { result: 'done'; id: string } | { result: Undone; reason: string; stop?: CliError };
