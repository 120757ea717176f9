import type { Style } from 'exceljs';
import type { PlainCell } from '../roster/participant.ts';
import { columnLetter } from '../roster/sheet.ts';
import type { SharedTexts } from './shared-texts.ts';
import { cellValue } from './written-value.ts';

export interface RowsToWrite {
  /** of the sheet's XML, what stands before and after them */
  before: string;
  after: string;
  rows: Iterable<readonly PlainCell[]>;
  /** how a column's numbers are shown, where not as they are */
  numbers: readonly (Partial<Style> | undefined)[];
  /** the attribute for each style: ` s="3"` */
  attributeOf: ReadonlyMap<Partial<Style>, string>;
  texts: SharedTexts;
}

/** in UTF-16 units: so much text becomes one piece */
const PIECE = 100_000;

/** The XML of a sheet from its second row on, in pieces. */
export function* rowsXml({ before, after, rows, numbers, attributeOf, texts }: RowsToWrite): Generator<Buffer> {
  const columns: string[] = [];
  let piece = before;
  let number = 1;
  for (const cells of rows) {
    number += 1;
    piece += `<row r="${number}">`;
    for (const [index, cell] of cells.entries()) {
      const shown = cellValue(cell);
      if (shown === undefined) continue;
      columns[index] ??= columnLetter(index);
      const style = (typeof cell === 'number' && numbers[index]) || shown.style;
      piece += cellXml(shown.value, `<c r="${columns[index]}${number}"${attributeOf.get(style) ?? ''}`, texts);
    }
    piece += '</row>';
    if (piece.length < PIECE) continue;
    yield Buffer.from(piece);
    piece = '';
  }
  yield Buffer.from(piece + after);
}

function cellXml(value: string | number | boolean | Date, open: string, texts: SharedTexts): string {
  if (typeof value === 'string') return `${open} t="s"><v>${texts.numberOf(value)}</v></c>`;
  if (typeof value === 'boolean') return `${open} t="b"><v>${value ? 1 : 0}</v></c>`;
  return `${open}><v>${typeof value === 'number' ? value : serial(value)}</v></c>`;
}

/** A date as Excel counts: days since 30 December 1899. */
function serial(date: Date): number {
  return 25_569 + date.getTime() / 86_400_000;
}
