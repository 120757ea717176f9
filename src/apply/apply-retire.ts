import type { CliError } from '../errors.ts';
import { hashOf } from '../journal/attempt.ts';
import type { Change, Replaced } from '../plan/change.ts';
import { applyDelete, applyUpdate } from './apply-change.ts';
import type { ApplyDeps, Step } from './step.ts';

/** Finishes a rotation that an earlier run started. */
export async function applyRetire(change: Extract<Change, { kind: 'retire' }>, deps: ApplyDeps): Promise<Step> {
  const { outcome, stop } = await retire(change.old, change.successor, deps);
  return { outcome: { ...outcome, change }, ...(stop ? { stop } : {}) };
}

/**
 * Deletes or disables the old key, now that its replacement (by tag) is saved. The guardrail of the old key is assigned to
 * the new one first; if that fails, the old key is kept.
 */
export async function retire(old: Replaced, successor: string, deps: ApplyDeps): Promise<Step> {
  const { hash, name, before } = old;
  const problem = old.guardrail === undefined ? undefined : await bind(old.guardrail, successor, deps);
  if (problem) {
    const change: Change = { kind: 'delete', hash, name, before, reason: 'retire' };
    const reason = `cannot assign the old key's guardrail to the new key: ${problem.reason}`;
    return { outcome: { change, result: 'unresolved', reason }, ...(problem.stop ? { stop: problem.stop } : {}) };
  }
  return old.retire === 'delete'
    ? applyDelete({ kind: 'delete', hash, name, before, reason: 'retire' }, deps)
    : applyUpdate(
        {
          kind: 'update',
          hash,
          name,
          patch: { disabled: true },
          before: { ...before, hash, name },
          reason: 'retire',
        },
        deps,
      );
}

async function bind(
  guardrail: string,
  successor: string,
  { journal, guardrails }: ApplyDeps,
): Promise<{ reason: string; stop?: CliError } | undefined> {
  const attempt = journal.state.attempts.get(successor);
  const hash = attempt && hashOf(attempt);
  if (hash === undefined) return { reason: 'the hash of the new key is unknown until the next run' };
  const bound = await guardrails?.bindKeys(guardrail, [hash]);
  if (!bound) return { reason: 'guardrails are not available' };
  if (bound.kind === 'failed') return bound;
  return bound.count === 1 ? undefined : { reason: `OpenRouter assigned it to ${bound.count} keys instead of 1` };
}
