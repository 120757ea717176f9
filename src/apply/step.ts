import type { CliError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeysApi } from '../keys/account-key.ts';
import type { GuardrailsApi } from '../keys/guardrails-api.ts';
import type { Outcome } from '../plan/change.ts';
import type { Secret } from '../secret.ts';

export interface ApplyDeps {
  api: KeysApi;
  /** for rotations; undefined where guardrails are not available */
  guardrails?: GuardrailsApi | undefined;
  journal: Journal;
  /** cryptographically random bytes, for tags */
  random: (bytes: number) => Uint8Array;
  /** maximum number of simultaneous changes; the client decides how fast they start */
  concurrency: number;
  /** aborted = start no new changes */
  stop: AbortSignal;
  /** Saves a secret elsewhere if the journal cannot be written; returns the path, or undefined if that fails too. */
  rescue(entry: { tag: string; secret: Secret; line: string }): Promise<string | undefined>;
  onOutcome?(outcome: Outcome): void;
}

/** The result of applying a plan. `stopped` is an error that would affect every further change; completed changes are kept. */
export interface Applied {
  outcomes: Outcome[];
  stopped: CliError | undefined;
}

/** The result of one change; `stop` ends the run after it. */
export interface Step {
  outcome: Outcome;
  stop?: CliError;
}
