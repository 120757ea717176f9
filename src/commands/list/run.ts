import { openSession, type SessionFlags } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import type { RosterFlags } from '../../roster-file/read-roster.ts';
import { incompleteListing } from '../../selection/incomplete-listing.ts';
import type { SelectorFlags } from '../../selection/read-selectors.ts';
import { readSelectors } from '../../selection/read-selectors.ts';
import { nearPrefix, selectFromAccount } from '../../selection/select-from-account.ts';
import { parseFields } from '../../terminal/fields.ts';
import { printJson } from '../../terminal/json.ts';
import { KEY_FIELDS, keysJson, renderKeys } from '../../views/key-table.ts';

export interface ListOptions {
  session: SessionFlags;
  selectors: SelectorFlags & RosterFlags;
  fields: string | undefined;
  json: boolean;
  quiet: boolean;
}

export async function runList(options: ListOptions, ctx: Context): Promise<ExitCode> {
  const fields = parseFields(options.fields, KEY_FIELDS);
  const read = await readSelectors(options.selectors, ctx);
  const session = await openSession(options.session, ctx);
  try {
    const { keys, listing, known } = await selectFromAccount(read, session, ctx.now());
    const { complete } = listing;
    const view = { sandbox: session.sandbox, complete, notes: known.notes, fields };
    if (options.json) printJson(ctx, keysJson(keys, ctx.now(), view));
    else ctx.stdout.write(renderKeys(keys, ctx, fields));
    for (const note of options.quiet || options.json ? [] : known.notes) ctx.stderr.write(`Note: ${note}\n`);
    const near = keys.length === 0 ? nearPrefix(read, known) : undefined;
    if (near !== undefined && !options.quiet && !options.json) ctx.stderr.write(`${near}\n`);
    if (listing.complete) return EXIT.OK;
    throw incompleteListing(listing, 'Run the same command again.');
  } finally {
    await session.close();
  }
}
