import type { CliError } from '../errors.ts';

/**
 * Which guardrail binds which key. A key holds one guardrail at most; binding moves it.
 * https://openrouter.ai/docs/api/api-reference/guardrails
 */
export interface GuardrailsApi {
  /** key hash → guardrail id; undefined where the service has no guardrails or does not show them to this key */
  listKeyGuardrails(): Promise<Map<string, string> | undefined>;
  /** Resolves with how many keys were bound: the service passes unknown hashes over. */
  bindKeys(guardrail: string, hashes: readonly string[]): Promise<BindOutcome>;
}

export type BindOutcome = { kind: 'bound'; count: number } | { kind: 'failed'; reason: string; stop?: CliError };
