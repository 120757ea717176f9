/** OpenRouter takes 64 queries in any minute; four are left to whoever else asks for this account. */
const MOST_QUERIES = 60;
const WINDOW_MS = 60_000;
/** So many may start together; after them one a second. */
const BURST = 10;
const STEP_MS = WINDOW_MS / MOST_QUERIES;

/** When queries started, newest last: no more than count. A plain value, milliseconds of one clock. */
export interface QueryPace {
  starts: readonly number[];
  /** when the burst that was used is saved up again */
  restedAt: number;
}

export function createQueryPace(now: number): QueryPace {
  return { starts: [], restedAt: now };
}

/** Milliseconds until the next query may start. */
export function waitForQuery(pace: QueryPace, now: number): number {
  const { starts, restedAt } = notAhead(pace, now);
  const oldest = starts.length < MOST_QUERIES ? undefined : starts[0];
  const byWindow = oldest === undefined ? now : oldest + WINDOW_MS;
  return Math.max(0, byWindow - now, restedAt - (BURST - 1) * STEP_MS - now);
}

/** A query starts. */
export function queryStarted(before: QueryPace, at: number): QueryPace {
  const { starts, restedAt } = notAhead(before, at);
  return { starts: [...starts.slice(1 - MOST_QUERIES), at], restedAt: Math.max(restedAt, at) + STEP_MS };
}

/** A clock that was set back takes the starts with it: else nothing would start until it caught up. */
function notAhead(pace: QueryPace, now: number): QueryPace {
  const back = (pace.starts.at(-1) ?? now) - now;
  if (back <= 0) return pace;
  return { starts: pace.starts.map((start) => start - back), restedAt: pace.restedAt - back };
}
