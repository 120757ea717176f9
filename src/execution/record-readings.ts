import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import { keysEntry, readingEntry } from '../usage/record-usage.ts';
import { keeperOf } from '../workshop/shelf.ts';
import { readSideLog } from '../workshop/side-log.ts';
import { appendUsage, USAGE_LOG } from '../workshop/usage-log.ts';
import type { KeyGroup } from './key-groups.ts';

interface OpenGroup {
  target: KeyGroup;
  state: JournalState;
  workshop: { folder: string };
}

/**
 * Records in usage.jsonl, where there is one, what keys have spent before they are deleted: the service may forget them. Where
 * that fails, the keys are deleted all the same, and it is told.
 */
export async function recordReadings(
  opened: readonly OpenGroup[],
  { quiet, json }: { quiet: boolean; json: boolean },
  ctx: Context,
): Promise<void> {
  for (const { target, state, workshop } of opened) {
    const { id, keys } = target;
    const counted = keys.map(({ hash, name }) => ({ hash, name, person: personOf(state, hash) }));
    try {
      if ((await keeperOf(id.outRoot, workshop.folder).read(USAGE_LOG.log)) === undefined) continue;
      const history = await readSideLog(id, USAGE_LOG);
      await appendUsage(id, history, [(now) => keysEntry(now, counted), (now) => readingEntry(now, keys)], ctx);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      if (quiet || json) continue;
      ctx.stderr.write(
        `Note: what these keys spent is not recorded in usage.jsonl of ${id.prefix}: ${error.message}\n`,
      );
    }
  }
}

function personOf(state: JournalState, hash: string): string | null {
  const tag = state.tagByHash.get(hash);
  return (tag === undefined ? undefined : state.attempts.get(tag)?.person) ?? null;
}
