import type { Change } from '../plan/change.ts';

/** Creating keys goes ahead in a script; deleting or disabling a key, be it an orphan of ours, needs `--yes` there. */
export function offTerminal(changes: readonly Change[]): 'proceed' | 'refuse' {
  return changes.some(({ kind }) => kind === 'remove_orphan') ? 'refuse' : 'proceed';
}
