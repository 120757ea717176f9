import type { Context } from '../context.ts';
import { visibleText } from './visible-text.ts';

type Terminal = Pick<Context, 'stdin' | 'stderr' | 'interrupts'>;

/** Whether there is a terminal to choose on, and little enough to choose from. */
export function canChoose(choices: number, { stdin, stderr, interrupts }: Terminal): boolean {
  return stdin.isTTY && stderr.isTTY && !interrupts.stop.aborted && choices <= MOST_CHOICES;
}

/** Lets the user choose one of a few lines by its number, on standard error. Undefined if there is no valid answer. */
export async function chooseOne<T>(
  question: string,
  choices: readonly { line: string; value: T }[],
  { stdin, stderr, interrupts }: Terminal,
): Promise<T | undefined> {
  const lines = choices.map(({ line }, at) => `  ${at + 1}  ${visibleText(line)}\n`);
  stderr.write(`${visibleText(question)}\n${lines.join('')}Type a number, or press Enter to cancel: `);
  const answer = await stdin.readLine(interrupts.stop);
  if (answer === undefined && !interrupts.stop.aborted) stderr.write('\n');
  return /^\d+$/.test(answer?.trim() ?? '') ? choices[Number(answer) - 1]?.value : undefined;
}

const MOST_CHOICES = 9;
