import type { Output } from '../../context.ts';
import { formatUsd } from '../../money.ts';
import { plural } from '../../plural.ts';
import { tableWidth } from '../../terminal/table.ts';
import { wrapText } from '../../terminal/wrap.ts';

export interface SpentView {
  prefix: string | undefined;
  days: number;
  /** number of keys that could spend, and of those that did */
  keys: number;
  active: number;
  /** USD */
  cost: number;
  requests: number;
  models: readonly string[];
  dryRun: boolean;
  /** the command that shows the spending */
  next: string;
}

/** The result of `sandbox spend`. */
export function renderSpent(view: SpentView, output: Output): string {
  const { days, keys, active, cost, requests, models, dryRun, next } = view;
  const wrapped = (text: string) => `${wrapText(text, tableWidth(output)).join('\n')}\n`;
  const period = days === 1 ? 'today' : `in ${days} days`;
  if (active === 0) return `Nothing to add: spending ${period} is simulated already.\n${nextText(next)}`;
  const who = `${active} of ${plural(keys, 'key')}`;
  const what = `${formatUsd(cost)} ${period}, ${plural(requests, 'request')}, ${plural(models.length, 'model')}`;
  if (dryRun) return `${wrapped(`Would simulate spending with ${who}: ${what}.`)}Dry run: nothing was changed.\n`;
  return `${wrapped(`Simulated spending with ${who}: ${what}.`)}${nextText(next)}`;
}

function nextText(next: string): string {
  return `Next, to see who spent what:\n  ${next}\n`;
}

/** Format: docs/json.md. */
export function spentJson({ prefix, days, keys, active, cost, requests, models, dryRun, next }: SpentView) {
  return {
    version: 1,
    command: 'sandbox spend',
    dry_run: dryRun,
    sandbox: true,
    prefix: prefix ?? null,
    days,
    totals: { count: keys, active, cost, requests },
    models,
    next: dryRun ? [] : [next],
  };
}
