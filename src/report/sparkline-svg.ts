import { sumUsd } from '../money.ts';
import type { DayUsage } from '../usage/usage-report.ts';
import { longDay } from './day-text.ts';
import { type Html, html } from './html-text.ts';
import { costText } from './usd-text.ts';

const MOST_BARS = 60;
const HEIGHT = 20;

/** The days of one person as small bars, the highest as high as the line. More than 60 days are put together, so many to a bar. */
export function sparklineSvg(days: readonly DayUsage[]): Html | null {
  const highest = days.reduce<DayUsage | undefined>(
    (most, day) => (costOf(day) > (most ? costOf(most) : 0) ? day : most),
    undefined,
  );
  if (highest === undefined) return null;
  const size = Math.ceil(days.length / MOST_BARS);
  const bars = Array.from({ length: Math.ceil(days.length / size) }, (_, at) =>
    sumUsd(days.slice(at * size, (at + 1) * size).map(costOf)),
  );
  const top = Math.max(...bars);
  const title = `highest on ${longDay(highest.day)}: ${costText(highest.cost)}`;
  return html`<svg class="spark" role="img" viewBox="0 0 ${bars.length} ${HEIGHT}" preserveAspectRatio="none"><title>${title}</title><path d="${bars.map((bar, at) => barPath(bar / top, at)).join('')}"/></svg>`;
}

function costOf({ cost }: DayUsage): number {
  return cost ?? 0;
}

/** What is not nothing can be seen. */
function barPath(share: number, at: number): string {
  if (share === 0) return '';
  const height = Math.max(1, Math.round(share * HEIGHT * 10) / 10);
  return `M${at} ${HEIGHT}v-${height}h.8v${height}z`;
}
