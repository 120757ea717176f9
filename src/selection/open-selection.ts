import {
  accountOf,
  checkManagementKey,
  openSession,
  outRootOf,
  type Session,
  type SessionFlags,
} from '../connection/session.ts';
import type { Context } from '../context.ts';
import { cleanPrefix } from '../keys/key-name.ts';
import type { RosterFlags } from '../roster-file/read-roster.ts';
import { readSettings } from '../settings.ts';
import { createStatusLine } from '../terminal/status-line.ts';
import { decideNamedLike, type NamedLikeOptions } from './decide-named-like.ts';
import { readSelectors, type SelectorFlags } from './read-selectors.ts';
import { requireSelection } from './require-selection.ts';
import { confirmMissing, requireMatches, type Selection, selectFromAccount } from './select-from-account.ts';

export interface SelectOptions extends NamedLikeOptions {
  session: SessionFlags;
  selectors: SelectorFlags & RosterFlags & { all?: true | undefined };
  quiet: boolean;
}

/** The keys that a command changes, and their account. */
export interface OpenSelection {
  session: Session;
  selection: Selection;
  /** the owner of the account, if OpenRouter reports it */
  account: string | undefined;
  /** the default creator of new keys */
  creator: string | undefined;
  /** the selection options as typed */
  typed: string[];
}

/** Opens the account, finds the selected keys and passes both to `use`. An empty selection is an error. */
export async function withSelection<T>(
  options: SelectOptions,
  ctx: Context,
  use: (open: OpenSelection) => Promise<T>,
): Promise<T> {
  const read = await readSelectors(options.selectors, ctx);
  const settings = readSettings(ctx);
  const outRoot = outRootOf(options.session, ctx, settings);
  await requireSelection(read, options.selectors.all === true, {
    outRoot,
    usual: cleanPrefix(settings.get('ORKEYS_PREFIX') ?? ''),
  });
  const status = createStatusLine(ctx, options.quiet || options.json);
  const session = await openSession(options.session, ctx, { dryRun: options.dryRun });
  session.listenToWaits(status.show);
  try {
    const current = await checkManagementKey(session);
    const creator = current.creator_user_id ?? undefined;
    const account = accountOf(current);
    const found = await selectFromAccount(read, session, ctx.now(), account);
    requireMatches(read, found, session.locationArgs);
    const confirmed = await confirmMissing(found, session.api);
    status.clear();
    const selection = await decideNamedLike(confirmed, read.selector.prefix, options, ctx);
    return await use({ session, selection, account, creator, typed: read.typed });
  } finally {
    status.clear();
    await session.close();
  }
}
