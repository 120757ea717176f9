import { applyPlan } from '../../apply/apply-plan.ts';
import { type SurveyTools, surveyAccount } from '../../apply/survey.ts';
import type { Session } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT } from '../../errors.ts';
import type { JournalState } from '../../journal/fold.ts';
import type { CurrentKey } from '../../keys/account-key.ts';
import type { Change } from '../../plan/change.ts';
import { planSweep, unresolvedAttempts } from '../../plan/plan-sweep.ts';
import { plural } from '../../plural.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { confirmYes } from '../../terminal/confirm.ts';
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

/** Settles what earlier runs left open in one workshop: shown, and carried out when the user says so. */
export function checkSettled(
  workshop: FoundWorkshop,
  session: Session | undefined,
  current: CurrentKey | undefined,
  options: SweepOptions,
  ctx: Context,
): Promise<Check> {
  const { prefix, state } = workshop;
  return check('settled', `${prefix}: settled`, async () => {
    if (!state) return skipped('not looked at: the journal cannot be used');
    if (!session || !current) return notAsked(state);
    if (state.header && state.header.base_url !== session.baseUrl) {
      return skipped(`not looked at: it was made at ${state.header.base_url}`);
    }
    const account = current.organization_id ?? current.creator_user_id ?? undefined;
    const id: WorkshopId = {
      outRoot: session.outRoot,
      place: session.place,
      prefix,
      baseUrl: session.baseUrl,
      account,
    };
    return sweep(id, state, session, options, ctx);
  });
}

async function sweep(id: WorkshopId, state: JournalState, session: Session, options: SweepOptions, ctx: Context) {
  const tools = surveyTools(session, ctx);
  const survey = await surveyAccount(state, tools);
  const { listing, gone, sure } = survey;
  if (!listing.complete) return warning(`the list of keys is not complete: ${listing.incomplete_because}`);
  const changes = planSweep(state, listing, sure);
  if (changes.length === 0) return settledOr(state, gone.size, id.prefix, session.place);
  const plan = describeSweep(changes);
  if (!(await confirmed(id.prefix, plan, options, ctx))) {
    return {
      ...problem(plan),
      next: `Settle it with: ${commandLine(['doctor', '--prefix', id.prefix, '--yes', ...session.place])}`,
    };
  }
  return settle(id, session, tools, ctx);
}

/** Looks again once the workshop is locked: only then nobody else changes what is seen. */
async function settle(id: WorkshopId, session: Session, tools: SurveyTools, ctx: Context): Promise<Finding> {
  const workshop = await openWorkshop(id, 'doctor', ctx);
  try {
    const { journal, rescue } = workshop;
    const { listing, sure } = await surveyAccount(journal.state, tools);
    const changes = planSweep(journal.state, listing, sure);
    const { outcomes, stopped } = await applyPlan(changes, {
      api: session.api,
      journal,
      random: ctx.random,
      concurrency: session.concurrency,
      stop: ctx.interrupts.stop,
      rescue,
    });
    if (journal.state.attempts.size > 0) await saveResults(workshop, ctx);
    if (stopped) return problemOf(stopped);
    const open = outcomes.filter(({ result }) => result !== 'done' && result !== 'gone');
    if (open.length === 0) return ok(`settled just now: ${describeSweep(changes)}`);
    return {
      ...problem(`${open.length} of ${changes.length} could not be settled: ${open[0]?.reason ?? ''}`),
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
  if (options.json || !ctx.stdin.isTTY || !ctx.stderr.isTTY) return false;
  ctx.stderr.write(`${prefix}: ${plan}\n`);
  return confirmYes({ ctx, question: 'Settle it now?', yes: false, offTerminal: 'refuse' });
}

function settledOr(state: JournalState, gone: number, prefix: string, place: readonly string[]): Finding {
  const open = unresolvedAttempts(state).length;
  if (open > 0) return { ...problem(`${plural(open, 'create')} whose outcome is not known yet`), next: AGAIN };
  if (gone === 0) return ok('no outcome is open, and no key is without its secret');
  return warning(
    `${plural(gone, 'key')} known here ${gone === 1 ? 'is' : 'are'} gone from the account`,
    `See whose with: ${commandLine(['verify', '--prefix', prefix, ...place])}`,
  );
}

/** Without the account only the journal can be asked. */
function notAsked(state: JournalState): Finding {
  const open = unresolvedAttempts(state).length;
  return open === 0
    ? skipped('the journal has nothing open; the account could not be asked')
    : problem(`${plural(open, 'create')} whose outcome is not known yet; the account could not be asked`);
}

/** What a sweep does, in words. */
function describeSweep(changes: readonly Change[]): string {
  const orphans = changes.filter((change) => change.kind === 'remove_orphan');
  const deleted = orphans.filter(({ how }) => how === 'delete').length;
  const disabled = orphans.length - deleted;
  const absent = changes.filter(({ kind }) => kind === 'record_absent').length;
  const located = changes.filter(({ kind }) => kind === 'locate').length;
  return [
    ...(deleted > 0 ? [`delete ${plural(deleted, 'unspent key')} whose secret nobody has`] : []),
    ...(disabled > 0 ? [`disable ${plural(disabled, 'spent key')} whose secret nobody has`] : []),
    ...(absent > 0
      ? [`record that ${plural(absent, 'key')} in doubt ${absent === 1 ? 'was' : 'were'} never made`]
      : []),
    ...(located > 0 ? [`record the ${located === 1 ? 'hash' : 'hashes'} of ${plural(located, 'key')}`] : []),
  ].join('; ');
}

function problem(says: string) {
  return { verdict: 'problem', says, exit: EXIT.PARTIAL } as const;
}

function surveyTools(session: Session, ctx: Context): SurveyTools {
  const { api, settleMs } = session;
  return { api, settleMs, sleep: ctx.sleep, stop: ctx.interrupts.stop, workspaces: [undefined] };
}
