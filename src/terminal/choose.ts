import type { Context } from '../context.ts';
import { renderTable, type TableColumn, tableWidth } from './table.ts';
import { visibleText } from './visible-text.ts';

type Terminal = Pick<Context, 'stdin' | 'stderr' | 'interrupts'>;

/** Whether there is a terminal to choose on, and little enough to choose from. */
export function canChoose(choices: number, { stdin, stderr, interrupts }: Terminal): boolean {
  return stdin.isTTY && stderr.isTTY && !interrupts.stop.aborted && choices <= MOST_CHOICES;
}

/** Lets the user choose one of a few rows by its number, on standard error. Undefined if there is no valid answer. */
export async function chooseOne<T>(
  question: string,
  columns: readonly TableColumn[],
  choices: readonly { row: readonly string[]; value: T }[],
  { stdin, stderr, interrupts }: Terminal,
): Promise<T | undefined> {
  const table = {
    columns: [{ title: '', align: 'right' } as const, ...columns],
    rows: choices.map(({ row }, at) => [String(at + 1), ...row]),
  };
  stderr.write(`${visibleText(question)}\n${renderTable(table, tableWidth(stderr))}`);
  stderr.write('Type a number, or press Enter to cancel: ');
  const answer = await interrupts.atPrompt(() => stdin.readLine(interrupts.stop));
  if (answer === undefined) stderr.write('\n');
  return /^\d+$/.test(answer?.trim() ?? '') ? choices[Number(answer) - 1]?.value : undefined;
}

const MOST_CHOICES = 9;
