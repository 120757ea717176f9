import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { visibleText } from './visible-text.ts';

export interface Confirmation {
  ctx: Pick<Context, 'stdin' | 'stderr' | 'interrupts'>;
  /** one line, without the answers: `Create 12 keys?` */
  question: string;
  /** `--yes` was given: nothing is asked */
  yes: boolean;
}

/** What a run asks whose only changes are those that an earlier run did not bring to an end. */
export const FINISH_EARLIER = 'Finish what an earlier run left unresolved?';

/**
 * Asks for y or N on standard error. Without a terminal it goes ahead, or refuses where the change cannot be undone.
 * Ctrl-C and the end of input mean no. Throws `confirmation_needed`.
 */
export async function confirmYes(options: Confirmation & { offTerminal: 'proceed' | 'refuse' }): Promise<boolean> {
  const { ctx, question, yes, offTerminal } = options;
  if (yes) return true;
  if (!hasTerminal(ctx)) {
    if (offTerminal === 'proceed') return true;
    throw confirmationNeeded(question);
  }
  const answer = await ask(ctx, `${visibleText(question)} [y/N] `);
  return /^y(?:es)?$/i.test(answer);
}

/** Asks for a word to be typed, for what cannot be undone. Without a terminal it refuses. Throws `confirmation_needed`. */
export async function confirmTyped(options: Confirmation & { expected: string }): Promise<boolean> {
  const { ctx, question, yes, expected } = options;
  if (yes) return true;
  if (!hasTerminal(ctx)) throw confirmationNeeded(question);
  const answer = await ask(ctx, `${visibleText(question)}\nType ${visibleText(expected)} to confirm: `);
  return answer.normalize() === expected.trim().normalize();
}

/** A question nobody sees must not wait for an answer. */
function hasTerminal(ctx: Confirmation['ctx']): boolean {
  return ctx.stdin.isTTY && ctx.stderr.isTTY;
}

async function ask(ctx: Confirmation['ctx'], prompt: string): Promise<string> {
  if (ctx.interrupts.stop.aborted) return '';
  ctx.stderr.write(prompt);
  const answer = await ctx.stdin.readLine(ctx.interrupts.stop);
  // No Return was typed, so the line is still open; after Ctrl-C the note about stopping has ended it.
  if (answer === undefined && !ctx.interrupts.stop.aborted) ctx.stderr.write('\n');
  return answer?.trim() ?? '';
}

function confirmationNeeded(question: string): Error {
  return usageError('confirmation_needed', `Cannot ask for confirmation without a terminal: ${question}`, {
    hint: 'Add --yes to confirm.',
  });
}
