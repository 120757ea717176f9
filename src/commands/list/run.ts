import { creditLeft } from '../../connection/credit-left.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { incompleteListing } from '../../selection/incomplete-listing.ts';
import { type ReadingOptions, withReading } from '../../selection/open-reading.ts';
import { nearPrefix, selectFromAccount } from '../../selection/select-from-account.ts';
import { parseFields } from '../../terminal/fields.ts';
import { printJson } from '../../terminal/json.ts';
import { KEY_FIELDS } from '../../views/key-table.ts';
import { keysJson, type ListedView, renderList } from './screen.ts';
import { type SortOrder, sortKeys } from './sort.ts';

export interface ListOptions extends ReadingOptions {
  /** absent = in the order of the roster where a workshop is named, else newest first */
  sort?: SortOrder | undefined;
  /** all columns, with key names */
  wide: boolean;
  fields: string | undefined;
}

/** Shows the account's keys with whose they are. */
export async function runList(options: ListOptions, ctx: Context): Promise<ExitCode> {
  const fields = parseFields(options.fields, KEY_FIELDS);
  return withReading(options, ctx, {}, async ({ session, read, note, status }) => {
    const credit = creditLeft(session.api);
    const { keys, namedLike, listing, known, ...found } = await selectFromAccount(
      read,
      session,
      ctx.now(),
      ctx,
    ).finally(status.clear);
    const notes = [...session.warnings, ...note, ...found.notes];
    const sort = options.sort ?? (read.selector.prefix === undefined ? 'created' : 'row');
    const view: ListedView = {
      service: session,
      complete: listing.complete,
      keys: sortKeys(
        keys.filter((key) => !namedLike.includes(key)),
        sort,
        known,
      ),
      namedLike: sortKeys(namedLike, sort, known),
      creditLeft: await credit,
      notes,
      fields,
      wide: options.wide,
      isOneWorkshop: read.selector.prefix !== undefined && !options.wide,
    };
    if (options.json) printJson(ctx, keysJson(view, ctx.now()));
    else ctx.stdout.write(renderList(view, ctx));
    for (const note of options.quiet || options.json ? [] : notes) ctx.stderr.write(`Note: ${note}\n`);
    const near = keys.length === 0 ? nearPrefix(read, known) : undefined;
    if (near !== undefined && !options.quiet && !options.json) ctx.stderr.write(`${near}\n`);
    if (listing.complete) return EXIT.OK;
    throw incompleteListing(listing, 'Run the same command again.');
  });
}
