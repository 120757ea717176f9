import type { Output } from '../context.ts';
import { visibleText } from './visible-text.ts';
import { titledLine } from './wrap.ts';

/** A command to type now, and what for. */
export interface NextCommand {
  does: string;
  command: string;
}

/** What to do now: advice, or a command. */
export type NextStep = string | NextCommand;

/** The same in one line, for JSON. */
export function nextText(step: NextStep): string {
  return typeof step === 'string' ? step : `${step.does}: ${step.command}`;
}

/** A command stands below its purpose, on a line of its own: it may be long and must be easy to copy. */
export function renderNext(steps: readonly NextStep[], output: Output, bold: (text: string) => string): string {
  return steps
    .map((step) =>
      typeof step === 'string'
        ? titledLine('Next', visibleText(step), output, bold)
        : `${bold('Next')}, ${step.does}:\n  ${step.command}\n`,
    )
    .join('');
}
