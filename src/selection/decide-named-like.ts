import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { plural } from '../plural.ts';
import { canAsk, confirmTyped, stopIfCancelled } from '../terminal/confirm.ts';
import type { Selection } from './select-from-account.ts';

export interface NamedLikeOptions {
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  /** also keys whose name starts with the prefix although this workshop did not create them */
  alsoUnknown: boolean;
}

/**
 * Keys with a matching name may belong to someone else if no journal proves that this workshop created them. They are changed only
 * after a separate confirmation.
 */
export async function decideNamedLike(
  selection: Selection,
  prefix: string | undefined,
  options: NamedLikeOptions,
  ctx: Context,
): Promise<Selection> {
  const { namedLike, keys, missing, notes } = selection;
  if (namedLike.length === 0 || prefix === undefined) return selection;
  const what = describe(selection, prefix);
  const them = namedLike.length === 1 ? 'it' : 'them';
  if (options.alsoUnknown) return { ...selection, notes: [...notes, `${what}; included by --also-unknown`] };
  const asks = !options.yes && !options.json && !options.dryRun && canAsk(ctx);
  if (asks) {
    const question = `${what}. Include ${them}? If not, press Enter.`;
    if (await confirmTyped({ ctx, question, expected: 'unknown', yes: false })) return selection;
    stopIfCancelled(ctx);
  }
  const own = keys.filter((key) => !namedLike.includes(key));
  if (own.length === 0 && missing.length === 0) {
    throw usageError('only_unknown', `${what}. Nothing was changed.`, {
      hint: `To include ${them} anyway, add --also-unknown.`,
    });
  }
  return {
    ...selection,
    keys: own,
    namedLike: [],
    notes: [...notes, `${what}; left unchanged, add --also-unknown to include ${them}`],
  };
}

function describe({ namedLike, known }: Selection, prefix: string): string {
  const names = namedLike.slice(0, 3).map(({ key }) => key.name);
  const more = namedLike.length > names.length ? ', …' : '';
  const why = known.prefixes.includes(prefix)
    ? 'but not created by this workshop'
    : `but no journal of ${prefix} on this computer proves who created ${namedLike.length === 1 ? 'it' : 'them'}`;
  return `${plural(namedLike.length, 'key')} named like ${prefix}, ${why}: ${names.join(', ')}${more}`;
}
