import type { Context } from '../context.ts';
import type { NewUsageEntry } from '../usage/record-usage.ts';
import { parseUsageEntry, USAGE_VERSION, type UsageEntry } from '../usage/usage-entry.ts';
import { emptyHistory, foldUsageEntry, type UsageHistory } from '../usage/usage-history.ts';
import { openSideLog, type SideLogFormat } from './side-log.ts';
import type { WorkshopId } from './workshop-id.ts';

/** usage.jsonl: what was counted, for as long as the file is kept. */
export const USAGE_LOG: SideLogFormat<UsageEntry, UsageHistory> = {
  log: 'usage',
  version: USAGE_VERSION,
  parse: parseUsageEntry,
  header: ({ prefix, baseUrl, account }) => ({
    ...{ type: 'usage', version: USAGE_VERSION, prefix, base_url: baseUrl },
    ...(account === undefined ? {} : { account }),
  }),
  emptyState: emptyHistory,
  fold: foldUsageEntry,
};

/**
 * Appends to usage.jsonl what `decide` wants, one step after the other, each from what is recorded by then. Nothing is opened
 * where nothing is to be added. Returns warnings about the folder; throws like `openSideLog`.
 */
export async function appendUsage(
  id: WorkshopId,
  read: UsageHistory,
  steps: readonly ((history: UsageHistory) => NewUsageEntry[])[],
  ctx: Context,
): Promise<readonly string[]> {
  if (steps.every((step) => step(read).length === 0)) return [];
  const log = await openSideLog(id, USAGE_LOG, 'usage', ctx);
  try {
    for (const step of steps) {
      for (const entry of step(log.state)) await log.append(entry);
    }
    return log.warnings;
  } finally {
    await log.close();
  }
}
