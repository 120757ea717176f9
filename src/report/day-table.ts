import { longDay } from './day-text.ts';
import { type Html, html } from './html-text.ts';
import type { UsageSeries } from './usage-series.ts';
import { costText } from './usd-text.ts';

/** More days are folded up: the charts come first. */
const MOST_OPEN = 7;

/** The numbers of both charts. */
export function dayTable(series: UsageSeries): Html {
  const { names, days } = series;
  const hasLimits = days.some(({ allowed }) => allowed > 0);
  return html`<details${days.length <= MOST_OPEN ? html` open` : null}><summary>The numbers of these charts</summary>
<div class="scroll" role="region" aria-label="Days, table" tabindex="0"><table class="days">
<caption>Cost of each UTC day in USD, by model</caption>
<thead><tr><th scope="col">Day</th>${names.map((name, at) => html`<th scope="col" class="n">${swatch(at)}<bdi>${name}</bdi></th>`)}<th scope="col" class="n">All</th><th scope="col" class="n">Added up</th>${hasLimits ? html`<th scope="col" class="n">Limits allow</th>` : null}</tr></thead>
<tbody>
${days.map(
  ({
    day,
    costs,
    used,
    cost,
    soFar,
    allowed,
  }) => html`<tr><th scope="row">${longDay(day)}</th>${costs.map((each, at) => html`<td class="n">${spentText(each, used[at])}</td>`)}<td class="n"><b>${spentText(cost, used.includes(true))}</b></td><td class="n">${soFar === null ? '–' : costText(soFar)}</td>${hasLimits ? html`<td class="n">${costText(allowed)}</td>` : null}</tr>
`,
)}</tbody></table></div></details>`;
}

/** The color of a model in charts and tables. */
export function swatch(at: number): Html {
  return html`<svg class="swatch" aria-hidden="true"><rect class="m${at}" width="100%" height="100%"/></svg>`;
}

/** A dash where nothing is recorded; requests that cost nothing are `$0.00`. */
function spentText(cost: number | null, isUsed: boolean | undefined): string {
  return cost === 0 && !isUsed ? '–' : costText(cost);
}
