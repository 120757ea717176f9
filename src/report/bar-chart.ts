import { addUsd, sumUsd } from '../money.ts';
import { chartFrame, dayColumn } from './chart-frame.ts';
import { chartScale, percent } from './chart-scale.ts';
import { longDay } from './day-text.ts';
import { type Html, html } from './html-text.ts';
import type { SeriesDay, UsageSeries } from './usage-series.ts';
import { costText } from './usd-text.ts';

/** The share of its day's width that a bar takes. */
const WIDTH = 0.72;

/** A bar a day, stacked by model. A day that is not known has a question mark above what of it is known. */
export function barChart({ names, days }: UsageSeries): Html {
  const scale = chartScale(Math.max(0, ...days.map(({ costs }) => sumUsd(costs))));
  const highest = days.reduce((most, day) => (sumUsd(day.costs) > sumUsd(most.costs) ? day : most));
  const label = `Cost of each day, stacked by model. Highest: ${longDay(highest.day)} with ${costText(sumUsd(highest.costs))}. The table below has all numbers.`;
  const bars = days.map((day, at) => {
    const title = [
      titleOf(day),
      ...day.costs.flatMap((cost, of) => (cost > 0 ? `${names[of]}: ${costText(cost)}` : [])),
    ];
    return html`${barOf(day, at, days.length, scale.top)}${dayColumn(at, days.length, title.join('\n'))}`;
  });
  return chartFrame(
    label,
    scale,
    days.map(({ day }) => day),
    html`${bars}`,
  );
}

function titleOf({ day, cost }: SeriesDay): string {
  return `${longDay(day)}: ${costText(cost)}`;
}

function barOf({ costs, cost }: SeriesDay, at: number, length: number, top: number): Html {
  const x = percent(at + (1 - WIDTH) / 2, length);
  const parts: Html[] = [];
  let below = 0;
  for (const [model, part] of costs.entries()) {
    below = addUsd(below, part);
    if (part === 0) continue;
    parts.push(
      html`<rect class="m${model}" x="${x}%" y="${percent(top - below, top)}%" width="${percent(WIDTH, length)}%" height="${percent(part, top)}%"/>`,
    );
  }
  const unknown = html`<text class="unknown" x="${percent(at + 0.5, length)}%" y="${percent(top - below, top)}%" dy="-4">?</text>`;
  return html`${parts}${cost === null ? unknown : null}`;
}
