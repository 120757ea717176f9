import { addUsd, sumUsd } from '../../src/money.ts';
import type { Participant } from '../../src/roster/participant.ts';
import type { DayUsage, PersonUsage, Spent, UsageReport } from '../../src/usage/usage-report.ts';

/** Names that try to be something else, and names that need room or another direction. */
export const HOSTILE_NAMES = [
  '<img src=x onerror=alert(1)>',
  '=HYPERLINK("https://example.org","x")',
  '"><script>alert(1)</script>',
  `Wolfeschlegelsteinhausenbergerdorff${'welcher'.repeat(20)}`,
  '王小明（臺北市立第一女子高級中學）',
  'שרה כהן-לוי \u202Eevil',
  "'; DROP TABLE person; --",
  "@SUM(1+1)*cmd|' /C calc'!A0",
];

const MODELS = [
  'openai/gpt-6-luna',
  'anthropic/claude-sonnet-5.5',
  'google/gemini-4-flash',
  'deepseek/deepseek-v4-flash-0731',
  'mistralai/mistral-large-2608',
  'qwen/qwen4-72b-instruct',
  'meta-llama/llama-5-8b:free',
];
const FIRST = ['Anna', 'Jānis', 'Ilze', 'Māra', 'Pēteris', 'Līga', 'Andris', 'Zane', 'Toms', 'Elīna'];
const LAST = ['Bērziņa', 'Zariņš', 'Kalna', 'Ozoliņa', 'Liepiņš', 'Krūmiņa', 'Baklāne', 'Eglīte'];

export interface ReportSize {
  people: number;
  /** the period ends on Sunday, 3 August 2025 */
  days: number;
  /** the share of people who spend something */
  active?: number;
  names?: readonly string[];
}

/** A class that spends as classes do: few much, many little, some nothing. The same size gives the same report. */
export function usageReport({ people: count, days: length, active = 0.6, names = [] }: ReportSize): UsageReport {
  const chance = seeded(7);
  const days = Array.from({ length }, (_, at) =>
    new Date(Date.UTC(2025, 7, 3) - (length - 1 - at) * 86_400_000).toISOString().slice(0, 10),
  );
  const people = Array.from({ length: count }, (_, at) => {
    const participant = participantOf(at, names[at]);
    const isActive = at < names.length || chance() < active;
    return personOf(participant, at, days, isActive ? 0.2 * Math.exp(2.4 * chance() ** 2) : 0, chance);
  });
  people.sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0));
  const models = MODELS.flatMap((model) => {
    const same = people.flatMap((person) => person.models.filter((each) => each.model === model));
    return same.length === 0 ? [] : [{ model, ...total(same) }];
  }).sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0));
  return {
    prefix: 'BSSDH_2025',
    sandbox: false,
    as_of: '2025-08-03T12:04:00.000Z',
    source: 'analytics',
    complete: true,
    period: { since: days[0] ?? '', until: days.at(-1) ?? '', time_zone: 'UTC', over: false },
    people,
    models,
    days: days.map((day, at) => dayOfAll(day, people, at)),
    others: null,
    unmatched: [],
    totals: {
      ...total(people),
      count,
      active: people.filter(({ requests }) => requests !== 0).length,
      limit: sumUsd(people.map(({ limit }) => limit)),
      limit_remaining: sumUsd(people.map(({ limit_remaining }) => limit_remaining)),
      unlimited: people.filter(({ limit }) => limit === null).length,
      credit_left: 101.58,
      reported_by_keys: null,
    },
    notices: [],
    notes: [],
  };
}

function participantOf(at: number, name: string | undefined): Participant {
  const row = at + 2;
  return {
    row,
    rows: [row],
    name: name ?? FIRST[at % FIRST.length] ?? '',
    surname: name === undefined ? `${LAST[at % LAST.length]}${at >= 80 ? ` ${at}` : ''}` : '',
    emails: [`person${row}@example.org`],
    group: `Table ${1 + (at % 6)}`,
  };
}

function personOf(
  participant: Participant,
  at: number,
  days: readonly string[],
  scale: number,
  chance: () => number,
): PersonUsage {
  const counts = days.map((day) => {
    const isBusy = scale > 0 && chance() < 0.65;
    const models = !isBusy
      ? []
      : MODELS.filter((_, model) => chance() < 0.7 / (model + 1)).map((model) => {
          const requests = 1 + Math.floor(chance() * 40);
          const cost = model.endsWith(':free') ? 0 : Math.round(requests * scale * chance() * 20_000) / 1_000_000;
          return { day, model, ...spent(cost, requests) };
        });
    return { day, models };
  });
  const all = counts.flatMap(({ models }) => models);
  const sum = total(all);
  const limit = at % 17 === 5 ? null : 2;
  return {
    participant,
    keys: [
      {
        name: `BSSDH_2025 ${participant.name} ${at}`,
        hash: at.toString(16).padStart(64, '0'),
        label: 'sk-or-v1-0e6...1c96',
        deleted: false,
      },
    ],
    ...sum,
    limit,
    limit_reset: at % 3 === 0 ? 'weekly' : null,
    limit_remaining: limit === null ? null : Math.max(0, addUsd(limit, -(sum.cost ?? 0))),
    daily_limit: null,
    last_used_at: all.length === 0 ? null : '2025-08-03T11:58:00.000Z',
    disabled: false,
    status: 'active',
    tier: null,
    models: MODELS.flatMap((model) => {
      const same = all.filter((each) => each.model === model);
      return same.length === 0 ? [] : [{ model, ...total(same) }];
    }).sort((a, b) => (b.cost ?? 0) - (a.cost ?? 0)),
    days: counts.map(({ day, models }): DayUsage => {
      const { cost, requests } = total(models);
      return {
        day,
        cost,
        requests,
        models: models.map(({ model, cost, requests }) => ({ model, cost: cost ?? 0, requests })),
      };
    }),
    notices: [],
  };
}

function spent(cost: number, requests: number): Spent {
  return {
    cost,
    byok_cost: 0,
    requests,
    tokens_prompt: requests * 900,
    tokens_completion: requests * 250,
    tokens_reasoning: 0,
  };
}

function total(all: readonly Spent[]): Spent {
  const add = (number: (each: Spent) => number | null) => all.reduce((sum, each) => sum + (number(each) ?? 0), 0);
  return {
    cost: sumUsd(all.map(({ cost }) => cost)),
    byok_cost: 0,
    requests: add(({ requests }) => requests),
    tokens_prompt: add(({ tokens_prompt }) => tokens_prompt),
    tokens_completion: add(({ tokens_completion }) => tokens_completion),
    tokens_reasoning: 0,
  };
}

function dayOfAll(day: string, people: readonly PersonUsage[], at: number): DayUsage {
  const days = people.flatMap((person) => person.days[at] ?? []);
  const models = new Map<string, number>();
  for (const { model, cost } of days.flatMap((each) => each.models)) models.set(model, addUsd(models.get(model), cost));
  return {
    day,
    cost: sumUsd(days.map(({ cost }) => cost)),
    requests: days.reduce((sum, { requests }) => sum + (requests ?? 0), 0),
    models: [...models].map(([model, cost]) => ({ model, cost })),
  };
}

/** Numbers below 1 that look like chance, always the same (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
