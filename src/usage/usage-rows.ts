import type { PersonUsage, UsageReport } from './usage-report.ts';

/** The columns of usage.csv. New ones are added at the end. */
export const USAGE_COLUMNS = [
  ...['row', 'name', 'surname', 'email', 'group', 'tier', 'cost', 'requests', 'tokens_prompt', 'tokens_completion'],
  ...['limit', 'limit_reset', 'daily_limit', 'limit_remaining', 'last_used_at', 'top_model', 'status'],
] as const;

/** The people of a report as plain rows; null = nothing, or not known. */
export function usageRows({ people }: UsageReport): (string | number | null)[][] {
  return people.map((person) => {
    const { participant, keys, limit, models } = person;
    return [
      participant?.row ?? null,
      participant?.name ?? keys[0]?.name ?? null,
      participant?.surname ?? null,
      participant?.emails.join('; ') ?? null,
      participant?.group ?? null,
      person.tier,
      person.cost,
      person.requests,
      person.tokens_prompt,
      person.tokens_completion,
      limit === null ? 'unlimited' : (limit ?? null),
      person.limit_reset,
      person.daily_limit,
      person.limit_remaining,
      person.last_used_at,
      models[0]?.model ?? null,
      statusOf(person),
    ];
  });
}

function statusOf({ cost, requests, status, models }: PersonUsage): string {
  if (cost === null) return 'not_known';
  const isIdle = cost === 0 && models.length === 0 && requests === 0;
  return isIdle && status === 'active' ? 'not_started' : status;
}
