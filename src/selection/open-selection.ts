import { accountOf, checkManagementKey, outRootOf, type Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { RosterFlags } from '../roster-file/read-roster.ts';
import { readSettings } from '../settings.ts';
import { usualPrefix } from '../workshop/usual-prefix.ts';
import { decideNamedLike, type NamedLikeOptions } from './decide-named-like.ts';
import { readSelectors, type SelectorFlags } from './read-selectors.ts';
import { requireSelection } from './require-selection.ts';
import { confirmMissing, requireMatches, type Selection, selectFromAccount } from './select-from-account.ts';
import { type SessionOptions, withSession } from './with-session.ts';

export interface SelectOptions extends NamedLikeOptions, SessionOptions {
  selectors: SelectorFlags & RosterFlags & { all?: true | undefined };
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
  const where = { outRoot, usual: usualPrefix(settings) };
  await requireSelection(read, options.selectors.all === true, where, ctx);
  return withSession(options, ctx, { dryRun: options.dryRun }, async (session, status) => {
    const current = await checkManagementKey(session);
    const creator = current.creator_user_id ?? undefined;
    const account = accountOf(current);
    const select = async () => {
      const found = await selectFromAccount(read, session, ctx.now(), ctx, account);
      requireRead(found, read.selector.prefix);
      requireMatches(read, found, session.locationArgs);
      const confirmed = await confirmMissing(found, session.api);
      status.clear();
      const selection = await decideNamedLike(confirmed, read.selector.prefix, options, ctx);
      return { session, selection, account, creator, typed: read.typed };
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await use(await select());
      } catch (error) {
        // Who waited for another run looks again at what that one left.
        const isOld = error instanceof CliError && error.code === 'changed_meanwhile';
        if (!isOld || ctx.patienceMs === undefined || attempt === ATTEMPTS) throw error;
      }
    }
  });
}

/** others may run one after another */
const ATTEMPTS = 5;

/** Without the journal of a shared workshop, its keys would look like somebody else's. */
function requireRead({ known: { unread } }: Selection, prefix: string | undefined): void {
  const [error] = prefix === undefined ? unread.values() : [unread.get(prefix)];
  if (error) throw error;
}
