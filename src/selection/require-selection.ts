import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { isLiving } from '../journal/attempt.ts';
import { heldKeys } from '../journal/fold.ts';
import { plural } from '../plural.ts';
import { quoteArgument } from '../shell.ts';
import { type KnownWorkshop, readKnownKeys } from '../workshop/known-keys.ts';
import { contradiction, type ReadSelectors } from './read-selectors.ts';

/** For commands that make changes: the user must select something, and all keys only explicitly. */
export async function requireSelection(
  { typed }: ReadSelectors,
  all: boolean,
  { outRoot, usual }: { outRoot: string; usual: string | undefined },
  ctx: Context,
): Promise<void> {
  const other = typed.find((flag) => !flag.startsWith('--workspace'));
  if (all && other !== undefined) throw contradiction('--all', other, 'choose all keys or a selection');
  if (all || typed.length > 0) return;
  const { workshops } = await readKnownKeys(outRoot, { baseUrl: undefined, account: undefined }, ctx);
  const [first] = workshops;
  if (!first) {
    throw usageError('no_selection', `No keys selected, and no workshop in ${outRoot}.`, {
      hint: 'Select keys with --email, --name or --hash, or use another output folder with --out.',
    });
  }
  const withKeys = workshops.filter((workshop) => keysOf(workshop).length > 0);
  const { prefix } = withKeys.find((workshop) => workshop.prefix === usual) ?? withKeys[0] ?? first;
  const here = (withKeys.length > 0 ? withKeys : workshops).map(described).join(', ');
  throw usageError('no_selection', `No keys selected. Which workshop? Here: ${here}`, {
    hint: `Select its keys, for example with --prefix ${quoteArgument(prefix)}`,
  });
}

/** `SS (3 keys)` */
function described(workshop: KnownWorkshop): string {
  return `${workshop.prefix} (${plural(keysOf(workshop).length, 'key')})`;
}

function keysOf({ state }: KnownWorkshop) {
  return heldKeys(state).filter(isLiving);
}
