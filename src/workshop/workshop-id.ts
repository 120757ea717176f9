import { commandLine } from '../terminal/command-line.ts';

/** Which workshop, on which account. */
export interface WorkshopId {
  /** absolute: the folder of all workshops */
  outRoot: string;
  prefix: string;
  /** empty = whatever the journal says */
  baseUrl: string;
  /** who owns the account, as far as the service says */
  account: string | undefined;
  /** flags as typed that a command needs to mean the same place: `--out`, `--sandbox` */
  place?: readonly string[] | undefined;
}

/** What a journal has for the address of the sandbox, whose port is another each time. */
export const SANDBOX = 'sandbox';

/** A command about this workshop, whole, to be typed as it stands. */
export function commandFor({ prefix, place = [] }: Pick<WorkshopId, 'prefix' | 'place'>, ...words: string[]): string {
  return commandLine([...words, prefix, ...place]);
}
