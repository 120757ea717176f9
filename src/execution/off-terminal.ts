import type { Change } from '../plan/change.ts';
import { PLANNED_KEY } from '../plan/tier-people.ts';

/** Scripts can create keys without `--yes`, but not delete or disable them, not even orphaned ones, nor change which models they may use. */
export function offTerminal(changes: readonly Change[]): 'proceed' | 'refuse' {
  return changes.some((change) => change.kind === 'remove_orphan' || isForExistingKeys(change)) ? 'refuse' : 'proceed';
}

function isForExistingKeys(change: Change): boolean {
  if (change.kind === 'bind') return change.hashes.some((hash) => !hash.startsWith(PLANNED_KEY));
  return change.kind === 'set_models' || change.kind === 'unbind' || change.kind === 'delete_guardrail';
}
