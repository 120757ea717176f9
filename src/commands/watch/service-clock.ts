import type { Context } from '../../context.ts';

/** The time by the service, which knows when its counters were read; this computer's clock may jump. */
export interface ServiceClock {
  /** Takes the Date header of an answer. */
  note(header: string): void;
  now(): Date;
}

export function createServiceClock(ctx: Pick<Context, 'now'>): ServiceClock {
  let last: Date | undefined;
  return {
    note(header) {
      const at = new Date(header);
      last = Number.isNaN(at.getTime()) ? undefined : at;
    },
    now: () => last ?? ctx.now(),
  };
}
