import type { Context } from '../context.ts';
import { Secret } from '../secret.ts';
import { visibleText } from './visible-text.ts';

/**
 * Asks for a secret on the terminal, which shows nothing of what is typed or pasted; from a pipe or a file, takes its first line without
 * asking. Blanks around it are dropped. The secret is masked in whatever is shown later. Undefined when nothing was typed, at the end of
 * input, and after Ctrl-C, when `interrupts.stop` is aborted.
 *
 * @param question without a colon: `Management key`
 */
export async function readSecret(
  { stdin, prompt, interrupts, redactor }: Pick<Context, 'stdin' | 'prompt' | 'interrupts' | 'redactor'>,
  question: string,
): Promise<Secret | undefined> {
  if (interrupts.stop.aborted) return undefined;
  const line = await interrupts.atPrompt(() => {
    if (!stdin.isTTY) return stdin.readLine(interrupts.stop);
    return stdin.readHidden(interrupts.stop, () => prompt.write(`${visibleText(question)} (not shown): `));
  });
  // Return was not shown either, so the cursor is still on the line of the prompt.
  if (stdin.isTTY) prompt.write('\n');
  const text = line?.trim() ?? '';
  if (text === '') return undefined;
  const secret = new Secret(text);
  redactor.learn(secret);
  return secret;
}
