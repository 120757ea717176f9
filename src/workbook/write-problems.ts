import type { Issue } from '../errors.ts';
import type { Roster } from '../roster/participant.ts';
import { textCell } from './text-cell.ts';

/**
 * The rejected rows as a workbook: all columns of the roster with their values, and a column `problem` that says what to correct.
 * Corrected, it can be read as a roster again; `problem` is no column that a roster knows.
 */
export async function writeProblems({ table, problems }: Roster): Promise<Uint8Array> {
  const { default: ExcelJS } = await import('exceljs');
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet('Problems', { views: [{ state: 'frozen', ySplit: 1 }] });
  const reasons = reasonsByRow(problems);
  sheet.addRow([...table.header.map(textCell), 'problem']);
  sheet.getRow(1).font = { bold: true };
  for (const { row, cells } of table.rows) {
    const reason = reasons.get(row);
    if (reason === undefined) continue;
    const values = cells.map((cell) => {
      if (typeof cell === 'string') return textCell(cell);
      return typeof cell === 'object' && cell !== null ? new Date(cell.date) : cell;
    });
    sheet.addRow([...values, textCell(reason)]);
  }
  sheet.columns.forEach((column, index) => {
    column.width = index < table.header.length ? 24 : 80;
  });
  return new Uint8Array(await workbook.xlsx.writeBuffer());
}

/** Row number → all its problems in one text, each with its column. */
function reasonsByRow(problems: readonly Issue[]): Map<number, string> {
  const reasons = new Map<number, string>();
  for (const { row, column, message } of problems) {
    if (row === undefined) continue;
    const text = `Row ${row}${column === undefined ? '' : `, column ${column}`}: ${message}`;
    const before = reasons.get(row);
    reasons.set(row, before === undefined ? text : `${before}\n${text}`);
  }
  return reasons;
}
