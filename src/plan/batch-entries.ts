import { toKeyFacts } from '../journal/entry.ts';
import type { OpenChange } from '../journal/fold.ts';
import type { NewEntry } from '../journal/journal.ts';
import type { Change } from './change.ts';

type ChangeLine = Extract<NewEntry, { type: 'change' }>;

/** What a plan will do to keys that exist, as lines for the journal: those that a crash must not make anybody decide anew. */
export function batchEntries(changes: readonly Change[]): ChangeLine[] {
  return changes.flatMap((change): ChangeLine[] => {
    if (change.kind === 'update') {
      const { hash, name, patch, reason } = change;
      return [{ type: 'change', hash, name, action: 'update', reason, patch, before: toKeyFacts(change.before) }];
    }
    if (change.kind === 'create' && change.replaces) {
      const { hash, name, retire, before } = change.replaces;
      const line = { type: 'change', hash, name, reason: 'retire', before } as const;
      return [
        retire === 'delete' ? { ...line, action: 'delete' } : { ...line, action: 'update', patch: { disabled: true } },
      ];
    }
    return [];
  });
}

/** Whether an earlier batch that was written whole says the same. */
export function isDecided({ hash, action, patch }: ChangeLine, open: ReadonlyMap<string, OpenChange>): boolean {
  const known = open.get(hash);
  return known?.action === action && JSON.stringify(known.patch) === JSON.stringify(patch);
}
