import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import type { AccountKey } from '../keys/account-key.ts';
import type { UsageApi } from '../keys/usage-api.ts';
import type { Change } from '../plan/change.ts';
import { changedHash } from '../plan/change.ts';
import { askBeforeDeletion } from '../usage/ask-before-deletion.ts';
import { dayEntries, keysEntry, readingEntry } from '../usage/record-usage.ts';
import type { UsageHistory } from '../usage/usage-history.ts';
import { keeperOf } from '../workshop/shelf.ts';
import { readSideLog } from '../workshop/side-log.ts';
import { appendUsage, USAGE_LOG } from '../workshop/usage-log.ts';
import type { KeyGroup } from './key-groups.ts';

interface OpenGroup {
  target: KeyGroup;
  state: JournalState;
  plan: { changes: readonly Change[] };
  workshop: { folder: string };
}

interface RecordTools {
  api: UsageApi;
  /** all keys of the account: the service tells names only */
  listed: readonly AccountKey[];
  parallel: number;
  quiet: boolean;
}

/**
 * Records in usage.jsonl, where there is one, what keys have spent before they are deleted: the service may forget them. Where
 * that fails, the keys are deleted all the same, and it is told.
 */
export async function recordReadings(opened: readonly OpenGroup[], tools: RecordTools, ctx: Context): Promise<void> {
  for (const group of opened) {
    const { id } = group.target;
    try {
      if ((await keeperOf(id.outRoot, group.workshop.folder).read(USAGE_LOG.log, ctx)) === undefined) continue;
      const history = await readSideLog(id, USAGE_LOG, ctx);
      const missing = await recordGroup(group, history, tools, ctx);
      if (missing !== undefined)
        tell(`what these keys spent by day is not recorded in usage.jsonl of ${id.prefix}: ${missing}`);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      tell(`what these keys spent is not recorded in usage.jsonl of ${id.prefix}: ${error.message}`);
    }
  }

  function tell(text: string): void {
    if (!tools.quiet) ctx.stderr.write(`Note: ${text}\n`);
  }
}

/** What each key has spent in all is in the list already; by day and model it has to be asked for. Returns what is not recorded, and why. */
async function recordGroup(
  { target: { id, keys }, state, plan }: OpenGroup,
  history: UsageHistory,
  { api, listed, parallel }: RecordTools,
  ctx: Context,
): Promise<string | undefined> {
  const changed = new Set(plan.changes.map(changedHash));
  const going = keys.filter(({ hash }) => changed.has(hash));
  const { days, missing } = await askBeforeDeletion(going, history, {
    ...{ names: listed, parallel, now: () => ctx.now() },
    ask: (query, withinMs) => api.queryUsage(query, { withinMs }),
  });
  const counted = keys.map(({ hash, name }) => ({ hash, name, person: personOf(state, hash) }));
  const steps = [
    (now: UsageHistory) => keysEntry(now, counted),
    (now: UsageHistory) => dayEntries(now, days),
    (now: UsageHistory) => readingEntry(now, keys),
  ];
  await appendUsage(id, history, steps, ctx);
  return missing;
}

function personOf(state: JournalState, hash: string): string | null {
  const tag = state.tagByHash.get(hash);
  return (tag === undefined ? undefined : state.attempts.get(tag)?.person) ?? null;
}
