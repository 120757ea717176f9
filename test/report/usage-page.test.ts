import { describe, expect, test } from 'vitest';
import { renderUsagePage } from '../../src/report/usage-page.ts';
import type { UsageReport } from '../../src/usage/usage-report.ts';
import { HOSTILE_NAMES, usageReport } from '../support/usage-reports.ts';

/** What is read from top to bottom: without tags, styles and what is shown when pointed at. */
function textOf(page: string): string {
  return page
    .replace(/<head>[\s\S]*?<\/head>/, '')
    .replaceAll(/<title>[\s\S]*?<\/title>/g, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ')
    .trim();
}

function small(changes: Partial<UsageReport> = {}): UsageReport {
  return { ...usageReport({ people: 3, days: 2, active: 1 }), ...changes };
}

describe('the page of a usage report', () => {
  test('says in words what its charts show', () => {
    expect(textOf(renderUsagePage(small()))).toMatchInlineSnapshot(
      `"OpenRouter usage BSSDH_2025 Sat 2 Aug to Sun 3 Aug 2025 UTC days; the period is not over $0.48 spent by 2 of 3 participants, in 90 requests to 3 models, so far. Requests 90 103,500 tokens Participants 2 of 3 1 not started Remaining $5.52 of a total limit of $6.00 Credit remaining $101.58 of the account Days Cost per day $0.10 $0.20 $0.30 $0.40 $0 Sat 2 Sun 3 openai/gpt-6-luna anthropic/claude-sonnet-5.5 meta-llama/llama-5-8b:free Cost added up $0.20 $0.40 $0.60 $0 Sat 2 Sun 3 spent what the limits allow: $6.00, far above this chart The numbers of these charts Cost of each UTC day in USD, by model Day openai/gpt-6-luna anthropic/claude-sonnet-5.5 meta-llama/llama-5-8b:free All Added up Limits allow Sat 2 Aug 2025 $0.09 – $0.00 $0.09 $0.09 $6.00 Sun 3 Aug 2025 $0.29 $0.10 – $0.39 $0.48 $6.00 Participants Who spent most comes first. Bars below limits show how much of each is spent; small charts show the days of the period, each person’s highest day at full height. Participant Cost Requests Limit remaining Days Models Ilze Kalna person4@example.org · Table 3 $0.35 53 $1.65 of $2.00 openai/gpt-6-luna and 1 other Jānis Zariņš person3@example.org · Table 2 $0.13 37 $1.87 of $2.00 anthropic/claude-sonnet-5.5 and 1 other Models What cost most comes first Model Cost Share Requests Tokens in Tokens out openai/gpt-6-luna $0.38 79 % 50 45,000 12,500 anthropic/claude-sonnet-5.5 $0.10 21 % 22 19,800 5,500 meta-llama/llama-5-8b:free $0.00 0 % 18 16,200 4,500 Not started 1 Anna Bērziņa Personal data. This page says who used which models, when and how much. Share it only with people who need to know. As of 3 Aug 2025, 12:04 UTC. From OpenRouter’s analytics. Costs are in USD and include what other providers were paid (BYOK). Made by orkeys."`,
    );
  });

  test('loads nothing, runs nothing and leads nowhere, whatever names say', () => {
    const page = renderUsagePage(usageReport({ people: 12, days: 7, names: HOSTILE_NAMES }));
    const tags = new Set([...page.matchAll(/<([a-z]+)/gi)].map(([, name]) => name?.toLowerCase()));
    expect(
      [...tags].filter((tag) => /^(script|a|img|link|iframe|object|embed|form|image|use|base)$/.test(tag ?? '')),
    ).toEqual([]);
    expect(page).not.toMatch(/<[^>]*\son\w+=/i);
    expect(page).not.toMatch(/url\(|@import/);
    expect(page).toContain('<bdi>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</bdi>');
    expect(page).toContain('<bdi>שרה כהן-לוי \u202Eevil</bdi>');
  });

  test('tells what is not known from what is nothing, and never makes it zero', () => {
    const report = small({ complete: false, unmatched: ['old <name>'], notes: ['analytics were refused (403)'] });
    const [first, second] = report.people;
    if (!first || !second) throw new Error('no people');
    Object.assign(first, { cost: null, requests: null, limit: undefined });
    Object.assign(second, { limit: null, limit_remaining: null });
    Object.assign(report.days[0] ?? {}, { cost: null, models: [] });
    const page = renderUsagePage(report);
    expect(page).toContain('<b>not known</b>');
    expect(page).toContain('<td>unlimited</td>');
    expect(page).toContain('<td>not known</td>');
    expect(page).toContain('>?</text>');
    expect(textOf(page)).toContain('These numbers are not complete');
    expect(textOf(page)).toContain(
      '1 name in the service’s answer belongs to no key of the account and is not counted: old &lt;name&gt;',
    );
    expect(textOf(page)).toContain('Analytics were refused (403)');
  });

  test('shows requests that cost nothing as $0.00 in the table of days, and nothing at all as a dash', () => {
    const report = small();
    const free = 'meta-llama/llama-5-8b:free';
    const { models } = report.days[0] ?? { models: [] };
    const rest = models.filter(({ model }) => model !== free);
    models.splice(0, models.length, ...rest, { model: free, cost: 0, requests: 2 });
    const other = report.days[1]?.models ?? [];
    other.splice(0, other.length, ...other.filter(({ model }) => model !== free));
    const text = textOf(renderUsagePage(report));
    expect(text).toContain('Sat 2 Aug 2025 $0.09 – $0.00 $0.09');
    expect(text).toContain('Sun 3 Aug 2025 $0.29 $0.10 – $0.39');
  });

  test('has no charts where only the counters of the keys are known', () => {
    const report = small({ source: 'keys', models: [] });
    report.days = report.days.map(({ day }) => ({ day, cost: null, requests: null, models: [] }));
    report.people = report.people.map((person) => ({ ...person, requests: null, models: [], days: report.days }));
    const page = renderUsagePage({ ...report, totals: { ...report.totals, requests: null } });
    expect(page).not.toContain('<figure>');
    expect(textOf(page)).toContain('The counters of the keys do not tell days.');
  });

  test('shows a thousand people and names the file with all of them', () => {
    const many = usageReport({ people: 1_100, days: 1, active: 0 });
    expect(renderUsagePage(many)).toContain('And 100 more, who are in usage.csv.');
    const spenders = usageReport({ people: 40, days: 7, active: 1 }).people.filter(({ cost }) => cost !== 0);
    const people = Array.from({ length: 1_050 }, (_, at) => spenders[at % spenders.length] ?? []).flat();
    expect(textOf(renderUsagePage({ ...many, people }))).toContain(
      'The first 1,000 are shown. The other 50 are in usage.csv.',
    );
  });

  test('adds up limits that start again, in steps, and stays readable when they are far above', () => {
    const report = usageReport({ people: 4, days: 14, active: 1 });
    report.people = report.people.map((person, at) => ({
      ...person,
      limit: 1,
      limit_reset: (['daily', 'weekly', 'monthly', null] as const)[at] ?? null,
    }));
    const rows = [...renderUsagePage(report).matchAll(/<td class="n">(\$[\d.,]+)<\/td><\/tr>/g)].map(
      ([, text]) => text,
    );
    // 21 July is a Monday, 1 August begins a month.
    expect(rows.slice(0, 14)).toEqual([
      ...['$4.00', '$5.00', '$6.00', '$7.00', '$8.00', '$9.00', '$10.00'],
      ...['$12.00', '$13.00', '$14.00', '$15.00', '$17.00', '$18.00', '$19.00'],
    ]);
  });
});
