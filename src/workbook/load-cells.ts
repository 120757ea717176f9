import { type Cell, columnLetter as letters, type SheetRow } from '../roster/sheet.ts';
import { storedZip } from '../zip/plain-zip.ts';
import { cellTooLong, LONGEST_CELL } from './cell-length.ts';
import type { CellStyles } from './cell-styles.ts';
import { plainCellOf, struckRuns } from './cell-value.ts';
import { corrupt } from './refusals.ts';
import type { CleanCell, CleanRow } from './row-handler.ts';

/** What a batch of cleaned rows needs beside itself. */
export interface WorkbookContext {
  /** for messages */
  file: string;
  /** for messages */
  sheet: string;
  strings: readonly (string | undefined)[];
  styles: CellStyles;
  date1904: boolean;
}

/**
 * Lets exceljs read a batch of cleaned rows. It is handed a package of one sheet in which the batch lies without gaps, from A1 on:
 * no position, name, style or relationship of the file reaches it. Positions are put back here.
 */
export async function loadCells(rows: readonly CleanRow[], context: WorkbookContext): Promise<SheetRow[]> {
  const { default: ExcelJS } = await import('exceljs');
  const workbook = new ExcelJS.Workbook();
  const parts = Object.entries(cleanPackage(rows, context)).map(([name, text]) => ({ name, bytes: Buffer.from(text) }));
  await workbook.xlsx.load(storedZip(parts).buffer);
  const sheet = workbook.worksheets[0];
  return rows.map((row, index) => {
    const loaded = sheet?.findRow(index + 1);
    const cells = row.cells.flatMap((cell, position) => {
      const value = loaded?.findCell(position + 1)?.value;
      const struck = context.styles.struck.has(cell.style) ? true : struckRuns(value);
      return toCell(cell, value).map((found) => (struck === undefined ? found : { ...found, struck }));
    });
    refuseLongCell(row.number, cells, context);
    return { number: row.number, hidden: row.hidden, cells };
  });
}

function toCell(cell: CleanCell, value: unknown): Cell[] {
  const { column, formula } = cell;
  if (cell.type === 'error') {
    const uncalculated = cell.value === '';
    return [
      {
        column,
        value: uncalculated ? null : String(cell.value),
        link: undefined,
        mark: uncalculated ? 'uncalculated' : 'error',
      },
    ];
  }
  // exceljs misreads ISO dates, so they do not go through it; without a zone they are as typed, which is kept as UTC
  const iso = cell.type === 'date' ? String(cell.value) : undefined;
  const plain =
    iso === undefined
      ? plainCellOf(value)
      : { date: new Date(/T.*(?:Z|[+-]\d\d:?\d\d)$|^[^T]*$/.test(iso) ? iso : `${iso}Z`).toISOString() };
  if (plain === null) return [];
  const link = /HYPERLINK\(\s*"([^"]+)"/i.exec(formula ?? '')?.[1];
  return [{ column, value: plain, link, mark: formula === undefined ? undefined : 'formula' }];
}

/** Of what exceljs decoded: the file's own text may be longer, as `_x000D_` is a single character. */
function refuseLongCell(row: number, cells: readonly Cell[], { file, sheet }: WorkbookContext): void {
  const long = cells.find(({ value }) => typeof value === 'string' && value.length > LONGEST_CELL);
  if (long) throw cellTooLong({ file, sheet, row, column: long.column });
}

function cleanPackage(rows: readonly CleanRow[], context: WorkbookContext): Record<string, string> {
  const items: string[] = [];
  const indexOf = new Map<number | string, number>();
  const stringIndex = (value: number | string): number => {
    const known = indexOf.get(value);
    if (known !== undefined) return known;
    if (typeof value === 'number' && value >= context.strings.length)
      throw corrupt(context.file, 'its texts (shared strings) are missing');
    indexOf.set(value, items.length);
    return items.push(typeof value === 'string' ? value : (context.strings[value] ?? '<si/>')) - 1;
  };
  const sheetRows = rows.map((row, index) => {
    const cells = row.cells.map((cell, position) =>
      cellXml(cell, `${letters(position)}${index + 1}`, context.styles.dates, stringIndex),
    );
    return `<row r="${index + 1}">${cells.join('')}</row>`;
  });
  return {
    '[Content_Types].xml': `<Types xmlns="${PACKAGE}/content-types"/>`,
    '_rels/.rels': relationships(['officeDocument', 'xl/workbook.xml']),
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><workbookPr${context.date1904 ? ' date1904="1"' : ''}/><sheets><sheet name="Roster" sheetId="1" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relationships(
      ['worksheet', 'worksheets/sheet1.xml'],
      ['sharedStrings', 'sharedStrings.xml'],
      ['styles', 'styles.xml'],
    ),
    'xl/styles.xml': STYLES,
    'xl/sharedStrings.xml': `<sst xmlns="${MAIN}">${items.join('')}</sst>`,
    'xl/worksheets/sheet1.xml': `<worksheet xmlns="${MAIN}"><sheetData>${sheetRows.join('')}</sheetData></worksheet>`,
  };
}

function cellXml(
  cell: CleanCell,
  address: string,
  dateStyles: ReadonlySet<number>,
  stringIndex: (value: number | string) => number,
): string {
  const open = `<c r="${address}" s="${dateStyles.has(cell.style) ? DATE_STYLE : 0}"`;
  if (cell.type === 'string') return `${open} t="s"><v>${stringIndex(cell.value)}</v></c>`;
  if (cell.type === 'boolean') return `${open} t="b"><v>${cell.value}</v></c>`;
  if (cell.type === 'error' || cell.type === 'date') return `${open}/>`;
  return `${open}><v>${cell.value}</v></c>`;
}

function relationships(...targets: [type: string, target: string][]): string {
  const each = targets.map(
    ([type, target], index) => `<Relationship Id="rId${index + 1}" Type="${OFFICE}/${type}" Target="${target}"/>`,
  );
  return `<Relationships xmlns="${PACKAGE}/relationships">${each.join('')}</Relationships>`;
}

const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
/** Two of the built-in number formats, "General" and "m/d/yy h:mm", are enough for exceljs to tell numbers from dates. */
const STYLES = `<styleSheet xmlns="${MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="22" applyNumberFormat="1"/></cellXfs></styleSheet>`;
const DATE_STYLE = 1;
