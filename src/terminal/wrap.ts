import type { Output } from '../context.ts';
import { cellWidth } from './cell-width.ts';
import { tableWidth } from './table.ts';

/** Wraps a text between words into lines of at most `cells` cells; a longer word gets its own line. */
export function wrapText(text: string, cells: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && cellWidth(longer) > cells) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** A text of several lines, each wrapped to the width of the terminal. */
export function wrapLines(text: string, output: Output): string {
  return text
    .split('\n')
    .flatMap((line) => wrapText(line, tableWidth(output)))
    .join('\n');
}

/** A title and its text, wrapped to the width of the terminal with a hanging indent; one line where there is no terminal. */
export function titledLine(title: string, text: string, output: Output, paint = (text: string) => text): string {
  const indent = Math.max(TITLE_CELLS, cellWidth(title) + 1);
  const lines = wrapText(text, tableWidth(output) - indent);
  return `${paint(title.padEnd(indent - 1))} ${lines.join(`\n${' '.repeat(indent)}`)}\n`;
}

const TITLE_CELLS = 10;
