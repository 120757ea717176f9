import type { Change } from '../plan/change.ts';

/** Scripts can create keys without `--yes`, but not delete or disable them, not even orphaned ones. */
export function offTerminal(changes: readonly Change[]): 'proceed' | 'refuse' {
  return changes.some(({ kind }) => kind === 'remove_orphan') ? 'refuse' : 'proceed';
}
