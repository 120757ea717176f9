import { applyPlan } from '../../apply/apply-plan.ts';
import { type SurveyTools, surveyAccount } from '../../apply/survey.ts';
import { accountOf, type Session } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../errors.ts';
import { applyDeps } from '../../execution/apply-deps.ts';
import type { JournalState } from '../../journal/fold.ts';
import type { AccountKey, CurrentKey } from '../../keys/account-key.ts';
import type { Change } from '../../plan/change.ts';
import { lookalikeKeys, planSweep, unresolvedAttempts } from '../../plan/plan-sweep.ts';
import { plural } from '../../plural.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { canAsk, confirmYes } from '../../terminal/confirm.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { saveResults } from '../../workshop/save-results.ts';
import { openWorkshop } from '../../workshop/workshop.ts';
import type { WorkshopId } from '../../workshop/workshop-id.ts';
import type { Check } from './check.ts';
import { check, type Finding, ok, problemOf, skipped, warning } from './checks.ts';
import type { FoundWorkshop } from './workshops.ts';

export interface SweepOptions {
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

/** What earlier runs left unresolved in one workshop: shown, and resolved when the user confirms. */
export function checkOperations(
  workshop: FoundWorkshop,
  session: Session | undefined,
  current: CurrentKey | undefined,
  options: SweepOptions,
  ctx: Context,
): Promise<Check> {
  const { prefix, state } = workshop;
  return check('operations', `${prefix}: operations`, async () => {
    if (!state) return skipped('not checked: the journal cannot be used');
    if (ctx.interrupts.stop.aborted) return skipped('not checked: interrupted');
    if (!session || !current) return notAsked(state);
    if (state.header && state.header.base_url !== session.baseUrl) {
      return skipped(`not checked: created for ${state.header.base_url}`);
    }
    const id: WorkshopId = {
      outRoot: session.outRoot,
      locationArgs: session.locationArgs,
      prefix,
      baseUrl: session.baseUrl,
      account: accountOf(current),
    };
    return sweep(id, state, session, options, ctx);
  });
}

async function sweep(id: WorkshopId, state: JournalState, session: Session, options: SweepOptions, ctx: Context) {
  const tools = surveyTools(session, ctx);
  const survey = await surveyAccount(state, tools);
  const { listing, gone, conclusive } = survey;
  if (!listing.complete) return warning(`the key list is incomplete: ${listing.incomplete_because}`);
  const changes = planSweep(state, listing, conclusive);
  if (changes.length === 0) return resolvedOr(state, listing.keys, gone.size, id);
  const plan = describeSweep(changes);
  if (!(await confirmed(id.prefix, plan, options, ctx))) {
    return {
      ...problem(plan),
      next: `Resolve it with: ${commandLine(['doctor', '--prefix', id.prefix, '--yes', ...session.locationArgs])}`,
    };
  }
  return resolve(id, session, tools, ctx);
}

/** Checks again once the workshop is locked: only then nobody else changes what is seen. */
async function resolve(id: WorkshopId, session: Session, tools: SurveyTools, ctx: Context): Promise<Finding> {
  const workshop = await openWorkshop(id, 'doctor', ctx);
  try {
    const { journal } = workshop;
    const { listing, conclusive } = await surveyAccount(journal.state, tools);
    const changes = planSweep(journal.state, listing, conclusive);
    const { outcomes, stopped } = await applyPlan(changes, applyDeps(session, workshop, ctx));
    if (journal.state.attempts.size > 0) await saveResults(workshop, ctx);
    if (stopped) return problemOf(stopped);
    const open = outcomes.filter(({ result }) => result !== 'done' && result !== 'gone');
    if (open.length === 0) return ok(`resolved just now: ${describeSweep(changes)}`);
    return {
      ...problem(`${open.length} of ${changes.length} could not be resolved: ${open[0]?.reason ?? 'unknown reason'}`),
      next: AGAIN,
    };
  } finally {
    await workshop.close();
  }
}

const AGAIN = 'Run the same command again.';

async function confirmed(prefix: string, plan: string, options: SweepOptions, ctx: Context): Promise<boolean> {
  if (options.dryRun) return false;
  if (options.yes) return true;
  if (options.json || !canAsk(ctx)) return false;
  ctx.prompt.write(`${prefix}: ${plan}\n`);
  const agreed = await confirmYes({ ctx, question: 'Resolve it now?', yes: false, offTerminal: 'refuse' });
  if (ctx.interrupts.stop.aborted) ctx.prompt.write(`Cancelled; nothing was changed in ${visibleText(prefix)}.\n`);
  return agreed;
}

function resolvedOr(
  state: JournalState,
  keys: readonly AccountKey[],
  gone: number,
  { prefix, locationArgs = [] }: WorkshopId,
): Finding {
  const open = unresolvedAttempts(state).length;
  if (open > 0) return { ...problem(`${plural(open, 'key')} with an unknown outcome`), next: AGAIN };
  const lookalikes = lookalikeKeys(state, keys);
  if (lookalikes.length > 0) {
    const names = lookalikes.slice(0, 3).map(({ name }) => name);
    return warning(
      `${plural(lookalikes.length, 'key')} on the account bear a mark of this journal but were not created by it, and are left alone: ${names.join(', ')}`,
      'If a key is yours, change it with --hash. If the journal is not yours, move its folder away.',
    );
  }
  if (gone === 0) return ok('no unresolved operations, no orphaned keys');
  return warning(
    `${plural(gone, 'saved key')} ${gone === 1 ? 'is' : 'are'} no longer on the account`,
    `To see which, run: ${commandLine(['verify', '--prefix', prefix, ...locationArgs])}`,
  );
}

/** Without the account only the journal can be asked. */
function notAsked(state: JournalState): Finding {
  const open = unresolvedAttempts(state).length;
  return open === 0
    ? skipped('nothing unresolved in the journal; the account could not be checked')
    : problem(`${plural(open, 'create')} with an unknown outcome; the account could not be checked`);
}

/** What a sweep does, in words. */
function describeSweep(changes: readonly Change[]): string {
  const orphans = changes.filter((change) => change.kind === 'remove_orphan');
  const number = (kind: Change['kind']) => changes.filter((change) => change.kind === kind).length;
  const deleted = orphans.filter(({ how }) => how === 'delete').length;
  const disabled = orphans.length - deleted;
  const absent = number('record_absent');
  const located = number('locate');
  const others = number('record_not_ours');
  return [
    ...(deleted > 0 ? [`delete ${plural(deleted, 'orphaned key')} that spent nothing`] : []),
    ...(disabled > 0 ? [`disable ${plural(disabled, 'orphaned key')} that spent money`] : []),
    ...(absent > 0 ? [`record that ${plural(absent, 'key')} ${absent === 1 ? 'was' : 'were'} never created`] : []),
    ...(located > 0 ? [`record the ${located === 1 ? 'hash' : 'hashes'} of ${plural(located, 'key')}`] : []),
    ...(others > 0
      ? [
          `record that ${plural(others, 'secret')} in the journal ${others === 1 ? 'belongs' : 'belong'} to no key of this account`,
        ]
      : []),
  ].join('; ');
}

function problem(says: string) {
  return { verdict: 'problem', says, exit: EXIT.PARTIAL } as const;
}

function surveyTools(session: Session, ctx: Context): SurveyTools {
  const { api, recheckMs } = session;
  return { api, recheckMs, sleep: ctx.sleep, stop: ctx.interrupts.stop, workspaces: [undefined] };
}
