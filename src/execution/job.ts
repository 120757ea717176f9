import type { Applied, ApplyDeps } from '../apply/step.ts';
import type { Session } from '../connection/session.ts';
import type { Output } from '../context.ts';
import type { CliError } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import type { Change, Outcome } from '../plan/change.ts';
import type { SavedFile } from '../workshop/save-results.ts';
import type { Workshop } from '../workshop/workshop.ts';
import type { WorkshopId } from '../workshop/workshop-id.ts';

/** Options of every changing command, as far as the common tail needs them. */
export interface TailFlags {
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  quiet: boolean;
}

/** One workshop whose keys a command changes. */
export interface Target {
  id: WorkshopId;
  /** its journal as it was when the keys were selected; absent = it is read when it is opened */
  seen?: JournalState;
}

export interface TargetPlan {
  changes: readonly Change[];
}

export interface Planned<T extends Target, P extends TargetPlan> {
  target: T;
  plan: P;
  /** its journal: by which it was planned, and then what the run made of it */
  state: JournalState;
}

/** What a run came to. */
export interface Done<T extends Target, P extends TargetPlan> {
  planned: readonly Planned<T, P>[];
  outcomes: readonly Outcome[];
  files: readonly SavedFile[];
  /** the error that would have hit every further change */
  stopped: CliError | undefined;
  interrupted: boolean;
  /** keys that may exist and whose secret nobody has */
  orphans: number;
}

/** A changing command, as far as it differs from the others. Its steps are called in this order by `carryOut`. */
export interface Job<T extends Target, P extends TargetPlan> {
  command: string;
  /** `Creating keys` */
  doing: string;
  flags: TailFlags;
  session: Session;
  targets: readonly T[];
  /** whether a run without a change to make opens its workshops, shows its plan and writes its results all the same */
  always: boolean;
  /** Decides what to change in one workshop. `states`: the journals of all targets, by prefix. */
  plan(target: T, state: JournalState, states: ReadonlyMap<string, JournalState>): Promise<P>;
  renderPlan(planned: readonly Planned<T, P>[], output: Output): string;
  planJson(planned: readonly Planned<T, P>[]): unknown;
  /** Asks. Called only when there is a change. */
  confirm(planned: readonly Planned<T, P>[]): Promise<boolean>;
  /** Writes to the journals what a crash must not make anybody decide anew, before the first request. */
  remember?(opened: readonly OpenTarget<T, P>[]): Promise<void>;
  /** instead of one pass over the changes */
  apply?(planned: Planned<T, P>, deps: ApplyDeps & { onRound(): void }): Promise<Applied>;
  /** files besides keys.json and keys.xlsx */
  saveMore?(opened: OpenTarget<T, P>, outcomes: readonly Outcome[]): Promise<SavedFile[]>;
  renderResult(done: Done<T, P>): string;
  resultJson(done: Done<T, P>): unknown;
  /** whether nothing is left to do, as far as the outcomes do not tell */
  isComplete?(done: Done<T, P>): boolean;
}

export interface OpenTarget<T extends Target, P extends TargetPlan> extends Planned<T, P> {
  workshop: Workshop;
}
