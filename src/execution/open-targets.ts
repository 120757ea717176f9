import type { Context } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';
import { emptyState, type JournalState } from '../journal/fold.ts';
import { openWorkshop, type Workshop } from '../workshop/workshop.ts';
import type { Job, OpenTarget, Planned, Target, TargetPlan } from './job.ts';

interface Opened<T extends Target, P extends TargetPlan> {
  /** of all targets */
  planned: Planned<T, P>[];
  /** of the open ones, with the same plans */
  opened: OpenTarget<T, P>[];
}

/**
 * Opens the workshops that a command changes and plans from their current journals. If no change is planned, workshops with
 * results are opened anyway: a run that was killed after its last change may have left outdated result files.
 */
export async function openTargets<T extends Target, P extends TargetPlan>(
  job: Job<T, P>,
  ctx: Context,
): Promise<Opened<T, P>> {
  const before = job.always ? [] : await planAll(job, new Map(job.targets.map((target) => [target, seenBy(target)])));
  const wanted = job.always ? job.targets : targetsToOpen(before);
  const workshops = new Map<T, Workshop>();
  try {
    for (const target of wanted) {
      const workshop = await openWorkshop(target.id, job.command, ctx);
      workshops.set(target, workshop);
      refuseStale(target, workshop);
    }
    const states = new Map(
      job.targets.map((target) => [target, workshops.get(target)?.journal.state ?? seenBy(target)]),
    );
    const planned = await planAll(job, states);
    const opened = planned.flatMap((each) => {
      const workshop = workshops.get(each.target);
      return workshop ? [{ ...each, workshop }] : [];
    });
    return { planned, opened };
  } catch (error) {
    for (const workshop of workshops.values()) await workshop.close();
    throw error;
  }
}

async function planAll<T extends Target, P extends TargetPlan>(
  job: Job<T, P>,
  states: ReadonlyMap<T, JournalState>,
): Promise<Planned<T, P>[]> {
  const byPrefix = new Map([...states].map(([{ id }, state]) => [id.prefix, state]));
  const planned: Planned<T, P>[] = [];
  for (const [target, state] of states) {
    planned.push({ target, state, plan: await job.plan(target, state, byPrefix) });
  }
  return planned;
}

function targetsToOpen<T extends Target, P extends TargetPlan>(planned: readonly Planned<T, P>[]): T[] {
  const changing = planned.filter(({ plan }) => plan.changes.length > 0);
  const withResults = planned.filter(({ state }) => state.attempts.size > 0 || state.unreported.size > 0);
  return (changing.length > 0 ? changing : withResults).map(({ target }) => target);
}

function seenBy({ seen }: Target): JournalState {
  return seen ?? emptyState();
}

/** The keys were selected before the folder was locked, so changes by another run in between would be lost. */
function refuseStale({ seen }: Target, { folder, journal }: Workshop): void {
  if (!seen?.header || seen.lastAt === journal.state.lastAt) return;
  throw new CliError(
    'changed_meanwhile',
    EXIT.LOCKED,
    `Another run has just modified ${folder}. This run changed nothing.`,
    { hint: 'Run the same command again.' },
  );
}
