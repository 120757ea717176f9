import { commandLine } from '../terminal/command-line.ts';

/** A workshop and its account. */
export interface WorkshopId {
  /** absolute path of the output folder */
  outRoot: string;
  prefix: string;
  /** empty = the one in the journal */
  baseUrl: string;
  /** the owner of the account, if OpenRouter reports it */
  account: string | undefined;
  /** `--out` and `--sandbox` as typed, for printed commands */
  locationArgs?: readonly string[] | undefined;
}

/** The base URL that a journal records for the sandbox, whose port changes each time. */
export const SANDBOX = 'sandbox';

/** A complete command for this workshop, ready to paste. */
export function commandFor(
  { prefix, locationArgs = [] }: Pick<WorkshopId, 'prefix' | 'locationArgs'>,
  ...words: string[]
): string {
  return commandLine([...words, prefix, ...locationArgs]);
}
