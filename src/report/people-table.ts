import { grouped, plural } from '../plural.ts';
import { participantName } from '../roster/participant-name.ts';
import type { PersonUsage, UsageReport } from '../usage/usage-report.ts';
import { percent } from './chart-scale.ts';
import { type Html, html } from './html-text.ts';
import { sparklineSvg } from './sparkline-svg.ts';
import { costText } from './usd-text.ts';

/** A page with more of them is slow to open, and nobody reads it. */
export const MOST_PEOPLE = 1000;

/** Everyone who spent something or of whom that is not known, who spent most first. */
export function peopleTable(report: UsageReport): Html {
  const people = report.people.filter(hasRow);
  const shown = people.slice(0, MOST_PEOPLE);
  if (shown.length === 0) return html`<p>Nobody has spent anything in this period.</p>`;
  return html`<div class="scroll" role="region" aria-label="Participants, table" tabindex="0"><table class="people">
<caption>Who spent most comes first. Bars below limits show how much of each is spent; small charts show the days of the period, each person’s highest day at full height.</caption>
<thead><tr><th scope="col">Participant</th><th scope="col" class="n">Cost</th><th scope="col" class="n">Requests</th><th scope="col">Limit remaining</th><th scope="col">Days</th><th scope="col">Models</th></tr></thead>
<tbody>
${shown.map((person) => personRow(person, report.totals.cost))}</tbody>
${report.others === null ? null : othersRow(report.others)}</table></div>
${people.length > shown.length ? html`<p class="more">The first ${grouped(shown.length)} are shown. The other ${grouped(people.length - shown.length)} are in usage.csv.</p>` : null}`;
}

/** Whether somebody has a row in the table; all others have not started. */
export function hasRow({ cost, requests }: PersonUsage): boolean {
  return cost === null || cost > 0 || (requests !== null && requests > 0);
}

/** Names and the like from outside, which may run from right to left. */
export function nameOf({ participant, keys }: Pick<PersonUsage, 'participant' | 'keys'>): string {
  if (participant) return participantName(participant);
  return keys[0]?.name ?? 'a key without a name';
}

function personRow(person: PersonUsage, total: number | null): Html {
  const { participant, cost, requests, days } = person;
  const name = nameOf(person);
  const email = participant?.emails[0];
  const more = [email === name ? undefined : email, participant?.group, person.tier].filter(
    (text) => text !== undefined && text !== null,
  );
  return html`<tr><th scope="row"><bdi>${name}</bdi>${badges(person)}${more.length > 0 ? html`<small>${more.map((text, at) => html`${at > 0 ? ' · ' : null}<bdi>${text}</bdi>`)}</small>` : null}</th>
<td class="n"><b>${costText(cost)}</b>${shareBar(cost, total)}</td><td class="n">${countText(requests)}</td>
<td>${limitCell(person)}</td><td>${sparklineSvg(days)}</td><td>${modelsCell(person)}</td></tr>
`;
}

/** What the table cannot leave out about a person. */
function badges({ participant, status, notices, keys }: PersonUsage): Html[] {
  const texts = [
    ...(notices.length > 0 ? ['unusual'] : []),
    ...(status === 'disabled' ? ['disabled'] : []),
    ...(status === 'deleted' ? ['key deleted'] : []),
    ...(keys.length > 1 ? [`${keys.length} keys`] : []),
    ...(participant === null ? ['nobody’s key'] : []),
  ];
  return texts.map((text) => html` <span class="badge">${text}</span>`);
}

function shareBar(cost: number | null, total: number | null): Html | null {
  if (cost === null || total === null || total === 0) return null;
  return bar(percent(cost, total));
}

/** A bar of so many percent. */
export function bar(share: number): Html {
  const full = Math.min(100, Math.max(0, share));
  return html`<svg class="bar${full >= 90 ? ' full' : ''}" aria-hidden="true"><rect class="rail" width="100%" height="100%"/><rect width="${full}%" height="100%"/></svg>`;
}

function limitCell({ limit, limit_reset, limit_remaining, status }: PersonUsage): Html {
  if (status === 'deleted' || status === 'no_key') return html`–`;
  if (limit === undefined) return html`not known`;
  if (limit === null) return html`unlimited`;
  const size = `${costText(limit)}${limit_reset === null ? '' : ` ${limit_reset}`}`;
  if (limit_remaining === null) return html`${size}`;
  return html`${costText(limit_remaining)} of ${size}${bar(limit > 0 ? percent(limit - limit_remaining, limit) : 100)}`;
}

function modelsCell({ models }: PersonUsage): Html {
  const [first, ...rest] = models;
  if (!first) return html`–`;
  return html`<bdi>${first.model}</bdi>${rest.length > 0 ? html` <small>and ${plural(rest.length, 'other')}</small>` : null}`;
}

/** A number of requests or tokens. */
export function countText(count: number | null): string {
  return count === null ? 'not known' : grouped(count);
}

function othersRow({ cost, requests }: { cost: number | null; requests: number | null }): Html {
  return html`<tfoot><tr><th scope="row">Other keys of the account<small>unknown to the workshops on this computer</small></th><td class="n"><b>${costText(cost)}</b></td><td class="n">${countText(requests)}</td><td>–</td><td></td><td>–</td></tr></tfoot>
`;
}
