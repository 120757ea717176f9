import type { ErrorCode } from './error-codes.ts';
import type { IssueCode } from './issue-codes.ts';

/** Exit codes: what a script may conclude. Documented in docs/exit-codes.md. */
export const EXIT = {
  OK: 0,
  FAILED: 1,
  USAGE: 2,
  PARTIAL: 3,
  NOT_AUTHORIZED: 4,
  UNREACHABLE: 5,
  CANNOT_SAVE: 6,
  LOCKED: 7,
  ALERT: 8,
  INTERRUPTED: 130,
} as const;

export type ExitName = keyof typeof EXIT;
export type ExitCode = (typeof EXIT)[ExitName];

/** What each means, in the words of every help and of docs/exit-codes.md. "Rerun": the same command does the rest. */
export const EXIT_MEANINGS: Readonly<Record<ExitName, string>> = {
  OK: 'success, or nothing to do',
  FAILED: 'internal error',
  USAGE: 'usage error, nothing changed',
  PARTIAL: 'partly done, rerun',
  NOT_AUTHORIZED: 'not authorized',
  UNREACHABLE: 'OpenRouter unreachable, rerun',
  CANNOT_SAVE: 'cannot save output',
  LOCKED: 'workshop in use by another run',
  ALERT: 'with --exit-code: a rule is crossed, or tiers differ',
  INTERRUPTED: 'interrupted, rerun',
};

/** One thing wrong with the input; a file's issues are reported all at once. */
export interface Issue {
  code: IssueCode;
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
  /** part of the `--json` contract */
  readonly code: ErrorCode;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly issues: readonly Issue[];

  constructor(code: ErrorCode, exitCode: ExitCode, message: string, details: CliErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'CliError';
    this.code = code;
    this.exitCode = exitCode;
    this.hint = details.hint;
    this.issues = details.issues ?? [];
  }
}

/** The command line or the roster is wrong; nothing was changed. */
export function usageError(code: ErrorCode, message: string, details?: CliErrorDetails): CliError {
  return new CliError(code, EXIT.USAGE, message, details);
}

/** Output cannot be saved, so nothing (more) is created. */
export function cannotSaveError(code: ErrorCode, message: string, details?: CliErrorDetails): CliError {
  return new CliError(code, EXIT.CANNOT_SAVE, message, details);
}

/** Throws where something holds that the code relies on and that only our own bug can break. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new Error(`Broken invariant: ${what}.`);
}
