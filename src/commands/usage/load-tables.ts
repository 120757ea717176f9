import type { Context } from '../../context.ts';
import type { Participant } from '../../roster/participant.ts';
import {
  buildTables,
  emptyWholeHistory,
  foldWholeHistory,
  type Labels,
  type WholeHistory,
} from '../../usage/build-tables.ts';
import { maskLabels } from '../../usage/mask-report.ts';
import type { Spender } from '../../usage/spenders.ts';
import type { UsageEntry } from '../../usage/usage-entry.ts';
import type { UsageReport } from '../../usage/usage-report.ts';
import type { UsageTables } from '../../usage/usage-tables.ts';
import { readSideLog, type SideLogFormat } from '../../workshop/side-log.ts';
import { USAGE_LOG } from '../../workshop/usage-log.ts';
import type { CountedWorkshop } from './subjects.ts';

const WHOLE_LOG: SideLogFormat<UsageEntry, WholeHistory> = {
  ...USAGE_LOG,
  emptyState: emptyWholeHistory,
  fold: foldWholeHistory,
};

/** Everything that usage.jsonl holds about the people of a report, not only its period. */
export async function loadTables(
  { workshops, outRoot }: { workshops: readonly CountedWorkshop[]; outRoot: string },
  report: UsageReport,
  isMasked: boolean,
  ctx: Context,
): Promise<UsageTables> {
  const loaded = await Promise.all(
    workshops.map(async ({ prefix, spenders }) => ({
      spenders,
      whole: await readSideLog({ outRoot, prefix, baseUrl: '', account: undefined }, WHOLE_LOG, ctx),
    })),
  );
  const meta = {
    made_by: 'orkeys usage --db',
    prefix: report.prefix ?? workshops.map(({ prefix }) => prefix).join(', '),
    as_of: report.as_of,
    sandbox: String(report.sandbox),
  };
  return buildTables(loaded, meta, isMasked ? maskedLabels(report) : PLAIN);
}

const PLAIN: Labels = { participant: ({ participant }) => participant, key: ({ name, hash }) => ({ name, hash }) };

/** The same labels as in the other outputs. */
function maskedLabels(report: UsageReport): Labels {
  const labels = maskLabels(report);
  const byHash = new Map(report.people.flatMap((person) => person.keys.map(({ hash }) => [hash, labels.get(person)])));
  const byParticipant = new Map<Participant | null, ReturnType<typeof labels.get>>(
    report.people.map((person) => [person.participant, labels.get(person)]),
  );
  const labelOf = ({ participant, keys: [first] }: Spender) =>
    (first && byHash.get(first.hash)) ?? byParticipant.get(participant);
  return {
    participant: (spender) => labelOf(spender)?.participant ?? null,
    key: (key, spender) => {
      const name = `${labelOf(spender)?.label ?? 'person'}, key ${spender.keys.indexOf(key) + 1}`;
      return { name, hash: name };
    },
  };
}
