import type { UsageApi } from '../../keys/usage-api.ts';
import { grouped, plural } from '../../plural.ts';
import { askActivity } from '../../usage/ask-activity.ts';
import { type AskedKey, askUsage, type UsageWish } from '../../usage/ask-usage.ts';
import type { DayCount } from '../../usage/usage-history.ts';
import type { UsagePeriod, UsageReport } from '../../usage/usage-report.ts';

/** What the service answered. */
export interface Answers {
  /** by hash and day; what was asked for and is missing is not known */
  days: ReadonlyMap<string, ReadonlyMap<string, DayCount>>;
  source: UsageReport['source'];
  unmatched: string[];
  /** sentences for people */
  notes: string[];
}

export interface AskingTools {
  api: UsageApi;
  names: readonly AskedKey[];
  listAgain(): Promise<readonly AskedKey[]>;
  parallel: number;
  show(text: string): void;
  today: string;
}

/** Asks the best source that the account offers: analytics, else the activity of each key, else nothing but the key list. */
export async function askSources(
  wishes: readonly UsageWish[],
  period: UsagePeriod,
  tools: AskingTools,
): Promise<Answers> {
  if (wishes.length === 0) return { days: new Map(), source: 'history', unmatched: [], notes: [] };
  const { api, names, listAgain, parallel, show } = tools;
  const total = wishes.reduce((sum, { keys }) => sum + keys.length, 0);
  let answered = 0;
  const counted = await askUsage(wishes, {
    ask: (query) => api.queryUsage(query),
    names,
    listAgain,
    parallel,
    onAnswer: (keys) => {
      answered += keys;
      if (total > keys) show(`Asking for usage: ${grouped(Math.min(answered, total))} of ${plural(total, 'key')}`);
    },
  });
  const { days, unmatched, notOffered } = counted;
  const notes = unmatched.length > 0 ? [unmatchedNote(unmatched)] : [];
  if (notOffered === undefined) return { days, source: 'analytics', unmatched, notes };
  return askWithoutAnalytics(wishes, period, { days, unmatched, notes, notOffered }, tools);
}

async function askWithoutAnalytics(
  wishes: readonly UsageWish[],
  { since, until }: UsagePeriod,
  before: Pick<Answers, 'unmatched' | 'notes'> & { days: Map<string, Map<string, DayCount>>; notOffered: string },
  { api, today }: AskingTools,
): Promise<Answers> {
  const { unmatched } = before;
  const keys = wishes.flatMap((wish) => wish.keys).filter(({ hash }) => !before.days.has(hash));
  const finalUntil = wishes[0]?.finalUntil ?? since;
  const activity = await askActivity(keys, { since, until, today, finalUntil }, (hash) => api.getActivity(hash));
  const why = `usage by day is not available (${before.notOffered})`;
  if (activity && activity.notOffered === undefined) {
    const note = `${why}; the numbers are from the activity of each key, which has the 30 days before today, not today`;
    return {
      unmatched,
      days: new Map([...before.days, ...activity.days]),
      source: 'activity',
      notes: [note, ...before.notes],
    };
  }
  const note = `${why}; the numbers are from the key list, which has no requests, no models and no days`;
  return { unmatched, days: before.days, source: 'keys', notes: [note, ...before.notes] };
}

function unmatchedNote(unmatched: readonly string[]): string {
  const [first = '', second] = unmatched;
  const names = second === undefined ? first : `${first} and ${unmatched.length - 1} more`;
  return `OpenRouter reports usage under names that belong to none of these keys: ${names}. It is in no row`;
}
