import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { cleanPrefix } from '../keys/key-name.ts';
import { readSettings } from '../settings.ts';
import { isMarkedShared } from './shared-marker.ts';
import { listWorkshops } from './shelf.ts';
import { usualPrefix } from './usual-prefix.ts';

/** The shared workshop that is meant: as typed, ORKEYS_PREFIX, or the only one. Throws `not_shared` or `which_workshop`. */
export async function onlyShared(typed: string | undefined, outRoot: string, ctx: Context): Promise<string> {
  const wanted = typed === undefined ? usualPrefix(readSettings(ctx)) : cleanPrefix(typed);
  if (wanted) return wanted;
  const shared = (await listWorkshops(outRoot)).filter(({ folder }) => isMarkedShared(folder));
  const [first, ...more] = shared;
  if (first && more.length === 0) return first.name;
  if (!first) {
    throw usageError('not_shared', `No shared workshop in ${outRoot}.`, { hint: 'Share one with: orkeys share start' });
  }
  throw usageError('which_workshop', 'There is more than one shared workshop.', {
    hint: `Add one of these prefixes: ${shared.map(({ name }) => name).join(', ')}`,
  });
}
