import type { Context } from '../context.ts';
import { CliError, usageError } from '../errors.ts';
import { askLine, stopIfCancelled } from './confirm.ts';
import { tableWidth } from './table.ts';
import { visibleText } from './visible-text.ts';
import { wrapLines, wrapText } from './wrap.ts';

/** One question of a guide. Enter takes the answer in brackets, and `?` explains. */
export interface Question<T> {
  /** one line: `Limit per participant, in US dollars` */
  text: string;
  /** what can be chosen by its number, from 1 */
  choices?: readonly string[];
  /** a line below the choices */
  note?: string | undefined;
  /** what `?` shows */
  explanation: string;
  /** what Enter means, as it would be typed */
  preset: string;
  /** What an answer means. Throws CliError for one that means nothing. */
  read(answer: string): T | Promise<T>;
}

type Terminal = Pick<Context, 'stdin' | 'prompt' | 'interrupts'>;

/** Asks until the answer means something. Undefined at the end of input. Throws `cancelled` after Ctrl-C. */
export async function askQuestion<T>(question: Question<T>, ctx: Terminal): Promise<T | undefined> {
  const { text, choices = [], preset } = question;
  for (const [at, choice] of choices.entries()) {
    const lines = wrapText(visibleText(choice), tableWidth(ctx.prompt) - 5);
    ctx.prompt.write(`  ${at + 1}  ${lines.join('\n     ')}\n`);
  }
  if (question.note !== undefined) explain(question.note, ctx);
  const asked = wrapLines(`${visibleText(text)} [${visibleText(preset)}]:`, ctx.prompt);
  for (;;) {
    const answer = await askLine(`${asked} `, ctx);
    stopIfCancelled(ctx);
    if (answer === undefined) return undefined;
    if (answer === '?') {
      explain(question.explanation, ctx);
      continue;
    }
    try {
      return await question.read(answer === '' ? preset : answer);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      sayWhy(error, ctx);
    }
  }
}

/** The choice of this number. Throws CliError for anything else. */
export function chosen<T>(values: readonly T[], answer: string): T {
  const value = /^\d+$/.test(answer) ? values[Number(answer) - 1] : undefined;
  if (value !== undefined) return value;
  throw usageError('usage', `${answer} is not one of the choices.`, {
    hint: `Type a number from 1 to ${values.length}, or ? for an explanation.`,
  });
}

/** What `?` shows, indented and wrapped. */
export function explain(text: string, { prompt }: Pick<Context, 'prompt'>): void {
  const lines = wrapText(text, tableWidth(prompt) - 2);
  prompt.write(lines.map((line) => `  ${line}\n`).join(''));
}

/** Why an answer is asked for once more. */
export function sayWhy({ message, hint }: CliError, ctx: Pick<Context, 'prompt'>): void {
  for (const text of [message, hint]) if (text !== undefined) explain(visibleText(text), ctx);
}
