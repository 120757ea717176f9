/** How calls are paced: what the user allows. */
export interface PaceLimits {
  /** most calls in flight */
  concurrency: number;
  /** most starts a second; Infinity = no limit */
  ratePerSecond: number;
}

/**
 * What the pace knows. A plain value: each step makes the next one from it. All times are milliseconds of one clock.
 * Two brakes work at once: `window` bounds what is in flight, `rate` the starts a second. Both grow while the service keeps up
 * and shrink when it turns a call away. `rate` is Infinity until the service turned one away.
 */
export interface Pace {
  limits: PaceLimits;
  inFlight: number;
  window: number;
  /** starts a second that the service was seen to bear */
  rate: number;
  /** no start before this moment */
  haltedUntil: number;
  /** the earliest next start that the user's rate allows */
  nextByLimit: number;
  /** the earliest next start that the learned rate allows */
  nextByRate: number;
  /** last time the brakes were pulled; answers to calls started before it say nothing new */
  brakedAt: number;
  /** the brakes were pulled at least once: from now on growth is slow */
  braked: boolean;
  /** when the last calls succeeded, newest last */
  successes: readonly number[];
  /** successes since the brakes were pulled */
  calm: number;
  /** successes between the last two times: the more, the surer is what was learned of the service's limit */
  calmBefore: number;
  /** of the latest start or answer */
  now: number;
}

/** The first calls go two at a time. */
const FIRST_WINDOW = 2;
/** Up to here each success widens the window by one, above it each round of successes does. */
const QUICK_WINDOW = 4;
/** How far back successes are counted to see what the service bears, milliseconds. */
const MEMORY_MS = 10_000;
/** And how many. */
const MEMORY_COUNT = 100;
/** Timers wake late; so much of that is made up for, milliseconds. */
const CATCH_UP_MS = 20;
/** One start in this many milliseconds at least, or the pace would never learn that the service recovered. */
const SLOWEST_RATE = 0.2;
/**
 * A read costs the service less than a change and takes a third of a start from the user's rate. Without this a listing of 10,000
 * keys, 102 pages, would take 10 s at the default rate however quick the service is.
 */
export const READ_COST = 1 / 3;

// The numbers below were found by playing runs against services of 1 to 5 calls a second, steady and dropping to a fifth, with and
// without Retry-After: test/openrouter/pace.test.ts plays them again.

export function createPace(limits: PaceLimits, now: number): Pace {
  return {
    limits,
    inFlight: 0,
    window: Math.min(FIRST_WINDOW, limits.concurrency),
    rate: Number.POSITIVE_INFINITY,
    haltedUntil: now,
    nextByLimit: now,
    nextByRate: now,
    brakedAt: now - 1,
    braked: false,
    successes: [],
    calm: 0,
    calmBefore: 0,
    now,
  };
}

/**
 * Milliseconds until the next call may start; undefined when one in flight must end first. Reads may start together, as many as make
 * up one whole start: a command's first looks need not queue behind each other.
 *
 * @param cost 1, or READ_COST
 */
export function waitForStart(pace: Pace, now: number, cost = 1): number | undefined {
  if (pace.inFlight >= wholeWindow(pace)) {
    return undefined;
  }
  const early = (1000 * (1 - cost)) / pace.limits.ratePerSecond;
  return Math.max(0, pace.haltedUntil - now, pace.nextByLimit - early - now, pace.nextByRate - now);
}

/** A call starts. @param cost 1, or READ_COST */
export function started(before: Pace, at: number, cost: number): Pace {
  const pace = tick(before, at);
  return {
    ...pace,
    inFlight: pace.inFlight + 1,
    nextByLimit: Math.max(pace.nextByLimit, at - CATCH_UP_MS) + (1000 * cost) / pace.limits.ratePerSecond,
    nextByRate: Math.max(pace.nextByRate, at) + 1000 / pace.rate,
  };
}

/** A call ended without a word on the pace: a network failure, an error of the service. */
export function ended(before: Pace, at: number): Pace {
  const pace = tick(before, at);
  return { ...pace, inFlight: pace.inFlight - 1 };
}

/** A call ended well. */
export function succeeded(before: Pace, at: number, startedAt: number): Pace {
  const pace = ended(before, at);
  const successes = [...pace.successes.slice(1 - MEMORY_COUNT), at];
  if (startedAt <= pace.brakedAt) {
    return { ...pace, successes };
  }
  const step = !pace.braked && pace.window < QUICK_WINDOW ? 1 : 1 / wholeWindow(pace);
  return {
    ...pace,
    successes,
    window: Math.min(pace.limits.concurrency, pace.window + step),
    calm: pace.calm + 1,
    rate: Math.max(pace.rate, Math.min(pace.rate * growth(pace), pace.limits.ratePerSecond)),
  };
}

/** The service turned a call away: all starts halt for `haltMs`, and go on slower. */
export function turnedAway(before: Pace, at: number, startedAt: number, haltMs: number): Pace {
  const pace = ended(before, at);
  const halted = { ...pace, haltedUntil: Math.max(pace.haltedUntil, at + haltMs) };
  if (startedAt <= pace.brakedAt) {
    return halted;
  }
  const rate = slowerRate(pace, at);
  return {
    ...halted,
    rate,
    window: Math.max(1, pace.window / 2),
    nextByRate: halted.haltedUntil,
    braked: true,
    brakedAt: at,
    calm: 0,
    calmBefore: pace.calm,
  };
}

/** What the service bore since the brakes were last pulled, or at the least something less than before. */
function slowerRate(pace: Pace, at: number): number {
  const oldest = pace.successes.length < MEMORY_COUNT ? 0 : (pace.successes[0] ?? 0);
  const since = Math.max(at - MEMORY_MS, pace.brakedAt, oldest);
  const seconds = Math.max(at - since, 1) / 1000;
  // Half a call more than was counted: on average the next one had come half its way.
  const borne = (pace.successes.filter((time) => time > since).length + 0.5) / seconds;
  if (pace.rate === Number.POSITIVE_INFINITY) {
    // The first calls lived on what the service had saved up.
    return Math.max(SLOWEST_RATE, borne / 2);
  }
  return Math.max(SLOWEST_RATE, pace.rate * 0.3, Math.min(borne * 0.95, pace.rate * 0.85));
}

/**
 * How much faster after one more success: hardly at first, while the limit that was just found is likely still there, then more and
 * more, to find out that it is gone. It counts successes, not seconds, so that a slow service is not asked for too much more often.
 */
function growth({ calm, calmBefore }: Pace): number {
  return 1 + Math.max(0.1 / (1 + calmBefore), Math.min(0.05, 0.001 * 2 ** (calm / 16)));
}

/** Sums of fractions stay a hair below whole numbers. */
function wholeWindow(pace: Pace): number {
  return Math.max(1, Math.floor(pace.window + 1e-9));
}

/** A clock that was set back takes the moments that lie ahead with it, so that no halt becomes a day long. */
function tick(pace: Pace, at: number): Pace {
  const back = pace.now - at;
  if (back <= 0) {
    return { ...pace, now: at };
  }
  return {
    ...pace,
    now: at,
    haltedUntil: pace.haltedUntil - back,
    nextByLimit: pace.nextByLimit - back,
    nextByRate: pace.nextByRate - back,
    brakedAt: pace.brakedAt - back,
    successes: pace.successes.map((time) => time - back),
  };
}
