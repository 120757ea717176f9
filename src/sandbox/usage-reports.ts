import type { LiveState } from './account-state.ts';
import { activityView, parseActivityQuery } from './activity.ts';
import { analyticsView, askedHashes, type UsageLabels } from './analytics.ts';
import { parseAnalyticsQuery } from './analytics-query.ts';
import { ApiError } from './api-error.ts';
import { createWindowLimit } from './pace-limit.ts';
import { plainSums, type UsageSum } from './usage.ts';

/** Documented for /analytics/query alone. */
const QUERIES_PER_MINUTE = 64;

/** What an account tells of its usage, in all workspaces, and of keys that were deleted too. */
export class UsageReports {
  readonly #state: LiveState;
  readonly #creator: string;
  readonly #now: () => number;
  readonly #waitFor: () => number;

  constructor(state: LiveState, creator: string, now: () => number) {
    this.#state = state;
    this.#creator = creator;
    this.#now = now;
    this.#waitFor = createWindowLimit(QUERIES_PER_MINUTE, 60_000, now);
  }

  query(body: unknown) {
    const waitMs = this.#waitFor();
    if (waitMs > 0) throw new ApiError(429, 'Rate limit exceeded', { 'retry-after': String(Math.ceil(waitMs / 1000)) });
    const query = parseAnalyticsQuery(body, this.#now());
    const labels: UsageLabels = {
      keyOf: (hash) => this.#keyOf(hash),
      workspaceName: (id) => this.#state.workspaces.get(id)?.name,
      creator: this.#creator,
    };
    return analyticsView(query, this.#sumsOf(askedHashes(query)), labels);
  }

  activity(query: URLSearchParams) {
    const { hash, workspaceId, byWorkspace, first, last } = parseActivityQuery(query, this.#now());
    const workspaceOf = (sum: UsageSum) => this.#keyOf(sum.hash)?.workspace_id ?? '';
    const sums = this.#sumsOf(hash === undefined ? undefined : [hash]).filter(
      (sum) => sum.day >= first && sum.day <= last && (workspaceId === undefined || workspaceOf(sum) === workspaceId),
    );
    return { data: activityView(sums, byWorkspace ? workspaceOf : undefined) };
  }

  #keyOf(hash: string): { name: string; workspace_id: string } | undefined {
    return this.#state.keys.get(hash) ?? this.#state.deleted.get(hash);
  }

  #sumsOf(hashes: readonly string[] | undefined): UsageSum[] {
    const { usage } = this.#state;
    if (hashes === undefined) return plainSums(usage);
    return [...new Set(hashes)].flatMap((hash) => [...(usage.get(hash)?.values() ?? [])]);
  }
}
