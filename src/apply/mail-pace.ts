/** How fast mails leave: spread evenly, and never more than `perMinute` of them in any minute as the server sees it. */
export interface MailPace {
  /** Waits for the turn of the next mail, or until the signal. */
  turn(stop: AbortSignal): Promise<void>;
  /** A mail was at the server until now, with whatever outcome. */
  done(): void;
}

export interface PaceClock {
  now(): Date;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

const MINUTE = 60_000;

/**
 * The minute is counted from the end of one mail to the beginning of another, so it holds wherever in between a server counts. `earlier`:
 * when mails of an earlier run left, in ms. `perMinute` undefined = no pace.
 */
export function createMailPace(perMinute: number | undefined, earlier: readonly number[], clock: PaceClock): MailPace {
  const ends = [...earlier].sort((a, b) => a - b);
  let began: number | undefined;
  const time = () => clock.now().getTime();

  function waitFor(rate: number): number {
    const spaced = began === undefined ? 0 : began + MINUTE / rate;
    const oldest = ends.at(-rate);
    return Math.max(spaced, oldest === undefined ? 0 : oldest + MINUTE + 1) - time();
  }

  return {
    turn: async (stop) => {
      if (perMinute === undefined) return;
      for (let wait = waitFor(perMinute); wait > 0 && !stop.aborted; wait = waitFor(perMinute)) {
        // The clock of a computer may be set back by hours while it waits.
        await clock.sleep(Math.min(wait, MINUTE), stop);
      }
      began = time();
    },
    done: () => {
      ends.push(time());
      if (ends.length > 10_000) ends.splice(0, 5_000);
    },
  };
}
