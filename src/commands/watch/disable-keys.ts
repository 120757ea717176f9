import { applyPlan } from '../../apply/apply-plan.ts';
import type { Session } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT } from '../../errors.ts';
import { applyDeps } from '../../execution/apply-deps.ts';
import { groupKeys } from '../../execution/key-groups.ts';
import { unfinishedChanges } from '../../journal/open-changes.ts';
import { type Change, changedHash, isDone } from '../../plan/change.ts';
import { planUpdate } from '../../plan/plan-update.ts';
import type { Selection } from '../../selection/select-from-account.ts';
import type { Told } from '../../usage/watch-state.ts';
import { saveResults } from '../../workshop/save-results.ts';
import { openWorkshop } from '../../workshop/workshop.ts';

export interface Disabled {
  /** hashes of the keys that are disabled now */
  done: Set<string>;
  /** why others are not, one sentence each */
  failed: string[];
}

/**
 * Disables keys like `update --disable`: recorded in the journal before each request. The workshop is locked for this moment only.
 * If another run uses it, nothing is done, and the next reading decides again.
 */
export async function disableKeys(
  wanted: readonly Told[],
  where: { session: Session; selection: Selection; prefix: string; account: string | undefined },
  ctx: Context,
): Promise<Disabled> {
  const { session, selection, prefix, account } = where;
  const disabled: Disabled = { done: new Set(), failed: [] };
  const hashes = new Set(wanted.flatMap(({ key }) => key?.hash ?? []));
  const keys = selection.keys.filter(({ key }) => hashes.has(key.hash));
  const id = { outRoot: session.outRoot, locationArgs: session.locationArgs, baseUrl: session.baseUrl, account };
  for (const group of groupKeys({ ...selection, keys, missing: [] }, { ...id, prefix })) {
    try {
      const workshop = await openWorkshop(group.id, 'watch', ctx);
      try {
        const unfinished = unfinishedChanges([workshop.journal.state]);
        const { changes } = planUpdate(group.keys, { disabled: true }, unfinished);
        const applied = await applyPlan(changes.map(byWatch), applyDeps(session, workshop, ctx));
        await saveResults(workshop, ctx);
        for (const outcome of applied.outcomes) {
          const hash = changedHash(outcome.change);
          if (isDone(outcome) && hash !== undefined) disabled.done.add(hash);
          else if (!isDone(outcome))
            disabled.failed.push(`${nameOf(outcome.change)}: ${outcome.reason ?? 'not started'}`);
        }
      } finally {
        await workshop.close();
      }
    } catch (error) {
      if (!(error instanceof CliError) || !PASSING.has(error.exitCode)) throw error;
      disabled.failed.push(error.message);
    }
  }
  return disabled;
}

/** What may be over at the next reading. */
const PASSING: ReadonlySet<number> = new Set([EXIT.LOCKED, EXIT.UNREACHABLE, EXIT.CANNOT_SAVE]);

function byWatch(change: Change): Change {
  return change.kind === 'update' ? { ...change, by: 'watch' } : change;
}

function nameOf(change: Change): string {
  return 'name' in change ? change.name : 'a key';
}
