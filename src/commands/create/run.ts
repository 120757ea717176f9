import { applyUntilResolved } from '../../apply/apply-until-resolved.ts';
import { type Survey, type SurveyTools, surveyAccount } from '../../apply/survey.ts';
import {
  accountOf,
  checkManagementKey,
  openSession,
  resolveWorkspace,
  type Session,
  type SessionFlags,
} from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { CliError, type ExitCode, usageError } from '../../errors.ts';
import { carryOut } from '../../execution/carry-out.ts';
import type { Done, TailFlags, Target, TargetPlan } from '../../execution/job.ts';
import { ACCOUNT_PREFIX } from '../../execution/key-groups.ts';
import { type NewKeyFlags, readNewKeyFlags } from '../../execution/new-key-settings.ts';
import { offTerminal } from '../../execution/off-terminal.ts';
import { attemptName, type HeldAttempt, isLiving } from '../../journal/attempt.ts';
import { heldKeys, type JournalState } from '../../journal/fold.ts';
import { cleanPrefix, isSameStem, typedStem, withoutTag } from '../../keys/key-name.ts';
import { type Create, isCreate } from '../../plan/change.ts';
import { planSweep } from '../../plan/plan-sweep.ts';
import { confirmYes } from '../../terminal/confirm.ts';
import { orphansText } from '../../views/change-text.ts';
import { saveResults } from '../../workshop/save-results.ts';
import { workshopFolder } from '../../workshop/shelf.ts';
import { openWorkshop } from '../../workshop/workshop.ts';
import type { WorkshopId } from '../../workshop/workshop-id.ts';
import { type CreatedView, createdJson, renderCreated, renderCreatePlan } from './screen.ts';

export interface CreateOptions extends NewKeyFlags, TailFlags {
  /** as typed; the key name is this and a tag */
  name: string;
  session: SessionFlags;
  prefix?: string | undefined;
  workspace?: string | undefined;
  /** another key although one with this name exists */
  again: boolean;
  /** show the secret once, on a terminal only */
  reveal: boolean;
}

interface CreatePlan extends TargetPlan {
  survey: Survey;
  /** tags from before this run */
  before: ReadonlySet<string>;
}

/** Creates one key that belongs to no participant. */
export async function runCreate(options: CreateOptions, ctx: Context): Promise<ExitCode> {
  const stem = readStem(options.name);
  refuseReveal(options, ctx);
  readNewKeyFlags(options, undefined, ctx.now());
  const session = await openSession(options.session, ctx, { dryRun: options.dryRun });
  try {
    const current = await checkManagementKey(session);
    const workspace = await resolveWorkspace(session, options.workspace);
    const { settings: wanted, notes } = readNewKeyFlags(options, workspace, ctx.now());
    const create: Create = { kind: 'create', person: undefined, participant: null, stem, wanted };
    const prefix = options.prefix === undefined ? ACCOUNT_PREFIX : cleanPrefix(options.prefix);
    const { outRoot, locationArgs, baseUrl } = session;
    const id: WorkshopId = { outRoot, locationArgs, prefix, baseUrl, account: accountOf(current) };
    const { dryRun, reveal } = options;
    const folder = workshopFolder(outRoot, prefix);
    const view: CreatedView = { service: session, prefix, folder, stem, wanted, notes, dryRun, reveal };
    const survey = surveyTools(create, session, ctx);
    return await carryOut<Target, CreatePlan>(
      {
        command: 'create',
        doing: 'Creating the key',
        flags: options,
        session,
        targets: [{ id }],
        always: true,
        plan: async (_, state) => {
          refuseSecond(options, stem, state);
          const found = await surveyAccount(state, survey);
          const sweep = planSweep(state, found.listing, found.conclusive);
          return { survey: found, before: new Set(state.attempts.keys()), changes: [...sweep, create] };
        },
        renderPlan: (_, output) => renderCreatePlan(view, output, ctx),
        planJson: () => createdJson(view),
        confirm: (planned) => {
          const changes = planned.flatMap(({ plan }) => plan.changes);
          const question = `Create the key ${stem}?${orphansText(changes)}`;
          return confirmYes({ ctx, question, yes: options.yes, offTerminal: offTerminal(changes) });
        },
        apply: ({ plan, state }, deps) =>
          applyUntilResolved(plan.changes, {
            ...deps,
            survey,
            replan: () => (createdKey(state, plan.before) ? [] : [create]),
          }),
        renderResult: (done) => renderCreated(resultView(view, done), ctx),
        resultJson: (done) => createdJson(resultView(view, done)),
      },
      ctx,
    ).catch(async (error: unknown) => {
      // The run that created that key may have been killed before it wrote its files.
      if (error instanceof CliError && error.code === 'exists' && !dryRun) await refreshResults(id, ctx);
      throw error;
    });
  } finally {
    await session.close();
  }
}

async function refreshResults(id: WorkshopId, ctx: Context): Promise<void> {
  const workshop = await openWorkshop(id, 'create', ctx);
  await saveResults(workshop, ctx).finally(() => workshop.close());
}

function resultView(view: CreatedView, { planned, outcomes, files, stopped, interrupted }: Done<Target, CreatePlan>) {
  const outcome = outcomes.find(({ change }) => isCreate(change));
  const held = planned.map(({ state, plan }) => createdKey(state, plan.before)).find((found) => found);
  return { ...view, held, outcome, files, stopped, interrupted };
}

/** The key that this run created. */
function createdKey(state: JournalState, before: ReadonlySet<string>): HeldAttempt | undefined {
  return heldKeys(state).find(({ tag }) => !before.has(tag));
}

function surveyTools({ wanted }: Create, { api, recheckMs }: Session, ctx: Context): SurveyTools {
  return { api, sleep: ctx.sleep, stop: ctx.interrupts.stop, recheckMs, workspaces: [wanted.workspace_id] };
}

function readStem(text: string): string {
  const stem = typedStem(text);
  if (stem !== '') return stem;
  throw usageError('no_name', 'The key name is empty.', { hint: 'For example: orkeys create test' });
}

function refuseReveal({ reveal, json }: CreateOptions, ctx: Context): void {
  if (!reveal) return;
  if (json) {
    throw usageError('contradiction', '--reveal and --json cannot be combined: JSON output never contains secrets.', {
      hint: 'Remove one of them. The secret is saved in keys.json either way.',
    });
  }
  if (ctx.stdout.isTTY) return;
  throw usageError('reveal_needs_terminal', '--reveal works only on a terminal.', {
    hint: 'Remove it. The secret is saved in keys.json.',
  });
}

/** Running the same line twice must not create two keys by accident. */
function refuseSecond({ again }: CreateOptions, stem: string, state: JournalState): void {
  if (again) return;
  const living = heldKeys(state)
    .filter(isLiving)
    .find((held) => isSameStem(withoutTag(attemptName(held)), stem));
  if (!living) return;
  throw usageError('exists', `A key with this name already exists: ${attemptName(living)}. Nothing was created.`, {
    hint: 'Its secret is in keys.json. To create another one, add --again.',
  });
}
