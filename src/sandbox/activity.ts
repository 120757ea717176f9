import { createHash } from 'node:crypto';
import { badRequest } from './api-error.ts';
import { uuid } from './identifiers.ts';
import { dayOf, sumOf, type UsageSum } from './usage.ts';

const DAY_MS = 86_400_000;
/** Completed UTC days; the current day is not one. */
const DAYS = 30;

/** The query of `GET /activity`. Throws ApiError 400. */
export function parseActivityQuery(query: URLSearchParams, now: number) {
  const today = Math.floor(now / DAY_MS) * DAY_MS;
  const [first, last] = [dayOf(today - DAYS * DAY_MS), dayOf(today - DAY_MS)];
  const date = query.get('date') ?? undefined;
  if (date !== undefined && (!/^\d{4}-\d\d-\d\d$/.test(date) || date < first || date > last)) {
    throw badRequest('Date must be within the last 30 (completed) UTC days');
  }
  return {
    hash: query.get('api_key_hash') ?? undefined,
    workspaceId: query.get('workspace_id') ?? undefined,
    byWorkspace: query.get('group_by') === 'workspace',
    first: date ?? first,
    last: date ?? last,
  };
}

/** An item of `GET /activity` from the sums of one day and model (and workspace, if told), newest day first. */
export function activityView(sums: readonly UsageSum[], workspaceOf: ((sum: UsageSum) => string) | undefined) {
  const groups = new Map<string, { sum: UsageSum; workspace: string | undefined }>();
  for (const sum of sums) {
    const workspace = workspaceOf?.(sum);
    const id = JSON.stringify([sum.day, sum.model, workspace]);
    const before = groups.get(id)?.sum;
    groups.set(id, { sum: before === undefined ? sum : sumOf(before, sum), workspace });
  }
  const items = [...groups.values()].map(({ sum, workspace }) => ({
    date: sum.day,
    // The slug without the date of the version, where there is one.
    model: sum.model.replace(/-\d{4}-\d\d-\d\d$/, ''),
    model_permaslug: sum.model,
    endpoint_id: uuid(createHash('sha256').update(sum.model).digest().subarray(0, 16)),
    provider_name: sum.model.split('/')[0] ?? sum.model,
    usage: sum.usd,
    byok_usage_inference: 0,
    requests: sum.requests,
    prompt_tokens: sum.prompt,
    completion_tokens: sum.completion,
    reasoning_tokens: sum.reasoning,
    ...(workspace === undefined ? {} : { workspace_id: workspace }),
  }));
  return items.sort((one, other) => (one.date < other.date ? 1 : one.date > other.date ? -1 : 0));
}
