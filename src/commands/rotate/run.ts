import { applyPlan } from '../../apply/apply-plan.ts';
import { applyUntilResolved } from '../../apply/apply-until-resolved.ts';
import type { Applied, ApplyDeps } from '../../apply/step.ts';
import { type SurveyTools, surveyAccount } from '../../apply/survey.ts';
import type { Context } from '../../context.ts';
import { type ExitCode, usageError } from '../../errors.ts';
import { changeKeys, type GroupPlan } from '../../execution/change-keys.ts';
import { confirmationWord } from '../../execution/confirmation-word.ts';
import type { ListFlags } from '../../execution/job.ts';
import type { KeyGroup } from '../../execution/key-groups.ts';
import { readExpires } from '../../execution/new-key-settings.ts';
import { hashOf } from '../../journal/attempt.ts';
import { heldKeys, type JournalState, type OpenChange } from '../../journal/fold.ts';
import { unfinishedChanges } from '../../journal/open-changes.ts';
import { judgeOwnership } from '../../journal/ownership.ts';
import type { AccountKey } from '../../keys/account-key.ts';
import { tagOf } from '../../keys/key-name.ts';
import { type Change, type Create, changedHash, isCreate, isDone, type Outcome } from '../../plan/change.ts';
import { planRotate, type RotateInput, type RotateWish } from '../../plan/plan-rotate.ts';
import { planSweep, unresolvedAttempts } from '../../plan/plan-sweep.ts';
import { isReplaced, replacedNote } from '../../plan/replaced-keys.ts';
import { plural } from '../../plural.ts';
import { type OpenSelection, type SelectOptions, withSelection } from '../../selection/open-selection.ts';
import { confirmTyped, confirmYes } from '../../terminal/confirm.ts';
import type { NextStep } from '../../terminal/next-step.ts';
import { showCommand } from '../../views/show-command.ts';

export interface RotateOptions extends SelectOptions, ListFlags {
  /** the old keys are disabled, not deleted */
  grace: boolean;
  carryRemaining: boolean;
  prefix?: string | undefined;
  /** as typed; false = `--no-expires` */
  expires?: string | false | undefined;
}

/** What the plan depends on, apart from the journal. */
interface Rotation {
  options: RotateOptions;
  wish: RotateWish;
  guardrails: ReadonlyMap<string, string> | undefined;
  open: OpenSelection;
  tools: SurveyTools;
  now: Date;
}

export async function runRotate(options: RotateOptions, ctx: Context): Promise<ExitCode> {
  const wish = readWish(options, ctx.now());
  return withSelection(options, ctx, async (open) => {
    const { session, selection } = open;
    const rotation: Rotation = {
      options,
      wish,
      guardrails: (await session.api.listKeyGuardrails())?.bound,
      open,
      tools: {
        api: session.api,
        sleep: ctx.sleep,
        stop: ctx.interrupts.stop,
        recheckMs: session.recheckMs,
        workspaces: [...new Set(selection.keys.map(({ key }) => key.workspace_id))],
      },
      now: ctx.now(),
    };
    return changeKeys(
      {
        words: { command: 'rotate', to: 'rotate', doing: 'Rotating keys', done: 'Rotated' },
        flags: options,
        open,
        ...{ batch: true, deletes: !options.grace },
        plan: (group, state, unfinished) => planGroup(rotation, group, state, unfinished),
        confirm: (changes, prefixes) => confirmed(options, open, changes, prefixes, ctx),
        apply: (group, changes, deps) => applyRotation(rotation, group, changes, deps),
        next: ({ outcomes }) => nextSteps(outcomes, session.locationArgs),
      },
      ctx,
    );
  });
}

/** Resolves unknown outcomes of earlier runs first, by checking the account. Keys that are still unresolved wait for the next run. */
async function planGroup(
  rotation: Rotation,
  group: KeyGroup,
  state: JournalState,
  unfinished: ReadonlyMap<string, OpenChange>,
): Promise<GroupPlan> {
  const needsSurvey =
    heldKeys(state).some(({ facts }) => facts.hash === undefined) || unresolvedAttempts(state).length > 0;
  const survey = needsSurvey ? await surveyAccount(state, rotation.tools) : undefined;
  const sweep = survey ? planSweep(state, survey.listing, survey.conclusive) : [];
  const plan = planNow(rotation, group, state, unfinished, sweep);
  refuseExpired(plan.changes, rotation);
  return plan;
}

function planNow(
  rotation: Rotation,
  group: KeyGroup,
  state: JournalState,
  unfinished: ReadonlyMap<string, OpenChange>,
  sweep: readonly Change[],
): GroupPlan {
  const { options, wish, guardrails, open } = rotation;
  const resolved = new Set(sweep.flatMap((change) => ('tag' in change ? [change.tag] : [])));
  const waiting = new Set(
    unresolvedAttempts(state).flatMap(({ tag, intent }) =>
      resolved.has(tag) || intent?.replaces === undefined ? [] : [intent.replaces],
    ),
  );
  const ours = group.keys.filter((key) => !isOrphan(key, state) && !waiting.has(key.hash));
  const notes: string[] = [];
  const byName = options.selectors.hash !== undefined;
  const replaced = ours.filter((key) => isReplaced(key, state) && !byName);
  const disabled = ours.filter(
    (key) => key.disabled === true && !replaced.includes(key) && !byName && !options.selectors.disabled,
  );
  const keys = ours.filter((key) => unfinished.has(key.hash) || !(replaced.includes(key) || disabled.includes(key)));
  if (replaced.length > 0) notes.push(replacedNote(replaced.length));
  if (disabled.length > 0) {
    notes.push(
      `${plural(disabled.length, 'disabled key')} skipped because new keys would be enabled; add --disabled to rotate them`,
    );
  }
  if (waiting.size > 0)
    notes.push(`${plural(waiting.size, 'earlier attempt')} unresolved; run the same command again later`);
  if (guardrails === undefined) notes.push('guardrails are not visible; new keys are created without one');
  if (wish.carryRemaining && keys.some(({ limit_reset }) => limit_reset)) {
    notes.push(
      'keys with a limit reset keep their full limit; the remaining amount would otherwise apply to every reset period',
    );
  }
  const input: RotateInput = {
    keys,
    missing: group.missing,
    state,
    open: unfinished,
    wish,
    guardrails: guardrails ?? new Map(),
    creator: open.creator,
  };
  const plan = planRotate(input);
  return {
    changes: [...sweep, ...plan.changes],
    unchanged: [...plan.unchanged, ...replaced, ...disabled].filter((key, at, all) => all.indexOf(key) === at),
    notes: [...notes, ...plan.notes],
  };
}

/** An orphaned key is removed by the sweep, not rotated. */
function isOrphan(key: AccountKey, state: JournalState): boolean {
  const tag = tagOf(key.name);
  const attempt = tag === undefined ? undefined : state.attempts.get(tag);
  return attempt !== undefined && hashOf(attempt) !== key.hash && judgeOwnership(attempt, key) === 'ours';
}

async function applyRotation(
  rotation: Rotation,
  group: KeyGroup,
  changes: readonly Change[],
  deps: ApplyDeps,
): Promise<Applied> {
  const remaining = (state: JournalState, sweep: readonly Change[] = []) =>
    planNow(rotation, group, state, unfinishedHere(rotation, group, state), sweep).changes;
  const applied = await applyUntilResolved(changes, {
    ...deps,
    survey: rotation.tools,
    replan: (state, { listing, conclusive }) => {
      const sweep = planSweep(state, listing, conclusive);
      return remaining(state, sweep).filter((change) => change.kind === 'create' && isStarted(change, state));
    },
  });
  if (applied.stopped || deps.stop.aborted) return applied;
  // The response about an old key may have been lost; deleting or disabling it again is safe and returns its state.
  const retires = remaining(deps.journal.state).filter(({ kind }) => kind === 'retire');
  if (retires.length === 0) return applied;
  const again = await applyPlan(retires, deps);
  const retired = new Set(again.outcomes.filter(isDone).map(({ change }) => changedHash(change)));
  const outcomes = applied.outcomes.map((outcome): Outcome => {
    const { change } = outcome;
    const hash = change.kind === 'create' || change.kind === 'retire' ? changedHash(change) : undefined;
    if (hash === undefined || !retired.has(hash)) return outcome;
    const { reason: _, ...rest } = outcome;
    return { ...rest, result: 'done' };
  });
  return { outcomes, stopped: again.stopped };
}

function unfinishedHere({ open }: Rotation, { id }: KeyGroup, state: JournalState): Map<string, OpenChange> {
  const others = open.selection.known.workshops
    .filter(({ prefix }) => prefix !== id.prefix)
    .map((known) => known.state);
  return new Map([...unfinishedChanges([...others, state])].filter(([hash]) => state.openChanges.has(hash)));
}

/** Only keys of this rotation are created again; otherwise completed keys would be rotated a second time. */
function isStarted(change: Create, state: JournalState): boolean {
  return change.replaces !== undefined && state.openChanges.has(change.replaces.hash);
}

function readWish({ grace, carryRemaining, expires }: RotateOptions, now: Date): RotateWish {
  return {
    retire: grace ? 'disable' : 'delete',
    carryRemaining,
    expires_at: expires === false ? null : expires === undefined ? undefined : readExpires(expires, now),
  };
}

function refuseExpired(changes: readonly Change[], { now }: Rotation): void {
  const expired = changes
    .filter(isCreate)
    .flatMap(({ wanted: { expires_at }, replaces }) =>
      expires_at !== null && new Date(expires_at) <= now && replaces ? [{ expires_at, name: replaces.name }] : [],
    );
  if (expired.length === 0) return;
  const keys =
    expired.length === 1 ? '1 key has expired, and its new key' : `${expired.length} keys have expired, and new keys`;
  throw usageError('expired', `${keys} would have the same expiration. Nothing was changed.`, {
    hint: 'Add --expires 7d, or --no-expires.',
    issues: expired.map(({ name, expires_at }) => ({ code: 'expired', message: `${name} expired ${expires_at}` })),
  });
}

function confirmed(
  options: RotateOptions,
  { typed }: OpenSelection,
  changes: readonly Change[],
  prefixes: readonly string[],
  ctx: Context,
): Promise<boolean> {
  const { grace, yes } = options;
  const replace = `Replace ${plural(changes.length, 'key')}`;
  const old = changes.length === 1 ? 'the old one' : 'the old ones';
  if (grace) return confirmYes({ ctx, question: `${replace} and disable ${old}?`, yes, offTerminal: 'refuse' });
  const question = `${replace} and permanently delete ${old}?`;
  const expected = confirmationWord({ verb: 'replace', changes, prefixes, typed, options });
  return confirmTyped({ ctx, question, expected, yes });
}

/** One participant waits for the new key; the keys of many are in the files. */
function nextSteps(outcomes: readonly Outcome[], locationArgs: readonly string[]): NextStep[] {
  if (!outcomes.every(isDone)) {
    return ['run the same command again to finish; keys already replaced are not replaced twice'];
  }
  const [only, ...others] = outcomes.map(({ change }) => change).filter(isCreate);
  if (!only || others.length > 0) return [];
  const { participant, stem } = only;
  return [{ does: 'to show the new key', command: showCommand({ participant, name: stem }, locationArgs) }];
}
