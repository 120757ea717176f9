import type { CliError } from '../errors.ts';
import { hashOf } from '../journal/attempt.ts';
import type { Change, Replaced } from '../plan/change.ts';
import { applyDelete, applyUpdate } from './apply-change.ts';
import type { ApplyDeps, Step } from './step.ts';

/** The end of a rotation that an earlier run began. */
export async function applyRetire(change: Extract<Change, { kind: 'retire' }>, deps: ApplyDeps): Promise<Step> {
  const { outcome, stop } = await retire(change.old, change.successor, deps);
  return { outcome: { ...outcome, change }, ...(stop ? { stop } : {}) };
}

/**
 * Takes the old key out of use, now that its successor (by tag) is saved. What bound the old key binds the new one first;
 * where that fails the old one stays.
 */
export async function retire(old: Replaced, successor: string, deps: ApplyDeps): Promise<Step> {
  const { hash, name, before } = old;
  const problem = old.guardrail === undefined ? undefined : await bind(old.guardrail, successor, deps);
  if (problem) {
    const change: Change = { kind: 'delete', hash, name, before, reason: 'retire' };
    const reason = `the new key could not be put under the guardrail of the old one: ${problem.reason}`;
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
  if (hash === undefined) return { reason: 'its hash is not known yet; the next run finds it' };
  const bound = await guardrails?.bindKeys(guardrail, [hash]);
  if (!bound) return { reason: 'the service could not be asked' };
  if (bound.kind === 'failed') return bound;
  return bound.count === 1 ? undefined : { reason: `the service bound ${bound.count} keys instead of 1` };
}
