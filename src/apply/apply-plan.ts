import type { CliError } from '../errors.ts';
import { ENTRY_VERSION } from '../journal/entry.ts';
import { raiseVersion } from '../journal/journal.ts';
import { numberMembers } from '../journal/member-numbers.ts';
import { newTag } from '../keys/key-name.ts';
import { type Change, isBookkeeping, type Outcome } from '../plan/change.ts';
import { isGroup } from '../roster/group.ts';
import { applyDelete, applyRemoveOrphan, applyUpdate } from './apply-change.ts';
import { applyCreate } from './apply-create.ts';
import { applyRetire } from './apply-retire.ts';
import { applyTierChange } from './apply-tier-change.ts';
import { midRun } from './mid-run.ts';
import type { Applied, ApplyDeps, Step } from './step.ts';

/**
 * The only function that changes the account. It writes to the journal before and after each request: intent, one request,
 * outcome. Changes start in order, up to `concurrency` at the same time. After an interrupt, or an error that would affect
 * every row, it finishes the requests in progress and starts no new ones.
 */
export async function applyPlan(changes: readonly Change[], deps: ApplyDeps): Promise<Applied> {
  const outcomes: Outcome[] = [];
  const ordered = [...changes].sort((a, b) => order(a) - order(b));
  let next = 0;
  let stopped: CliError | undefined;
  let crash: { error: unknown } | undefined;
  const worker = async () => {
    for (;;) {
      const change = ordered[next];
      if (!change || stopped || crash || deps.stop.aborted) return;
      next += 1;
      try {
        const step = await applyChange(change, deps);
        outcomes.push(step.outcome);
        deps.onOutcome?.(step.outcome);
        stopped ??= step.stop && midRun(step.stop);
      } catch (error) {
        crash ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(deps.concurrency, ordered.length)) }, worker));
  if (crash) throw crash.error;
  for (const change of ordered.slice(next)) outcomes.push({ change, result: 'not_started' });
  return { outcomes, stopped };
}

async function applyChange(change: Change, deps: ApplyDeps): Promise<Step> {
  switch (change.kind) {
    case 'create':
      return applyCreate(change, deps);
    case 'update':
      return applyUpdate(change, deps);
    case 'delete':
      return applyDelete(change, deps);
    case 'retire':
      return applyRetire(change, deps);
    case 'remove_orphan':
      return applyRemoveOrphan(change, deps);
    case 'record_absent':
      await deps.journal.append({ type: 'absent', tag: change.tag });
      return { outcome: { change, result: 'done' } };
    case 'record_person':
      await raiseVersion(deps.journal, ENTRY_VERSION[isGroup(change.participant) ? 'group' : 'person']);
      await deps.journal.append({
        type: 'person',
        person: change.person,
        participant: numberMembers(change.participant, change.person, deps.journal.state),
      });
      return { outcome: { change, result: 'done' } };
    case 'record_not_ours':
      await deps.journal.append({
        type: 'unresolved',
        tag: change.tag,
        reason: 'the key on the account has another secret',
      });
      return { outcome: { change, result: 'done' } };
    case 'record_gone':
      await deps.journal.append({ type: 'gone', hash: change.hash });
      return { outcome: { change, result: 'done' } };
    case 'record_changed': {
      const { hash, name, patch, before, after, reason } = change;
      const action = 'update';
      await deps.journal.append({ type: 'change', hash, name, action, reason, patch, before });
      await deps.journal.append({ type: 'changed', hash, action, reason, result: 'done', after });
      return { outcome: { change, result: 'done' } };
    }
    case 'locate':
      await deps.journal.append({ type: 'located', tag: change.tag, facts: change.facts });
      return { outcome: { change, result: 'done' } };
    case 'import': {
      const { participant, facts, secret } = change;
      const tag = change.tag ?? newTag(deps.random);
      await raiseVersion(deps.journal, ENTRY_VERSION.imported);
      const key = secret.reveal();
      await deps.journal.append({ type: 'imported', tag, person: change.person ?? tag, participant, key, facts });
      return { outcome: { change, result: 'done', name: change.name, tag } };
    }
    default:
      return applyTierChange(change, deps);
  }
}

/** Journal-only changes first, then orphaned keys of earlier runs, then the rest in the order of the plan. */
function order(change: Change): number {
  if (isBookkeeping(change)) return 0;
  return change.kind === 'remove_orphan' ? 1 : 2;
}
