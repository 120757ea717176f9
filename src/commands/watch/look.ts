import type { Context } from '../../context.ts';
import { plural } from '../../plural.ts';
import type { Selection } from '../../selection/select-from-account.ts';
import { canAsk, confirmYes } from '../../terminal/confirm.ts';
import type { NoticeChange } from '../../usage/watch-log.ts';
import { noteActed, type Told, type WatchState } from '../../usage/watch-state.ts';
import { stepWatch, type WatchConfig, type WatchStep } from '../../usage/watch-step.ts';
import type { WorkshopId } from '../../workshop/workshop-id.ts';
import { disableKeys } from './disable-keys.ts';
import type { OpenAccount, SpendingRead } from './read-spending.ts';
import { remember } from './remember.ts';
import type { Reporter } from './reporter.ts';
import type { WatchSettings } from './watch-flags.ts';

export interface LookOptions {
  disable?: true | undefined;
  once?: true | undefined;
  exitCode?: true | undefined;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

/** A watch that runs. */
export interface Watch {
  id: WorkshopId;
  state: WatchState;
  /** USD over its life, by hash, of every key that was ever read */
  lastSeen: Map<string, number>;
  atMost: number;
  reporter: Reporter;
  open: OpenAccount;
  settings: WatchSettings;
  options: LookOptions;
  /** notices that could not be recorded yet */
  unsaved: NoticeChange[];
}

/** What one reading came to. */
export interface Looked {
  /** something is crossed now */
  crossed: boolean;
  /** every key that should be disabled is */
  whole: boolean;
}

/** One reading: judge, disable, remember, tell. */
export async function look(watch: Watch, { reading, selection }: SpendingRead, ctx: Context): Promise<Looked> {
  const { state, reporter, options, id } = watch;
  if (!reading) {
    const { incomplete_because: because } = selection.listing;
    const why = because === undefined ? '' : ` ${because}`;
    reporter.trouble(`OpenRouter returned an incomplete list.${why} Nothing is decided.`);
    return { crossed: false, whole: false };
  }
  for (const { hash, usage } of reading.keys) if (usage !== undefined) watch.lastSeen.set(hash, usage);
  const participants = new Map(selection.keys.map(({ key, participant }) => [key.hash, participant]));
  const participantOf = ({ hash }: { hash: string }) => participants.get(hash) ?? null;
  let step = stepWatch(state, reading, configOf(watch, selection));
  reporter.reading(reading, state);
  const withheld = step.withheld.length > 0 && !(await mayAll(step.withheld.length, watch, ctx));
  if (!withheld) step = { ...step, disable: [...step.disable, ...step.withheld] };
  const acted = options.dryRun ? step.disable : await act(watch, step.disable, selection, ctx);
  const events = step.events.filter(({ event }) => withheld || event !== 'withheld');
  reporter.events(events, participantOf, acted);
  reporter.disabled(acted, participantOf, options.dryRun);
  if (options.dryRun) return { crossed: step.crossed.length > 0, whole: !withheld };
  watch.unsaved.push(...noticesOf(step, acted));
  const failed = await remember(id, reading, watch.unsaved, selection.known, ctx);
  if (failed === undefined) watch.unsaved = [];
  else reporter.trouble(`${failed} What was told is not recorded yet.`);
  return { crossed: step.crossed.length > 0, whole: !withheld && acted.length === step.disable.length };
}

function configOf({ settings, options, open, atMost }: Watch, selection: Selection): WatchConfig {
  const proven = new Set(selection.keys.flatMap(({ key, home }) => (home === undefined ? [] : [key.hash])));
  return {
    rules: settings.rules,
    disable: options.disable === true,
    mayDisable: (hash) => proven.has(hash) || open.confirmed.has(hash),
    atMost,
    totalSince: settings.totalSince,
  };
}

/** Many at once look like a mistake, so somebody has to say so. */
async function mayAll(count: number, { options, settings }: Watch, ctx: Context): Promise<boolean> {
  if (options.yes || options.json || options.once || options.dryRun || !canAsk(ctx)) return false;
  const asked = ctx.now().getTime();
  const question = `Disable ${plural(count, 'key')} at once?`;
  const isSure = await confirmYes({ ctx, question, yes: false, offTerminal: 'refuse' });
  // An answer that took its time is about numbers of then.
  return isSure && ctx.now().getTime() - asked < 2 * settings.everyMs;
}

/** Disables keys and notes it; returns those that are disabled now. */
async function act(watch: Watch, wanted: WatchStep['disable'], selection: Selection, ctx: Context): Promise<Told[]> {
  if (wanted.length === 0) return [];
  const { open, id, state, reporter } = watch;
  const where = { session: open.session, selection, prefix: id.prefix, account: open.account };
  const { done, failed } = await disableKeys(wanted, where, ctx);
  for (const text of failed) reporter.trouble(`Not disabled, tried again at the next reading: ${text}`);
  const acted = wanted.filter(({ key }) => done.has(key.hash));
  for (const told of acted) noteActed(state, told);
  return acted;
}

function noticesOf(step: WatchStep, acted: readonly Told[]): NoticeChange[] {
  const notices = step.events.flatMap((event): NoticeChange[] => {
    if (event.event === 'cleared') return [{ told: event, state: 'cleared', acted: false }];
    if (event.event === 'off_already') return [{ told: event, state: 'raised', acted: true }];
    return event.event === 'notice' ? [{ told: event, state: 'raised', acted: false }] : [];
  });
  return [...notices, ...acted.map((told): NoticeChange => ({ told, state: 'raised', acted: true }))];
}
