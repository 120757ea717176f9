import { grouped, plural } from '../plural.ts';
import type { PersonUsage, UsageNotice, UsageReport } from '../usage/usage-report.ts';
import { barChart } from './bar-chart.ts';
import { percent } from './chart-scale.ts';
import { cumulativeChart, showsLimit } from './cumulative-chart.ts';
import { dayTable, swatch } from './day-table.ts';
import { momentText, periodText } from './day-text.ts';
import { renderHtmlPage } from './html-page.ts';
import { type Html, html } from './html-text.ts';
import { bar, countText, hasRow, MOST_PEOPLE, nameOf, peopleTable } from './people-table.ts';
import { type UsageSeries, usageSeries } from './usage-series.ts';
import { usageStyle } from './usage-style.ts';
import { costText } from './usd-text.ts';

/** Everything of a report on one page that opens anywhere, without a network. Tables say what its charts show. */
export function renderUsagePage(report: UsageReport): string {
  const series = usageSeries(report);
  const title = `Usage of ${report.prefix ?? 'all keys'}, ${periodText(report.period)}`;
  const body = html`<header><p class="kicker">OpenRouter usage${report.sandbox ? html` <span class="badge">sandbox, not real money</span>` : null}</p>
<h1><bdi>${report.prefix ?? 'All keys'}</bdi></h1>
<p class="period">${periodText(report.period)} <span>UTC days${report.period.over ? '' : '; the period is not over'}</span></p></header>
<main>
${totalsPart(report)}
${warnings(report)}
${report.notices.length > 0 ? unusualPart(report.notices) : null}
${daysPart(report, series)}
<section aria-labelledby="people"><h2 id="people">Participants</h2>
${peopleTable(report)}</section>
${report.models.length > 0 ? modelsPart(report, series) : null}
${namesPart(
  'Not started',
  'not-started',
  report.people.filter((person) => !hasRow(person) && person.status !== 'no_key'),
)}
${namesPart(
  'No key',
  'no-key',
  report.people.filter((person) => !hasRow(person) && person.status === 'no_key'),
)}
</main>
<footer><p><strong>Personal data.</strong> This page says who used which models, when and how much. Share it only with people who need to know.</p>
<p>As of ${momentText(report.as_of)}. ${SOURCES[report.source]} Costs are in USD and include what other providers were paid (BYOK). Made by orkeys.</p></footer>`;
  return renderHtmlPage({ title, style: usageStyle(), body });
}

const SOURCES = {
  analytics: 'From OpenRouter’s analytics.',
  activity: 'From OpenRouter’s activity, which does not include today.',
  keys: 'From the counters of the keys, which tell no requests, models or days.',
  history: 'From usage.jsonl on this computer; the service was not asked.',
};

function totalsPart({ totals, period, models }: UsageReport): Html {
  const idle = totals.count - totals.active;
  const facts: [string, string, string][] = [
    ['Requests', countText(totals.requests), tokensText(totals)],
    [
      'Participants',
      `${grouped(totals.active)} of ${grouped(totals.count)}`,
      idle > 0 ? `${grouped(idle)} not started` : 'all have started',
    ],
    [
      'Remaining',
      costText(totals.limit_remaining),
      `of a total limit of ${costText(totals.limit)}${totals.unlimited > 0 ? `; ${plural(totals.unlimited, 'key')} without limit` : ''}`,
    ],
    ...(totals.credit_left === null
      ? []
      : [['Credit remaining', costText(totals.credit_left), 'of the account'] satisfies [string, string, string]]),
  ];
  const requests =
    totals.requests === null ? '' : `, in ${plural(totals.requests, 'request')} to ${plural(models.length, 'model')}`;
  return html`<section class="totals" aria-label="Totals">
<p class="sentence"><b>${costText(totals.cost)}</b> spent by ${grouped(totals.active)} of ${plural(totals.count, 'participant')}${requests}${period.over ? '' : ', so far'}.</p>
<dl>${facts.map(([name, value, note]) => html`<div><dt>${name}</dt><dd><b>${value}</b> <small>${note}</small></dd></div>`)}</dl></section>`;
}

function tokensText({ tokens_prompt, tokens_completion }: UsageReport['totals']): string {
  return `${plural(tokens_prompt + tokens_completion, 'token')}`;
}

/** What a reader must know before believing the numbers. */
function warnings({ complete, notes, unmatched, totals }: UsageReport): Html | null {
  const { cost, reported_by_keys: reported } = totals;
  const missing = reported !== null && cost !== null ? reported - cost : 0;
  const texts = [
    ...(complete ? [] : ['These numbers are not complete: what is missing is marked “not known” and is not counted.']),
    ...(missing >= 0.01
      ? [`The keys’ own counters say ${costText(missing)} more: the service has not counted it here yet.`]
      : []),
    ...(unmatched.length > 0 ? [unmatchedText(unmatched)] : []),
    ...notes.map((note) => note.charAt(0).toUpperCase() + note.slice(1)),
  ];
  if (texts.length === 0) return null;
  return html`<aside class="note${complete ? '' : ' bad'}" aria-label="Notes"><ul>${texts.map((text) => html`<li><bdi>${text}</bdi></li>`)}</ul></aside>`;
}

function unmatchedText(names: readonly string[]): string {
  const [verb, are] = names.length === 1 ? ['belongs', 'is'] : ['belong', 'are'];
  return `${plural(names.length, 'name')} in the service’s answer ${verb} to no key of the account and ${are} not counted: ${names.join(', ')}`;
}

function unusualPart(notices: readonly UsageNotice[]): Html {
  return html`<section aria-labelledby="unusual"><h2 id="unusual">Unusual spending</h2>
<p class="lead">A hint, not a verdict: ask before you act.</p>
<ul class="unusual">${notices.map((notice) => html`<li>${unusualText(notice)}</li>`)}</ul></section>`;
}

function unusualText({ code, participant, cost, compared_with, count }: UsageNotice): Html {
  const name = html`<b><bdi>${nameOf({ participant, keys: [] })}</bdi></b>: ${costText(cost)}`;
  if (code === 'unusual_class')
    return html`${name}; the middle of the ${grouped(count)} who spent is ${costText(compared_with)}`;
  return html`${name} in a day; the highest of ${plural(count, 'day')} before was ${costText(compared_with)}`;
}

function daysPart({ source, totals }: UsageReport, series: UsageSeries): Html {
  if (series.days.every(({ cost, costs }) => cost === null && costs.every((each) => each === 0))) {
    return html`<section aria-labelledby="days"><h2 id="days">Days</h2><p>${source === 'keys' ? 'The counters of the keys do not tell days.' : 'Nothing is known about the days of this period.'}</p></section>`;
  }
  const allowed = series.days.at(-1)?.allowed ?? 0;
  return html`<section aria-labelledby="days"><h2 id="days">Days</h2>
<div class="figures"><figure><figcaption>Cost per day</figcaption>
${barChart(series)}
<ul class="legend">${series.names.map((name, at) => html`<li>${swatch(at)}<bdi>${name}</bdi></li>`)}</ul></figure>
<figure><figcaption>Cost added up</figcaption>
${cumulativeChart(series)}
<ul class="legend"><li><svg class="swatch line" aria-hidden="true"><rect class="spent" width="100%" height="100%"/></svg>spent</li>
${allowed > 0 ? html`<li><svg class="swatch line" aria-hidden="true"><rect class="allowed" width="100%" height="100%"/></svg>${showsLimit(series) ? 'what the limits allow' : `what the limits allow: ${costText(allowed)}, far above this chart`}</li>` : null}
${totals.unlimited > 0 ? html`<li>${plural(totals.unlimited, 'key')} without limit not counted</li>` : null}</ul></figure></div>
${dayTable(series)}</section>`;
}

function modelsPart({ models, totals }: UsageReport, { names }: UsageSeries): Html {
  return html`<section aria-labelledby="models"><h2 id="models">Models</h2>
<div class="scroll" role="region" aria-label="Models, table" tabindex="0"><table class="models">
<caption>What cost most comes first</caption>
<thead><tr><th scope="col">Model</th><th scope="col" class="n">Cost</th><th scope="col" class="n">Share</th><th scope="col" class="n">Requests</th><th scope="col" class="n">Tokens in</th><th scope="col" class="n">Tokens out</th></tr></thead>
<tbody>
${models.map(
  ({
    model,
    cost,
    requests,
    tokens_prompt,
    tokens_completion,
  }) => html`<tr><th scope="row">${swatch(names.includes(model) ? names.indexOf(model) : names.length - 1)}<bdi>${model}</bdi></th><td class="n"><b>${costText(cost)}</b></td><td class="n">${cost === null || totals.cost === null || totals.cost === 0 ? '–' : html`${Math.round(percent(cost, totals.cost))} %${bar(percent(cost, totals.cost))}`}</td><td class="n">${countText(requests)}</td><td class="n">${grouped(tokens_prompt)}</td><td class="n">${grouped(tokens_completion)}</td></tr>
`,
)}</tbody></table></div></section>`;
}

function namesPart(heading: string, id: string, people: readonly PersonUsage[]): Html | null {
  if (people.length === 0) return null;
  const shown = people.slice(0, MOST_PEOPLE);
  return html`<section aria-labelledby="${id}"><h2 id="${id}">${heading} <small>${grouped(people.length)}</small></h2>
<ul class="names">${shown.map((person) => html`<li><bdi>${nameOf(person)}</bdi></li>`)}</ul>
${people.length > shown.length ? html`<p class="more">And ${grouped(people.length - shown.length)} more, who are in usage.csv.</p>` : null}</section>`;
}
