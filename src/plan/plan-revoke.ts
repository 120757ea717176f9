import { toKeyFacts } from '../journal/entry.ts';
import { heldKey, type JournalState } from '../journal/fold.ts';
import type { AccountKey } from '../keys/account-key.ts';
import type { Change } from './change.ts';
import { landedChange } from './plan-update.ts';

/**
 * What revoking the selected keys takes. `missing` are keys that were selected and are not on the account any more: deletions
 * that an earlier run began are brought to their end (gone counts as done), the others are noted as gone. With `disable`
 * keys that are disabled already are left alone.
 */
export function planRevoke(
  selected: readonly AccountKey[],
  state: JournalState,
  disable: boolean,
  missing: readonly AccountKey[] = [],
): Change[] {
  const changes = selected.flatMap((key): Change[] => {
    const { hash, name } = key;
    if (!disable) return [{ kind: 'delete', hash, name, before: toKeyFacts(key), reason: 'revoke' }];
    if (key.disabled !== true) {
      return [{ kind: 'update', hash, name, patch: { disabled: true }, before: key, reason: 'revoke' }];
    }
    const landed = landedChange(key, state.openChanges);
    return landed ? [landed] : [];
  });
  return [...changes, ...missing.flatMap((key) => resolveMissing(key, state))];
}

function resolveMissing({ hash, name }: AccountKey, state: JournalState): Change[] {
  const open = state.openChanges.get(hash);
  if (open?.action === 'delete') return [{ kind: 'delete', hash, name, before: open.before, reason: open.reason }];
  const life = heldKey(state, hash)?.life;
  return life === 'active' || life === 'disabled' || open ? [{ kind: 'record_gone', hash, name }] : [];
}
