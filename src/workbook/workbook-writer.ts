import ExcelJS from 'exceljs';
import type { PlainCell } from '../roster/participant.ts';
import { fillSheets, type SheetFilling } from './fill-sheets.ts';
import { BASIC_STYLES, cellValue } from './written-value.ts';

export interface NewSheet {
  name: string;
  header: readonly string[];
  /** of the columns, in characters */
  widths: readonly number[];
  /** Asked for once, one after the other, when the workbook is written. Texts stay texts, whatever they look like. */
  rows: Iterable<readonly PlainCell[]>;
  /** how a column's numbers are shown, where not as they are */
  numbers?: readonly (Partial<ExcelJS.Style> | undefined)[];
  /** so many rows can be filtered by their header; 0 = none */
  filtered?: number;
  footer?: string;
}

/** Makes an .xlsx, sheet by sheet. */
export interface WorkbookWriter {
  addSheet(sheet: NewSheet): void;
  /** The same sheets give the same bytes. */
  bytes(): Promise<Uint8Array>;
}

/** A workbook of this date: each sheet has a bold, frozen header, and its columns are printed on the width of one page. */
export function createWorkbook(at: Date): WorkbookWriter {
  const workbook = new ExcelJS.Workbook();
  Object.assign(workbook, { creator: 'orkeys', lastModifiedBy: 'orkeys', created: at, modified: at });
  const fillings: SheetFilling[] = [];
  return {
    addSheet({ name, header, widths, rows, numbers = [], filtered = 0, footer }) {
      const sheet = workbook.addWorksheet(name, {
        views: [{ state: 'frozen', ySplit: 1 }],
        pageSetup: { orientation: 'landscape', fitToPage: true, fitToWidth: 1, fitToHeight: 0 },
        ...(footer === undefined ? {} : { headerFooter: { oddFooter: footer } }),
      });
      sheet.columns = widths.map((width) => ({ width }));
      addHeader(sheet, header);
      const styles = new Set([...BASIC_STYLES, ...numbers.filter((style) => style !== undefined)]);
      addPattern(sheet, [...styles]);
      if (filtered > 0) {
        sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: filtered + 1, column: header.length } };
      }
      fillings.push({ styles: [...styles], rows, numbers });
    },
    bytes: async () => fillSheets(new Uint8Array(await workbook.xlsx.writeBuffer()), fillings),
  };
}

const BOLD = { font: { name: 'Calibri', family: 2, size: 11, bold: true } };

function addHeader(sheet: ExcelJS.Worksheet, header: readonly string[]): void {
  const row = sheet.addRow([]);
  for (const [index, title] of header.entries()) {
    const shown = cellValue(title);
    if (shown === undefined) continue;
    const cell = row.getCell(index + 1);
    cell.value = shown.value;
    cell.style = { ...shown.style, ...BOLD };
  }
}

/** A cell for each style that the rows need. The rows take its place: as cells of exceljs they would take more than 1 kB of memory each. */
function addPattern(sheet: ExcelJS.Worksheet, styles: readonly Partial<ExcelJS.Style>[]): void {
  const row = sheet.addRow([]);
  for (const [index, style] of styles.entries()) {
    const cell = row.getCell(index + 1);
    cell.value = 1;
    cell.style = style;
  }
}
