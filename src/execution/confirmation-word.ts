import { type Change, changedName } from '../plan/change.ts';
import { plural } from '../plural.ts';
import { visibleText } from '../terminal/visible-text.ts';
import { ACCOUNT_PREFIX } from './key-groups.ts';

export interface Irreversible {
  /** what is done to the keys: `delete` */
  verb: string;
  changes: readonly Change[];
  /** the workshops of the keys */
  prefixes: readonly string[];
  /** the selection options as typed */
  typed: readonly string[];
  options: { prefix?: string | undefined; selectors: { all?: true | undefined } };
}

/**
 * What the user types before something that cannot be undone: the prefix of the workshop, the name of a single key, or, for keys of
 * several workshops, what is done to how many: `delete 12 keys`.
 */
export function confirmationWord({ verb, changes, prefixes, typed, options }: Irreversible): string {
  const [prefix] = prefixes;
  const [only] = changes;
  const byPrefix = options.prefix !== undefined && typed.length === 1;
  if (options.selectors.all && options.prefix === undefined) return `${verb} all ${plural(changes.length, 'key')}`;
  if (only && changes.length === 1 && !byPrefix && canBeTyped(changedName(only))) return changedName(only);
  if (prefix !== undefined && prefixes.length === 1 && prefix !== ACCOUNT_PREFIX) return prefix;
  return `${verb} ${plural(changes.length, 'key')}`;
}

function canBeTyped(name: string): boolean {
  return visibleText(name) === name && name.trim() === name && name !== '';
}
