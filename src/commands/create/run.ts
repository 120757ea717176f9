import { applyUntilSettled } from '../../apply/apply-until-settled.ts';
import type { ApplyDeps } from '../../apply/step.ts';
import { type SurveyTools, surveyAccount } from '../../apply/survey.ts';
import {
  checkManagementKey,
  openSession,
  resolveWorkspace,
  type Session,
  type SessionFlags,
} from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { ACCOUNT_PREFIX } from '../../execution/key-groups.ts';
import { type KeyFlags, readKeyFlags } from '../../execution/key-settings.ts';
import type { JournalState, TagRecord } from '../../journal/fold.ts';
import { cleanPrefix, foldStem, tagOf } from '../../keys/key-name.ts';
import type { Change } from '../../plan/change.ts';
import { planSweep } from '../../plan/plan-sweep.ts';
import { confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import { saveResults } from '../../workshop/save-results.ts';
import { openWorkshop, readWorkshop, type Workshop, type WorkshopId, workshopFolder } from '../../workshop/workshop.ts';
import { type CreatedView, createdJson, renderCreated, renderCreatePlan } from './screen.ts';

export interface CreateOptions extends KeyFlags {
  /** as typed; the key's name is this and a tag */
  name: string;
  session: SessionFlags;
  prefix?: string | undefined;
  workspace?: string | undefined;
  /** one more although a key of that name is there */
  again: boolean;
  /** show the secret, once, on a terminal */
  reveal: boolean;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  quiet: boolean;
}

export async function runCreate(options: CreateOptions, ctx: Context): Promise<ExitCode> {
  const stem = readStem(options.name);
  refuseReveal(options, ctx);
  readKeyFlags(options, undefined, ctx.now());
  const session = await openSession(options.session, ctx, undefined, { dryRun: options.dryRun });
  try {
    const current = await checkManagementKey(session);
    const workspace = await resolveWorkspace(session, options.workspace);
    const { settings: wanted, notes } = readKeyFlags(options, workspace, ctx.now());
    const create: Create = { kind: 'create', person: undefined, participant: null, stem, wanted };
    const id: WorkshopId = {
      outRoot: session.outRoot,
      place: session.place,
      prefix: options.prefix === undefined ? ACCOUNT_PREFIX : cleanPrefix(options.prefix),
      baseUrl: session.baseUrl,
      account: current.organization_id ?? current.creator_user_id ?? undefined,
    };
    const view: CreatedView = {
      sandbox: session.sandbox,
      prefix: id.prefix,
      folder: workshopFolder(id.outRoot, id.prefix),
      stem,
      wanted,
      notes,
      dryRun: options.dryRun,
    };
    if (options.dryRun) {
      refuseSecond(options, stem, await readWorkshop(id, ctx));
      if (options.json) printJson(ctx, createdJson(view));
      else ctx.stdout.write(renderCreatePlan(view, ctx.stdout, ctx));
      return EXIT.OK;
    }
    const workshop = await openWorkshop(id, 'create', ctx);
    try {
      await refuseSecondSaved(options, stem, workshop, ctx);
      if (!options.quiet && !options.json) ctx.stderr.write(renderCreatePlan(view, ctx.stderr, ctx));
      return await createOne(options, create, view, session, workshop, ctx);
    } finally {
      await workshop.close();
    }
  } finally {
    await session.close();
  }
}

type Create = Extract<Change, { kind: 'create' }>;

async function createOne(
  options: CreateOptions,
  create: Create,
  view: CreatedView,
  session: Session,
  workshop: Workshop,
  ctx: Context,
): Promise<ExitCode> {
  const { journal } = workshop;
  const survey: SurveyTools = {
    api: session.api,
    sleep: ctx.sleep,
    stop: ctx.interrupts.stop,
    settleMs: session.settleMs,
    workspaces: [create.wanted.workspace_id],
  };
  const { listing, sure } = await surveyAccount(journal.state, survey);
  const sweep = planSweep(journal.state, listing, sure);
  const question = `Create the key ${create.stem}?`;
  if (!(await confirmYes({ ctx, question, yes: options.yes, offTerminal: 'proceed' }))) {
    ctx.stderr.write('Nothing was changed.\n');
    return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  }
  const before = new Set(journal.state.tags.keys());
  const isMade = ({ tag, status }: TagRecord) => !before.has(tag) && status === 'held';
  const deps: ApplyDeps = {
    api: session.api,
    journal,
    random: ctx.random,
    concurrency: 1,
    stop: ctx.interrupts.stop,
    rescue: workshop.rescue,
  };
  const { outcomes, stopped } = await applyUntilSettled([...sweep, create], {
    ...deps,
    survey,
    replan: (state) => ([...state.tags.values()].some(isMade) ? [] : [create]),
  });
  const files = await saveResults(workshop, ctx);
  const record = [...journal.state.tags.values()].find(isMade);
  const outcome = outcomes.find(({ change }) => change.kind === 'create');
  const interrupted = ctx.interrupts.stop.aborted;
  const done: CreatedView = { ...view, record, outcome, files, stopped, interrupted, reveal: options.reveal };
  if (options.json) printJson(ctx, createdJson(done));
  else ctx.stdout.write(renderCreated(done, ctx));
  if (stopped) throw stopped;
  if (files.some(({ failed }) => failed !== undefined)) return EXIT.CANNOT_SAVE;
  if (record) return EXIT.OK;
  return interrupted ? EXIT.INTERRUPTED : EXIT.PARTIAL;
}

function readStem(text: string): string {
  const stem = cleanPrefix(text);
  if (stem !== '') return stem;
  throw usageError('no_name', 'The name of the key is empty.', { hint: 'Type for example: orkeys create test' });
}

function refuseReveal({ reveal, json }: CreateOptions, ctx: Context): void {
  if (!reveal) return;
  if (json) {
    throw usageError('contradiction', '--reveal and --json contradict each other: JSON never holds a secret.', {
      hint: 'The secret is in keys.json in any case.',
    });
  }
  if (ctx.stdout.isTTY) return;
  throw usageError('reveal_needs_terminal', '--reveal shows the secret on a terminal only.', {
    hint: 'Leave it out: the secret is in keys.json.',
  });
}

/** Running the same line twice must not make two keys by accident. */
function refuseSecond({ again }: CreateOptions, stem: string, state: JournalState): void {
  if (again) return;
  const living = [...state.tags.values()].find(
    (record) =>
      record.status === 'held' &&
      (record.life === 'active' || record.life === 'disabled') &&
      foldStem(stemOf(record)) === foldStem(stem),
  );
  if (!living) return;
  const name = living.facts.name ?? living.wanted?.name ?? stem;
  throw usageError('exists', `There is a key of that name: ${name}. Nothing was created.`, {
    hint: 'Its secret is in keys.json. To make one more, add --again.',
  });
}

/** The run that made that key may have been killed before it wrote its files. */
async function refuseSecondSaved(
  options: CreateOptions,
  stem: string,
  workshop: Workshop,
  ctx: Context,
): Promise<void> {
  try {
    refuseSecond(options, stem, workshop.journal.state);
  } catch (error) {
    await saveResults(workshop, ctx);
    throw error;
  }
}

function stemOf({ wanted, facts }: TagRecord): string {
  const name = wanted?.name ?? facts.name ?? '';
  const tag = tagOf(name);
  return tag === undefined ? name : name.slice(0, -tag.length - 1);
}
