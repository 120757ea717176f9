import { EXIT, type ExitCode } from '../../errors.ts';

/** `skipped`: it could not be looked at, because something before it failed. */
export type Verdict = 'ok' | 'warning' | 'problem' | 'skipped';

/** One thing that was looked at, and what it means. */
export interface Check {
  /** stable, snake_case; part of the `--json` contract */
  id: string;
  /** what was looked at, in a word or two */
  title: string;
  verdict: Verdict;
  /** what was found */
  says: string;
  /** what to type or do now */
  next?: string;
  /** of a problem */
  exit?: ExitCode;
}

/** The exit code that a list of checks comes to: the most basic problem decides. */
export function exitCodeOf(checks: readonly Check[]): ExitCode {
  const problems = checks.filter(({ verdict }) => verdict === 'problem');
  if (problems.length === 0) return EXIT.OK;
  const basic = [EXIT.INTERRUPTED, EXIT.NOT_AUTHORIZED, EXIT.UNREACHABLE, EXIT.CANNOT_SAVE] as const;
  return basic.find((code) => problems.some(({ exit }) => exit === code)) ?? EXIT.PARTIAL;
}

/** How far this computer's clock is ahead of the service's, ms; undefined when the header is no date. */
export function clockAheadMs(dateHeader: string, now: Date): number | undefined {
  const served = Date.parse(dateHeader);
  return Number.isNaN(served) ? undefined : now.getTime() - served;
}
