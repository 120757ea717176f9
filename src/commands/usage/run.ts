import type { SessionFlags } from '../../connection/session.ts';
import { outRootOf } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import type { RosterFlags } from '../../roster-file/read-roster.ts';
import { withDefaultPrefix } from '../../selection/default-prefix.ts';
import { readSelectors, type SelectorFlags } from '../../selection/read-selectors.ts';
import { parseFields } from '../../terminal/fields.ts';
import { printJson } from '../../terminal/json.ts';
import { maskReport } from '../../usage/mask-report.ts';
import { type PeriodFlags, readPeriod } from '../../usage/period.ts';
import { gatherOffline, gatherOnline } from './gather.ts';
import { refuseUsers } from './gather-users.ts';
import { loadTables } from './load-tables.ts';
import { type FileFlags, planFiles, saveFiles } from './save-files.ts';
import { renderUsage } from './screen.ts';
import { USAGE_FIELDS, usageJson } from './usage-json.ts';
import type { UsageRowKind, UsageView } from './view.ts';

export interface UsageOptions extends FileFlags {
  session: SessionFlags;
  selectors: Omit<SelectorFlags, 'prefix'> & RosterFlags & { prefix?: string | false | undefined };
  period: PeriodFlags;
  by: UsageRowKind;
  breakdown: boolean;
  top?: number | undefined;
  mask: boolean;
  offline: boolean;
  record: boolean;
  fields?: string | undefined;
  json: boolean;
  quiet: boolean;
}

/** Shows who spent what in a period, and remembers it. */
export async function runUsage(options: UsageOptions, ctx: Context): Promise<ExitCode> {
  const { session, json, quiet, offline, mask, by } = options;
  const fields = parseFields(options.fields, USAGE_FIELDS);
  if (fields && by !== 'person') {
    throw usageError('contradiction', `--fields and --by ${by} cannot be combined: fields are those of a person.`, {
      hint: 'Remove one of them.',
    });
  }
  const period = readPeriod(options.period, ctx.now());
  if (by === 'user') refuseUsers(period, options);
  const { flags, note } = withDefaultPrefix(options.selectors, ctx);
  const read = await readSelectors(flags, ctx);
  const { prefix } = read.selector;
  const planned = planFiles(options, { outRoot: outRootOf(session, ctx), prefix }, ctx);
  const wish = { session, read, period, notes: note, record: options.record, users: by === 'user', json, quiet };
  const { report: found, service, subjects, users: named } = await (offline ? gatherOffline : gatherOnline)(wish, ctx);
  const report = mask ? maskReport(found) : found;
  const users = mask ? named?.map((each) => ({ ...each, member: null })) : named;
  const tables = () => loadTables(subjects, found, mask, ctx);
  const { files, notes } = await saveFiles(planned, { report, tables }, ctx);
  const view: UsageView = { report, service, by, breakdown: options.breakdown, top: options.top, fields, files, users };
  if (json) printJson(ctx, usageJson(view));
  else ctx.stdout.write(renderUsage(view, ctx));
  for (const text of quiet || json ? [] : [...report.notes, ...notes]) ctx.stderr.write(`Note: ${text}\n`);
  if (files.some(({ failed }) => failed !== undefined)) return EXIT.CANNOT_SAVE;
  return report.complete ? EXIT.OK : EXIT.PARTIAL;
}
