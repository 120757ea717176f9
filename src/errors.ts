/** Exit codes: what a script may conclude. Documented in docs/exit-codes.md. */
export const EXIT = {
  /** done, or nothing to do */
  OK: 0,
  /** our bug, or unclassified */
  FAILED: 1,
  /** usage or roster wrong; nothing was changed */
  USAGE: 2,
  /** some rows done, others not; run again */
  PARTIAL: 3,
  /** no management key, an ordinary key, 401, 403 */
  NOT_AUTHORISED: 4,
  /** the service could not be reached or stayed rate limited; run again */
  UNREACHABLE: 5,
  /** output cannot be saved; nothing more was created */
  CANNOT_SAVE: 6,
  /** another run holds the lock */
  LOCKED: 7,
  /** interrupted; run again */
  INTERRUPTED: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One thing wrong with the input; a file's issues are reported all at once. */
export interface Issue {
  /** stable, snake_case */
  code: string;
  message: string;
  /** 1-based row number as the spreadsheet shows it */
  row?: number;
  /** column letter, as the spreadsheet shows it */
  column?: string;
  sheet?: string;
  /** the offending value; may hold anything, so escape it before showing */
  value?: string;
}

export interface CliErrorDetails {
  /** what to type or do now */
  hint?: string;
  issues?: readonly Issue[];
  cause?: unknown;
}

/** An error that is the user's business: it knows what happened and what to do now, not how it is printed. */
export class CliError extends Error {
  /** stable, snake_case; part of the `--json` contract */
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly issues: readonly Issue[];

  constructor(code: string, exitCode: ExitCode, message: string, details: CliErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CliError';
    this.code = code;
    this.exitCode = exitCode;
    this.hint = details.hint;
    this.issues = details.issues ?? [];
  }
}

/** The command line or the roster is wrong; nothing was changed. */
export function usageError(code: string, message: string, details?: CliErrorDetails): CliError {
  return new CliError(code, EXIT.USAGE, message, details);
}

/** Output cannot be saved, so nothing (more) is created. */
export function cannotSaveError(code: string, message: string, details?: CliErrorDetails): CliError {
  return new CliError(code, EXIT.CANNOT_SAVE, message, details);
}

/** Throws where something holds that the code relies on and that only our own bug can break. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${what}.`);
}
