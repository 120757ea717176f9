import type { ApplyDeps } from '../apply/step.ts';
import type { Session } from '../connection/session.ts';
import type { Context } from '../context.ts';
import type { Workshop } from '../workshop/workshop.ts';

/** What changing the keys of an open workshop needs, apart from who is told. From here on, changes are sent only while it is held. */
export function applyDeps(session: Session, workshop: Workshop, ctx: Context): Omit<ApplyDeps, 'onOutcome'> {
  session.askBeforeChanges(workshop.stillHeld);
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
