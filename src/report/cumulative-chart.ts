import { chartFrame, dayColumn } from './chart-frame.ts';
import { type ChartScale, chartScale, percent } from './chart-scale.ts';
import { longDay } from './day-text.ts';
import { type Html, html } from './html-text.ts';
import type { UsageSeries } from './usage-series.ts';
import { costText } from './usd-text.ts';

/** A limit this many times as high as what was spent would press the line to the ground; it is named in words instead. */
const MUCH_HIGHER = 12;

/** What was spent up to each day, as a line, below what the limits allow, as steps. */
export function cumulativeChart(series: UsageSeries): Html {
  const { days } = series;
  const spent = days.flatMap(({ soFar }) => soFar ?? []);
  const total = spent.at(-1) ?? 0;
  const allowed = days.at(-1)?.allowed ?? 0;
  const scale = chartScale(showsLimit(series) ? Math.max(total, allowed) : total);
  const label = `Cost added up day by day: ${costText(total)} in the end${allowed > 0 ? `; the limits allow ${costText(allowed)}` : ''}. The table below has all numbers.`;
  const line = spent.map((cost, at) => `${percent(at + 0.5, days.length)},${percent(scale.top - cost, scale.top)}`);
  const columns = days.map(({ day, soFar, allowed }, at) =>
    dayColumn(
      at,
      days.length,
      `Up to ${longDay(day)}: ${soFar === null ? 'not over' : costText(soFar)}${allowed > 0 ? `\nlimits allow ${costText(allowed)}` : ''}`,
    ),
  );
  const last = spent.length - 1;
  return chartFrame(
    label,
    scale,
    days.map(({ day }) => day),
    html`<svg class="lines" width="100%" height="100%" viewBox="0 0 100 100" preserveAspectRatio="none" overflow="visible">
<polygon class="area" points="${areaOf(line)}"/><polyline class="spent" points="${line.join(' ')}"/>
${showsLimit(series) ? html`<path class="allowed" d="${stepsOf(series, scale)}"/>` : null}</svg>
${last < 0 ? null : html`<circle class="now" cx="${percent(last + 0.5, days.length)}%" cy="${percent(scale.top - total, scale.top)}%" r="4"/>`}${columns}`,
  );
}

/** Whether the limits have a line of their own. */
export function showsLimit({ days }: UsageSeries): boolean {
  const total = days.findLast(({ soFar }) => soFar !== null)?.soFar ?? 0;
  const allowed = days.at(-1)?.allowed ?? 0;
  return allowed > 0 && allowed <= total * MUCH_HIGHER;
}

function areaOf(line: readonly string[]): string {
  const first = line[0]?.split(',')[0];
  const last = line.at(-1)?.split(',')[0];
  return first === undefined || last === undefined ? '' : `${first},100 ${line.join(' ')} ${last},100`;
}

function stepsOf({ days }: UsageSeries, { top }: ChartScale): string {
  return days
    .map(({ allowed }, at) => {
      const y = percent(top - allowed, top);
      return `${at === 0 ? `M0 ${y}` : `V${y}`}H${percent(at + 1, days.length)}`;
    })
    .join('');
}
