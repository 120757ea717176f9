import type { CliError } from '../errors.ts';
import type { Journal } from '../journal/journal.ts';
import type { KeysApi } from '../keys/account-key.ts';
import type { GuardrailsApi } from '../keys/guardrails-api.ts';
import type { Outcome } from '../plan/change.ts';
import type { Secret } from '../secret.ts';

export interface ApplyDeps {
  api: KeysApi;
  /** for rotations; undefined where nothing is bound */
  guardrails?: GuardrailsApi | undefined;
  journal: Journal;
  /** cryptographically random bytes, for tags */
  random: (bytes: number) => Uint8Array;
  /** how many changes may be under way at once; the client's own pace decides how fast they start */
  concurrency: number;
  /** aborted = start nothing new */
  stop: AbortSignal;
  /** Saves a secret elsewhere when the journal cannot be written; gives the path, or undefined when that failed too. */
  rescue(entry: { tag: string; secret: Secret; line: string }): Promise<string | undefined>;
  onOutcome?(outcome: Outcome): void;
}

/** What a plan came to. `stopped` is the error that would have hit every further change; what was done before it stays done. */
export interface Applied {
  outcomes: Outcome[];
  stopped: CliError | undefined;
}

/** One change carried out; `stop` ends the run after it. */
export interface Step {
  outcome: Outcome;
  stop?: CliError;
}
