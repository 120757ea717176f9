import type { Context } from '../../context.ts';
import type { Candidate } from '../../keys/select-keys.ts';
import { plural } from '../../plural.ts';
import { pickFields } from '../../terminal/fields.ts';
import { keyRowJson, renderKeys, renderWorkshopKeys } from '../../views/key-table.ts';
import { type Service, serviceLine } from '../../views/service-line.ts';
import { dashboardLine, dashboardTotals } from './dashboard.ts';

export interface ListedView {
  service: Service;
  /** whether OpenRouter returned the full list */
  complete: boolean;
  keys: readonly Candidate[];
  /** keys whose name starts with the prefix although this workshop did not create them */
  namedLike: readonly Candidate[];
  /** USD of credit on the account; null = not known */
  creditLeft: number | null;
  notes: readonly string[];
  fields: readonly string[] | undefined;
  /** all keys are of one workshop, so participants tell them apart better than key names do */
  isOneWorkshop: boolean;
  /** key names are shown in full */
  wide: boolean;
}

/** The keys as a table with totals; keys that only have a matching name are in a table of their own. */
export function renderList(view: ListedView, ctx: Pick<Context, 'env' | 'stdout' | 'now'>): string {
  const { keys, namedLike, fields, isOneWorkshop, wide } = view;
  const renderOwn = isOneWorkshop && !fields ? renderWorkshopKeys : renderKeys;
  const all = [...keys, ...namedLike].map(({ key }) => key);
  const first = fields
    ? ''
    : serviceLine(view.service, ctx.stdout, ctx) + dashboardLine(all, view.creditLeft, ctx.stdout);
  const table = keys.length > 0 || namedLike.length === 0 ? renderOwn(keys, ctx, { fields, wide }) : '';
  if (namedLike.length === 0) return first + table;
  const title = `${plural(namedLike.length, 'key')} named like this, but not created by this workshop:\n`;
  return `${first}${table}${table === '' || fields ? '' : '\n'}${fields ? '' : title}${renderKeys(namedLike, ctx, { fields, wide })}`;
}

/** The same as JSON. */
export function keysJson({ service, complete, keys, namedLike, creditLeft, notes, fields }: ListedView, now: Date) {
  const all = [...keys, ...namedLike];
  return {
    version: 1,
    command: 'list',
    sandbox: service.sandbox,
    complete,
    keys: all.map((candidate) => pickFields(keyRowJson(candidate, now), fields)),
    totals: dashboardTotals(
      all.map(({ key }) => key),
      creditLeft,
    ),
    notes,
  };
}
