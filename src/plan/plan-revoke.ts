import type { AccountKey } from './account-key.ts';
import type { Change } from './change.ts';
import type { JournalState } from './fold-journal.ts';
import { toKeyFacts } from './journal-entry.ts';

/**
 * What revoking the selected keys takes. Deletions that an earlier run began and whose end is not known are begun again:
 * a key that is gone by then counts as done. With `disable` keys that are disabled already are left alone.
 */
export function planRevoke(selected: readonly AccountKey[], state: JournalState, disable: boolean): Change[] {
  const changes = selected
    .filter((key) => !(disable && key.disabled === true))
    .map((key): Change => {
      const { hash, name } = key;
      if (disable) return { kind: 'update', hash, name, patch: { disabled: true }, before: key, reason: 'revoke' };
      return { kind: 'delete', hash, name, before: toKeyFacts(key), reason: 'revoke' };
    });
  if (disable) return changes;
  const listed = new Set(selected.map(({ hash }) => hash));
  for (const open of state.openChanges.values()) {
    if (open.action !== 'delete' || listed.has(open.hash)) continue;
    changes.push({ kind: 'delete', hash: open.hash, name: open.name, before: open.before, reason: open.reason });
  }
  return changes;
}
