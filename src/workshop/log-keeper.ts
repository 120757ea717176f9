import type { Context } from '../context.ts';
import type { LineSink } from '../journal/journal.ts';

/** The append-only logs of a workshop. Each is lines with checksums, added one by one and never changed. */
export type LogName = 'journal';

/** Where the logs of one workshop are kept. No command knows where that is: a folder on disk is the first keeper. */
export interface LogKeeper {
  /** A log as it is now, without a lock; undefined when there is none. Throws CliError (exit 6) when it cannot be read. */
  read(log: LogName): Promise<Uint8Array | undefined>;
  /** Locks the workshop until it is closed. Throws CliError where nothing could be saved (exit 6) or another run is active (exit 7). */
  open(command: string, ctx: Context): Promise<OpenKeeper>;
}

export interface OpenKeeper {
  /** what the user should know about the place */
  readonly warnings: readonly string[];
  /** A log, open for appending; a new one where there is none. */
  openLog(log: LogName): Promise<OpenLog>;
  /** Puts other lines in the place of a log; tells where the log as it was is kept, undefined when there was none. */
  replaceLog(log: LogName, bytes: Uint8Array): Promise<string | undefined>;
  close(): Promise<void>;
}

export interface OpenLog extends LineSink {
  readWhole(): Promise<Uint8Array>;
  /** Cuts the log to its first bytes: a torn last line. */
  truncateTo(bytes: number): Promise<void>;
}
