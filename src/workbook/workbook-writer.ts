import ExcelJS from 'exceljs';
import type { PlainCell } from '../roster/participant.ts';
import { cellValue } from './written-value.ts';
import { fixZipDates } from './zip-dates.ts';

/** Printed, all columns fit on the width of one page. */
export const SHEET: Partial<ExcelJS.AddWorksheetOptions> = {
  views: [{ state: 'frozen', ySplit: 1 }],
  pageSetup: { orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
};

export const HEADER = { font: { name: 'Calibri', family: 2, size: 11, bold: true } };

/** An empty workbook of this date. */
export function newWorkbook(at: Date): ExcelJS.Workbook {
  // exceljs's stream writer needs half the memory (10,000 rows: 160 instead of 270 MB), but the zip library below it calls
  // the deprecated Buffer(), and Node prints a warning for that.
  const workbook = new ExcelJS.Workbook();
  return Object.assign(workbook, { creator: 'orkeys', lastModifiedBy: 'orkeys', created: at, modified: at });
}

/** The bytes of an .xlsx; the same workbook gives the same bytes. */
export async function workbookBytes(workbook: ExcelJS.Workbook): Promise<Uint8Array> {
  const bytes = new Uint8Array(await workbook.xlsx.writeBuffer());
  fixZipDates(bytes);
  return bytes;
}

/** A style for each column's numbers; one object for all columns of a kind, because exceljs looks each up once. */
export type NumberStyles = readonly (Partial<ExcelJS.Style> | undefined)[];

/** One row more. Texts stay texts, whatever they look like; `more` is for all of its cells. */
export function addRow(
  sheet: ExcelJS.Worksheet,
  cells: readonly PlainCell[],
  more?: Partial<ExcelJS.Style>,
  numbers?: NumberStyles,
): void {
  const row = sheet.addRow([]);
  for (const [index, cell] of cells.entries()) {
    const shown = cellValue(cell);
    if (shown === undefined) continue;
    const target = row.getCell(index + 1);
    const style = (typeof cell === 'number' && numbers?.[index]) || shown.style;
    target.value = shown.value;
    target.style = more === undefined ? style : { ...style, ...more };
  }
}
