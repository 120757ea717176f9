import { accountOf, checkManagementKey, type SessionFlags } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT, type ExitCode, usageError } from '../../errors.ts';
import { plural } from '../../plural.ts';
import { decideNamedLike } from '../../selection/decide-named-like.ts';
import { type ReadingOptions, withReading } from '../../selection/open-reading.ts';
import type { ReadSelectors } from '../../selection/read-selectors.ts';
import { requireMatches, type Selection } from '../../selection/select-from-account.ts';
import { CANCELLED, confirmTyped } from '../../terminal/confirm.ts';
import { formatDuration } from '../../terminal/time.ts';
import type { UsageHistory } from '../../usage/usage-history.ts';
import { keeperOf, workshopFolder } from '../../workshop/shelf.ts';
import { type Looked, look, type Watch } from './look.ts';
import { readSpending, type SpendingRead, watchedKeys } from './read-spending.ts';
import { readMemory } from './remember.ts';
import { createReporter } from './reporter.ts';
import { renderStart, type WatchView } from './screen.ts';
import { createServiceClock } from './service-clock.ts';
import { readWatchFlags, type TypedWatch } from './watch-flags.ts';

export interface WatchOptions {
  session: SessionFlags;
  selectors: ReadingOptions['selectors'];
  rules: TypedWatch;
  disable?: true | undefined;
  /** keys whose name only starts with the prefix are watched, too */
  alsoUnknown: boolean;
  atMost?: number | undefined;
  once?: true | undefined;
  exitCode?: true | undefined;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
  quiet: boolean;
}

/** Reads what keys spend, tells whose is too much, and with `disable` stops those keys. Until Ctrl-C, `until`, or `once`. */
export async function runWatch(options: WatchOptions, ctx: Context): Promise<ExitCode> {
  const settings = readWatchFlags(options.rules, ctx.now());
  const clock = createServiceClock(ctx);
  const extras = { onDate: clock.note, dryRun: options.dryRun };
  return withReading(options, ctx, extras, async ({ session, read, note, status }) => {
    const prefix = onlyWorkshop(read);
    const account = accountOf(await checkManagementKey(session));
    const { outRoot, locationArgs, baseUrl } = session;
    const id = { outRoot, locationArgs, prefix, baseUrl, account };
    const open = { session, read, account, rules: settings.rules, clock, confirmed: new Set<string>() };
    const remembered = readMemory(id, settings.totalSince, ctx);
    const counters = remembered.then(({ history }) => lastCounters(history));
    // The account is slow and the log may be long: neither waits for the other.
    const [memory, lastSeen, first] = await Promise.all([remembered, counters, readSpending(open, counters, ctx)]);
    requireMatches(read, first.selection, locationArgs);
    status.clear();
    const allowed = await decideStrangers(first.selection, prefix, options, ctx);
    for (const { key } of allowed.namedLike) open.confirmed.add(key.hash);
    const keys = watchedKeys(first.selection, open.confirmed);
    const atMost = options.atMost ?? Math.max(3, Math.ceil(keys.length / 5));
    const view: WatchView = {
      ...{ service: session, prefix, locationArgs, rules: settings.rules, everyMs: settings.everyMs, atMost },
      ...{ once: options.once === true || options.dryRun, disable: options.disable === true, dryRun: options.dryRun },
    };
    if (!options.json && !options.quiet) {
      ctx.stdout.write(renderStart(view, keys, ctx));
      const notes = [...session.warnings, ...note, ...allowed.notes];
      for (const text of notes) ctx.stderr.write(`Note: ${text}\n`);
    }
    const asks = options.disable === true && !options.dryRun && !options.yes;
    if (asks && !(await confirmTyped({ ctx, question: QUESTION, expected: prefix, yes: false }))) {
      ctx.stderr.write(`${CANCELLED}\n`);
      return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
    }
    const reporter = createReporter(view, options, ctx);
    const watch: Watch = { id, state: memory.state, lastSeen, atMost, reporter, open, settings, options, unsaved: [] };
    // An answer may take its time, so what was read before the question is old. It was also read without the keys of others.
    const current = asks || open.confirmed.size > 0 ? undefined : first;
    if (options.dryRun) return watchUntilEnd(watch, current, ctx);
    const hold = await keeperOf(outRoot, workshopFolder(outRoot, prefix)).hold('watch', ctx);
    return watchUntilEnd(watch, current, ctx).finally(() => hold.release());
  });
}

const QUESTION = 'Keys that cross these rules are disabled, until somebody enables them.';

/** USD over its life, by hash, of every key that any reading told of. */
function lastCounters({ keys, readings }: UsageHistory): Map<string, number> {
  return new Map(
    [...readings.values()].flatMap(({ row: [n, usage] }): [string, number][] => {
      const hash = keys.get(n)?.hash;
      return hash === undefined || usage === null ? [] : [[hash, usage]];
    }),
  );
}

/** Somebody else's keys are asked about only where they may be disabled. */
function decideStrangers(
  selection: Selection,
  prefix: string,
  options: WatchOptions,
  ctx: Context,
): Promise<Selection> {
  return decideNamedLike(selection, prefix, { ...options, yes: options.yes || !options.disable }, ctx);
}

async function watchUntilEnd(watch: Watch, first: SpendingRead | undefined, ctx: Context): Promise<ExitCode> {
  const { settings, options, reporter } = watch;
  const once = options.once === true || options.dryRun;
  const began = ctx.now().getTime();
  const { stop } = ctx.interrupts;
  let looked: Looked = { crossed: false, whole: true };
  let missed = 0;
  for (let spending: SpendingRead | undefined = first; ; spending = undefined) {
    try {
      looked = await look(watch, spending ?? (await readSpending(watch.open, watch.lastSeen, ctx)), ctx);
      missed = 0;
    } catch (error) {
      if (stop.aborted) break;
      if (once || !(error instanceof CliError) || error.exitCode !== EXIT.UNREACHABLE) throw error;
      missed += 1;
      if (missed === 1 || missed % 10 === 0) reporter.trouble(`${error.message} Nothing is decided without a reading.`);
    }
    if (once || stop.aborted) break;
    if (settings.until && ctx.now().getTime() + settings.everyMs > settings.until.getTime()) break;
    await ctx.sleep(settings.everyMs, stop);
    if (stop.aborted) break;
  }
  if (!once)
    reporter.stopped(
      `Watched ${plural(watch.state.samples.size, 'key')} for ${formatDuration(ctx.now().getTime() - began)}.`,
    );
  if (stop.aborted) return EXIT.INTERRUPTED;
  if (once && !looked.whole) return EXIT.PARTIAL;
  return options.exitCode && looked.crossed ? EXIT.ALERT : EXIT.OK;
}

/** A watch remembers what it told, and that memory is the workshop's. */
function onlyWorkshop({ selector: { prefix } }: ReadSelectors): string {
  if (prefix !== undefined) return prefix;
  throw usageError('no_prefix', 'No workshop to watch.', { hint: 'For example: orkeys watch BSSDH_2025' });
}
