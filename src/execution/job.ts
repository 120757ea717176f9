import type { Applied, ApplyDeps } from '../apply/step.ts';
import type { Session } from '../connection/session.ts';
import type { Output } from '../context.ts';
import type { CliError } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import type { Change, Outcome } from '../plan/change.ts';
import type { SavedFile } from '../workshop/save-results.ts';
import type { Workshop } from '../workshop/workshop.ts';
import type { WorkshopId } from '../workshop/workshop-id.ts';

/** Options of every command that makes changes. */
export interface TailFlags {
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  quiet: boolean;
}

/** Options of those whose plans and results may be long. */
export interface ListFlags extends TailFlags {
  /** list every row, not only those that need attention */
  allRows: boolean;
}

/** One workshop whose keys a command changes. */
export interface Target {
  id: WorkshopId;
  /** its journal at the time when the keys were selected; absent = read when the workshop is opened */
  seen?: JournalState;
}

export interface TargetPlan {
  changes: readonly Change[];
}

export interface Planned<T extends Target, P extends TargetPlan> {
  target: T;
  plan: P;
  /** its journal, which the plan is based on and which a run updates */
  state: JournalState;
}

/** The result of a run. */
export interface Done<T extends Target, P extends TargetPlan> {
  planned: readonly Planned<T, P>[];
  outcomes: readonly Outcome[];
  files: readonly SavedFile[];
  /** an error that would affect every further change */
  stopped: CliError | undefined;
  interrupted: boolean;
  /** number of possible orphaned keys */
  orphans: number;
}

/** What distinguishes a command that makes changes from the others. `carryOut` calls its steps in this order. */
export interface Job<T extends Target, P extends TargetPlan> {
  command: string;
  /** `Creating keys` */
  doing: string;
  flags: TailFlags;
  session: Session;
  targets: readonly T[];
  /** whether its result tells what came of batches, those of interrupted runs too */
  reportsBatches?: boolean;
  /** whether a run without changes still opens its workshops, shows its plan and writes its results */
  always: boolean;
  /** Plans the changes in one workshop. `states`: the journals of all targets, by prefix. */
  plan(target: T, state: JournalState, states: ReadonlyMap<string, JournalState>): Promise<P>;
  renderPlan(planned: readonly Planned<T, P>[], output: Output): string;
  planJson(planned: readonly Planned<T, P>[]): unknown;
  /** Asks for confirmation. Called only if there is a change. */
  confirm(planned: readonly Planned<T, P>[]): Promise<boolean>;
  /** Records in the journals, before the first request, what the next run after a crash must know. */
  remember?(opened: readonly OpenTarget<T, P>[]): Promise<void>;
  /** replaces the single pass over the changes */
  apply?(planned: Planned<T, P>, deps: ApplyDeps & { onRound(): void }): Promise<Applied>;
  /** files in addition to keys.json and keys.xlsx */
  saveMore?(opened: OpenTarget<T, P>, outcomes: readonly Outcome[]): Promise<SavedFile[]>;
  /** What is only to be looked at, once all is done and saved. */
  afterwards?(opened: OpenTarget<T, P>, outcomes: readonly Outcome[]): Promise<void>;
  renderResult(done: Done<T, P>): string;
  /** what became of hand-outs is added to its notes */
  resultJson(done: Done<T, P>): { notes: readonly string[] };
  /** whether nothing is left to do, apart from the outcomes */
  isComplete?(done: Done<T, P>): boolean;
}

export interface OpenTarget<T extends Target, P extends TargetPlan> extends Planned<T, P> {
  workshop: Workshop;
}
