import type { ChartScale } from './chart-scale.ts';
import { isLabeled, percent } from './chart-scale.ts';
import { shortDay, weekdayAndDate } from './day-text.ts';
import { type Html, html } from './html-text.ts';
import { tickText } from './usd-text.ts';

/** px: room for the topmost amount, the drawing, and the days below it */
const ABOVE = 10;
const HEIGHT = 190;
const BELOW = 26;

/**
 * A chart over days with its axes. It is as wide as the page: places along it are shares of its width, so that texts keep their size on a phone.
 * `label` says in a sentence what it shows, for those who do not see it.
 */
export function chartFrame(label: string, scale: ChartScale, days: readonly string[], drawing: Html): Html {
  const lines = scale.ticks.map((tick) => {
    const y = ABOVE + HEIGHT - percent(tick, scale.top) * (HEIGHT / 100);
    return html`<line x2="100%" y1="${y}" y2="${y}"/><text class="amount" x="-8" y="${y + 4}">${tickText(tick, scale.step)}</text>`;
  });
  const base = ABOVE + HEIGHT;
  return html`<div class="chart"><svg role="img" aria-label="${label}" width="100%" height="${base + BELOW}">
<g class="grid">${lines}<text class="amount" x="-8" y="${base + 4}">$0</text></g>
<svg y="${ABOVE}" width="100%" height="${HEIGHT}" overflow="visible">${drawing}</svg>
<line class="base" x2="100%" y1="${base}" y2="${base}"/>
<g class="days">${days.map((day, at) => (isLabeled(at, days.length) ? dayLabel(day, at, days.length, base + 19) : null))}</g>
</svg></div>`;
}

/** The whole height above a day: pointing at it shows what it says. */
export function dayColumn(at: number, length: number, title: string): Html {
  return html`<rect class="hit" x="${percent(at, length)}%" width="${percent(1, length)}%" height="100%"><title>${title}</title></rect>`;
}

/** Names of weekdays where every day has room for one. */
function dayLabel(day: string, at: number, length: number, y: number): Html {
  return html`<text x="${percent(at + 0.5, length)}%" y="${y}">${length <= 7 ? weekdayAndDate(day) : shortDay(day)}</text>`;
}
