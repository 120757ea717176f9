import type { Context } from '../context.ts';
import { CliError, EXIT, type ExitCode } from '../errors.ts';
import { hasPrefix } from '../plan/key-name.ts';
import { printJson } from '../terminal/json.ts';
import { keysJson, renderKeys } from '../terminal/key-table.ts';
import { openSession, resolveWorkspace, type SessionFlags } from './session.ts';
import { listWholeAccount } from './whole-account.ts';

export interface ListOptions {
  session: SessionFlags;
  prefix: string | undefined;
  /** slug, name or id; undefined = all */
  workspace: string | undefined;
  json: boolean;
}

export async function runList(options: ListOptions, ctx: Context): Promise<ExitCode> {
  const session = await openSession(options.session, ctx);
  try {
    const workspace = await resolveWorkspace(session, options.workspace);
    const listing = await listWholeAccount(session.api, workspace);
    const { prefix } = options;
    const keys = listing.keys.filter((key) => prefix === undefined || hasPrefix(key.name, prefix));
    if (options.json) {
      printJson(ctx, keysJson(keys, listing.complete, ctx.now()));
    } else {
      ctx.stdout.write(renderKeys(keys, ctx));
    }
    if (listing.complete) return EXIT.OK;
    throw new CliError(
      'incomplete_listing',
      EXIT.UNREACHABLE,
      `The list is not complete: ${listing.incomplete_because}`,
      {
        hint: 'Run the same command again.',
      },
    );
  } finally {
    await session.close();
  }
}
