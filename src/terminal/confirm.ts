import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { visibleText } from './visible-text.ts';

export interface Confirmation {
  ctx: Pick<Context, 'stdin' | 'stderr' | 'interrupts'>;
  /** one line, without the possible answers: `Create 12 keys?` */
  question: string;
  /** `--yes` was given: skip the prompt */
  yes: boolean;
}

/** The question when the only changes are those that an earlier run left unfinished. */
export const FINISH_EARLIER = 'Finish what an earlier run left unresolved?';

/**
 * Asks for y or N on standard error. Without a terminal it proceeds, or refuses if the change cannot be undone.
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

/** Asks the user to type a word, for changes that cannot be undone. Refuses without a terminal. Throws `confirmation_needed`. */
export async function confirmTyped(options: Confirmation & { expected: string }): Promise<boolean> {
  const { ctx, question, yes, expected } = options;
  if (yes) return true;
  if (!hasTerminal(ctx)) throw confirmationNeeded(question);
  const answer = await ask(ctx, `${visibleText(question)}\nType ${visibleText(expected)} to confirm: `);
  return answer.normalize() === expected.trim().normalize();
}

/** A prompt that nobody sees must not wait for an answer. */
function hasTerminal(ctx: Confirmation['ctx']): boolean {
  return ctx.stdin.isTTY && ctx.stderr.isTTY;
}

async function ask(ctx: Confirmation['ctx'], prompt: string): Promise<string> {
  if (ctx.interrupts.stop.aborted) return '';
  ctx.stderr.write(prompt);
  const answer = await ctx.stdin.readLine(ctx.interrupts.stop);
  // Return was not pressed, so the cursor is still on the prompt line; after Ctrl-C the interrupt message has ended that line.
  if (answer === undefined && !ctx.interrupts.stop.aborted) ctx.stderr.write('\n');
  return answer?.trim() ?? '';
}

function confirmationNeeded(question: string): Error {
  return usageError('confirmation_needed', `Cannot ask for confirmation without a terminal: ${question}`, {
    hint: 'Add --yes to confirm.',
  });
}
