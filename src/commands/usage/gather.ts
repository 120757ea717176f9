import { creditLeft } from '../../connection/credit-left.ts';
import { locationArgsOf, outRootOf } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import type { ReadSelectors } from '../../selection/read-selectors.ts';
import {
  nothingMatches,
  type Selection,
  selectFromAccount,
  selectListed,
} from '../../selection/select-from-account.ts';
import { type SessionOptions, withSession } from '../../selection/with-session.ts';
import { DEFAULT_BASE_URL, readSettings } from '../../settings.ts';
import { formatUtc } from '../../terminal/time.ts';
import { buildReport, type ReportInput } from '../../usage/build-report.ts';
import { dayOf } from '../../usage/period.ts';
import { planAsking } from '../../usage/plan-asking.ts';
import type { UsagePeriod, UsageReport } from '../../usage/usage-report.ts';
import type { UserUsage } from '../../usage/user-usage.ts';
import type { Service } from '../../views/service-line.ts';
import { readKnownKeys } from '../../workshop/known-keys.ts';
import { SANDBOX } from '../../workshop/workshop-id.ts';
import { type Answers, askSources } from './ask.ts';
import { gatherUsers } from './gather-users.ts';
import { recordAnswers } from './record.ts';
import { type CountedWorkshop, readSubjects, recordedIn, type Subjects, spendersIn } from './subjects.ts';

export interface GatherWish extends SessionOptions {
  read: ReadSelectors;
  period: UsagePeriod;
  /** about the options */
  notes: readonly string[];
  record: boolean;
  /** also who the requests with keys of groups say they are */
  users: boolean;
}

export interface Gathered {
  report: UsageReport;
  service: Service;
  /** the people behind it, and where their logs are */
  subjects: { workshops: readonly CountedWorkshop[]; outRoot: string };
  users?: UserUsage[];
}

/** Lists the account, asks for what is not recorded yet, and records it. */
export async function gatherOnline(wish: GatherWish, ctx: Context): Promise<Gathered> {
  const { read, period } = wish;
  return withSession(wish, ctx, {}, async (session, status) => {
    const now = ctx.now();
    const credit = creditLeft(session.api);
    const selection = await selectFromAccount(read, session, now, ctx);
    const { listing } = selection;
    const subjects = await readSubjects(read, selection, { ...session, listed: true }, ctx);
    if (isNobody(subjects, read)) throw nothingMatches(read, selection, session.locationArgs);
    const recorded = recordedIn(subjects.workshops);
    const spenders = everyoneIn(subjects);
    const today = dayOf(now);
    const answers = await askSources(planAsking(spenders, period, today, recorded), period, {
      api: session.api,
      names: [...listing.keys, ...spenders.flatMap(({ keys }) => keys)],
      listAgain: async () => (await selectFromAccount(read, session, now, ctx)).listing.keys,
      parallel: session.concurrency,
      show: status.show,
      today,
    });
    const users = wish.users ? await gatherUsers(wish, selection, subjects, session) : undefined;
    const notes = wish.record ? await recordAnswers(subjects.workshops, answers, listing.keys, session, ctx) : [];
    const report = reportOf(wish, selection, subjects, answers, {
      notes: [...session.warnings, ...notes, ...(users?.notes ?? []), ...(listing.complete ? [] : [INCOMPLETE])],
      creditLeft: await credit,
      sandbox: session.sandbox,
      asOf: now,
      listed: listing.complete,
    });
    const { outRoot } = session;
    const { workshops } = subjects;
    return { report, service: session, subjects: { workshops, outRoot }, ...(users ? { users: users.rows } : {}) };
  });
}

/** Reads journals and usage.jsonl alone. */
export async function gatherOffline(wish: GatherWish, ctx: Context): Promise<Gathered> {
  const { read } = wish;
  const { sandbox } = wish.session;
  const settings = readSettings(ctx);
  const outRoot = outRootOf(wish.session, ctx, settings);
  const url = settings.get('ORKEYS_BASE_URL') ?? DEFAULT_BASE_URL;
  const known = await readKnownKeys(outRoot, { baseUrl: sandbox ? SANDBOX : undefined, account: undefined }, ctx);
  const listing = { keys: [], complete: true };
  const locationArgs = locationArgsOf(wish.session);
  const account = { listing, known, workspace: undefined, locationArgs };
  const selection = await selectListed(read, account, ctx.now());
  const subjects = await readSubjects(read, selection, { outRoot, locationArgs, listed: false }, ctx);
  if (isNobody(subjects, read)) throw nothingMatches(read, selection, locationArgs);
  const answers: Answers = { days: new Map(), source: 'history', unmatched: [], notes: [] };
  const countedAt = subjects.workshops
    .flatMap(({ history }) => history.countedAt ?? [])
    .sort()
    .at(-1);
  const now = ctx.now();
  const asOf = countedAt === undefined ? now : new Date(countedAt);
  const needed = wish.period.until < dayOf(now) ? wish.period.until : dayOf(now);
  const isBehind = countedAt !== undefined && dayOf(asOf) < needed;
  const report = reportOf(wish, selection, subjects, answers, {
    notes: offlineNotes(countedAt, isBehind),
    creditLeft: null,
    sandbox,
    asOf,
    listed: countedAt !== undefined && !isBehind,
  });
  const service = { sandbox, customUrl: sandbox || url === DEFAULT_BASE_URL ? undefined : url };
  return {
    report,
    service,
    subjects: { workshops: subjects.workshops, outRoot },
  };
}

const INCOMPLETE = 'the key list is incomplete, so keys may be missing; run the same command again';

function offlineNotes(countedAt: string | undefined, isBehind: boolean): string[] {
  if (countedAt === undefined) return ['nothing is recorded yet; run orkeys usage without --offline once'];
  return isBehind
    ? [`recorded until ${formatUtc(countedAt)} UTC; what was spent since then is not in these tables`]
    : [];
}

/** An account without keys has spent nothing; what a mistyped prefix has spent, nobody knows. */
function isNobody(subjects: Subjects, { typed }: ReadSelectors): boolean {
  return typed.length > 0 && everyoneIn(subjects).length === 0;
}

function everyoneIn({ workshops, strangers, others }: Subjects) {
  return [...spendersIn(workshops), ...strangers, ...others];
}

function reportOf(
  { read, period, notes }: GatherWish,
  selection: Selection,
  { workshops, strangers, others }: Subjects,
  { days, source, unmatched, notes: answered }: Answers,
  rest: Pick<ReportInput, 'notes' | 'creditLeft' | 'sandbox' | 'asOf' | 'listed'>,
): UsageReport {
  const recorded = recordedIn(workshops);
  return buildReport({
    ...rest,
    prefix: read.selector.prefix ?? null,
    source,
    period,
    spenders: [...spendersIn(workshops), ...strangers],
    others,
    counted: (hash, day) => days.get(hash)?.get(day) ?? recorded(hash, day),
    unmatched,
    tierOf: ({ participant }) => participant?.tier ?? null,
    notes: [...notes, ...selection.notes, ...rest.notes, ...answered],
  });
}
