import type { Context } from '../context.ts';
import type { CliError } from '../errors.ts';
import type { LineSink } from '../journal/journal.ts';

/** The append-only logs of a workshop. Each consists of lines with checksums, appended one by one and never changed. */
export type LogName = 'journal' | SideLogName;
/** Logs about the keys of a workshop. What is lost in them cannot create or lose a key, so each has a lock of its own. */
export type SideLogName = 'usage' | 'handouts';

/** Where the logs of one workshop are stored: in its folder, or in a database that several people share. Commands do not depend on it. */
export interface LogKeeper {
  /** Reads a log without a lock, and writes nothing; undefined if there is none. Throws CliError (exit 6) if it cannot be read. */
  read(log: LogName, ctx: Context): Promise<Uint8Array | undefined>;
  /** Locks the workshop until it is closed. Throws CliError if output cannot be saved (exit 6) or another run uses the workshop (exit 7). */
  open(command: string, ctx: Context): Promise<OpenKeeper>;
  /** Lets one process at a time do this work in the workshop, for as long as it takes; it excludes nothing else. Throws like `open`. */
  hold(work: 'watch', ctx: Context): Promise<{ release(): Promise<void> }>;
  /** Locks this log alone until it is closed, and opens it for appending; creates it if there is none. Throws like `open`. */
  openSideLog(log: SideLogName, command: string, ctx: Context): Promise<OpenSideLog>;
}

export interface OpenKeeper {
  /** whether commands write keys.json and keys.xlsx here */
  readonly writesResults: boolean;
  /** about the location, for the user */
  readonly warnings: readonly string[];
  /** Opens a log for appending; creates it if there is none. */
  openLog(log: LogName): Promise<OpenLog>;
  /** Replaces the content of a log; returns the path of the backup, or undefined if there was no log. */
  replaceLog(log: LogName, bytes: Uint8Array): Promise<string | undefined>;
  /** Closes a log and replaces its content without a backup: for what must not stay. */
  overwriteLog(log: LogName, bytes: Uint8Array): Promise<void>;
  /** Locks a log beside the journal too, until this is closed. Throws like `open`. */
  lockSideLog(log: SideLogName): Promise<void>;
  /**
   * Whether this run still has the workshop for itself, asked before each change that is sent; the error that ends the run if it has not.
   * Where a lock cannot be lost, nothing is asked.
   */
  stillHeld(): Promise<CliError | undefined>;
  close(): Promise<void>;
}

export interface OpenLog extends LineSink {
  readWhole(): Promise<Uint8Array>;
  /** Truncates the log, to remove an incomplete last line. */
  truncateTo(bytes: number): Promise<void>;
}

export interface OpenSideLog extends OpenLog {
  /** about the location, for the user */
  readonly warnings: readonly string[];
  /** Replaces the content of the log while it is locked; returns the path of the backup, or undefined if it was empty. */
  replace(bytes: Uint8Array): Promise<string | undefined>;
  close(): Promise<void>;
}
