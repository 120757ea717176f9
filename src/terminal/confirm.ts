import type { Context } from '../context.ts';
import { CliError, EXIT, usageError } from '../errors.ts';
import { visibleText } from './visible-text.ts';

export interface Confirmation {
  ctx: Pick<Context, 'stdin' | 'prompt' | 'interrupts'>;
  /** one line, without the possible answers: `Create 12 keys?` */
  question: string;
  /** `--yes` was given: skip the prompt */
  yes: boolean;
}

/** The question when the only changes are those that an earlier run left unfinished. */
export const FINISH_EARLIER = 'Finish what an earlier run left unresolved?';

/** What is said when a question was not answered with yes. */
export const CANCELLED = 'Cancelled; nothing was changed.';

/** Ctrl-C at a question after which a command would go on in any case. Throws `cancelled`. */
export function stopIfCancelled({ interrupts }: Pick<Context, 'interrupts'>): void {
  if (interrupts.stop.aborted) throw new CliError('cancelled', EXIT.INTERRUPTED, CANCELLED);
}

/** Whether a question can be seen and answered. A prompt that nobody sees must not wait for an answer. */
export function canAsk({ prompt }: Pick<Context, 'prompt'>): boolean {
  return prompt.isTTY;
}

/**
 * Asks for y or N on the terminal. Without one it proceeds, or refuses if the change cannot be undone.
 * Ctrl-C and the end of input mean no. Throws `confirmation_needed`.
 */
export async function confirmYes(options: Confirmation & { offTerminal: 'proceed' | 'refuse' }): Promise<boolean> {
  const { ctx, question, yes, offTerminal } = options;
  if (yes) return true;
  if (!canAsk(ctx)) {
    if (offTerminal === 'proceed') return true;
    throw confirmationNeeded(question);
  }
  const answer = await ask(ctx, `${visibleText(question)} [y/N] `);
  return /^y(?:es)?$/i.test(answer);
}

/**
 * Asks the user to type a word, for changes that cannot be undone. A wrong word is asked for once more; no word means no.
 * Refuses without a terminal. Throws `confirmation_needed`.
 */
export async function confirmTyped(options: Confirmation & { expected: string }): Promise<boolean> {
  const { ctx, question, yes, expected } = options;
  if (yes) return true;
  if (!canAsk(ctx)) throw confirmationNeeded(question);
  const type = `ype ${visibleText(expected)} to confirm: `;
  const isExpected = (answer: string) => answer.normalize() === expected.trim().normalize();
  const answer = await ask(ctx, `${visibleText(question)}\nT${type}`);
  if (answer === '' || isExpected(answer)) return answer !== '';
  return isExpected(await ask(ctx, `That does not match. T${type}`));
}

async function ask(ctx: Confirmation['ctx'], text: string): Promise<string> {
  return (await askLine(text, ctx)) ?? '';
}

/** The answer without blanks around it; undefined after Ctrl-C and at the end of input. */
export async function askLine(
  text: string,
  { stdin, prompt, interrupts }: Confirmation['ctx'],
): Promise<string | undefined> {
  if (interrupts.stop.aborted) return undefined;
  prompt.write(text);
  const answer = await interrupts.atPrompt(() => stdin.readLine(interrupts.stop));
  // Return was not pressed, so the cursor is still on the line of the prompt.
  if (answer === undefined) prompt.write('\n');
  return answer?.trim();
}

function confirmationNeeded(question: string): Error {
  return usageError('confirmation_needed', `Cannot ask for confirmation without a terminal: ${question}`, {
    hint: 'Add --yes to confirm.',
  });
}
