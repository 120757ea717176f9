import { cellWidth, padCells } from './cell-width.ts';
import { visibleText } from './visible-text.ts';

/** The details of one object: one line per label, values aligned. Lines without a value are omitted. */
export function renderDetails(details: readonly (readonly [label: string, text: string | undefined])[]): string {
  const shown = details.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const]));
  const width = shown.reduce((widest, [label]) => Math.max(widest, cellWidth(label)), 0);
  return shown.map(([label, text]) => `${padCells(label, width, 'left')}  ${visibleText(text)}\n`).join('');
}
