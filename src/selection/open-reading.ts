import type { Session, SessionExtras } from '../connection/session.ts';
import type { Context } from '../context.ts';
import type { RosterFlags } from '../roster-file/read-roster.ts';
import type { StatusLine } from '../terminal/status-line.ts';
import { withDefaultPrefix } from './default-prefix.ts';
import { type ReadSelectors, readSelectors, type SelectorFlags } from './read-selectors.ts';
import { type SessionOptions, withSession } from './with-session.ts';

export interface ReadingOptions extends SessionOptions {
  selectors: Omit<SelectorFlags, 'prefix'> & RosterFlags & { prefix?: string | false | undefined };
}

/** The account of a command that only reads, and which keys it reads. */
interface OpenReading {
  session: Session;
  read: ReadSelectors;
  /** that ORKEYS_PREFIX narrows the selection, if it does */
  note: string[];
  status: StatusLine;
}

/** Reads the selection of a command that changes nothing, opens the account and passes both to `use`. */
export async function withReading<T>(
  options: ReadingOptions,
  ctx: Context,
  extras: SessionExtras,
  use: (open: OpenReading) => Promise<T>,
): Promise<T> {
  const { flags, note } = withDefaultPrefix(options.selectors, ctx);
  const read = await readSelectors(flags, ctx);
  return withSession(options, ctx, extras, (session, status) => use({ session, read, note, status }));
}
