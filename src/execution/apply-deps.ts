import type { ApplyDeps } from '../apply/step.ts';
import type { Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import type { Workshop } from '../workshop/workshop.ts';

/** What changing the keys of an open workshop needs, apart from who is told. */
export function applyDeps(session: Session, workshop: Workshop, ctx: Context): Omit<ApplyDeps, 'onOutcome'> {
  return {
    api: session.api,
    guardrails: session.api,
    journal: workshop.journal,
    random: ctx.random,
    concurrency: session.concurrency,
    stop: ctx.interrupts.stop,
    rescue: workshop.rescue,
  };
}
