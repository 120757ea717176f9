import { openSession, type Session, type SessionExtras, type SessionFlags } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { createStatusLine, type StatusLine } from '../terminal/status-line.ts';

export interface SessionOptions {
  session: SessionFlags;
  json: boolean;
  quiet: boolean;
}

/** Opens the account, with a status line that says why a request waits; both end with `use`. */
export async function withSession<T>(
  options: SessionOptions,
  ctx: Context,
  extras: SessionExtras,
  use: (session: Session, status: StatusLine) => Promise<T>,
): Promise<T> {
  const status = createStatusLine(ctx, options.quiet || options.json);
  const session = await openSession(options.session, ctx, extras);
  session.listenToWaits(status.show);
  try {
    return await use(session, status);
  } finally {
    status.clear();
    await session.close();
  }
}
