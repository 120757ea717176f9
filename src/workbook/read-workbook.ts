import type { Merge, Sheet, SheetRow } from '../roster/sheet.ts';
import { cellAt } from '../roster/sheet.ts';
import { readCellStyles } from './cell-styles.ts';
import { cleanRows } from './clean-rows.ts';
import type { Deadline } from './deadline.ts';
import { loadCells, type WorkbookContext } from './load-cells.ts';
import { openZip, type Zip } from './open-zip.ts';
import { readPackage, readRelationships } from './read-package.ts';
import { readSharedStrings } from './read-strings.ts';
import { refuseManyRows } from './row-count.ts';
import type { SheetExtras } from './row-handler.ts';

/** Reads the sheets of an .xlsx or .xlsm: a guard opens and cleans the package, exceljs reads the cells. */
export async function readWorkbook(file: string, bytes: Uint8Array, deadline: Deadline): Promise<Sheet[]> {
  const zip = await openZip(file, bytes, deadline);
  const parts = await readPackage(file, zip);
  for (const { part } of parts.sheets) await refuseManyRows(file, zip, part);
  const context: Omit<WorkbookContext, 'sheet'> = {
    file,
    date1904: parts.date1904,
    strings: parts.sharedStrings === undefined ? [] : await readSharedStrings(file, zip, parts.sharedStrings),
    styles:
      parts.styles === undefined
        ? { dates: new Set(), struck: new Set() }
        : await readCellStyles(file, zip, parts.styles),
  };
  const sheets: Sheet[] = [];
  for (const { name, hidden, part } of parts.sheets) {
    const extras: SheetExtras = { merges: [], links: [] };
    const rows: SheetRow[] = [];
    for await (const batch of cleanRows(file, zip, part, deadline, extras)) {
      deadline.check();
      for (const row of await loadCells(batch, { ...context, sheet: name })) if (row.cells.length > 0) rows.push(row);
    }
    await attachLinks(file, zip, part, rows, extras);
    sheets.push({ name, hidden, rows: inOrder(rows), merges: extras.merges });
  }
  return sheets;
}

/** Rows and cells nearly always come in order; a file that mixes them is put right. */
function inOrder(rows: SheetRow[]): SheetRow[] {
  for (const { cells } of rows) {
    if (cells.some((cell, index) => cell.column <= (cells[index - 1]?.column ?? -1)))
      cells.sort((a, b) => a.column - b.column);
  }
  return rows.some((row, index) => row.number < (rows[index - 1]?.number ?? 0))
    ? rows.sort((a, b) => a.number - b.number)
    : rows;
}

async function attachLinks(
  file: string,
  zip: Zip,
  part: string,
  rows: SheetRow[],
  { links }: SheetExtras,
): Promise<void> {
  if (links.length === 0) return;
  const targets = new Map((await readRelationships(file, zip, part)).map(({ id, target }) => [id, target]));
  const byNumber = new Map(rows.map((row) => [row.number, row]));
  for (const { area, relationship, location } of links) {
    const target = relationship === undefined ? location : targets.get(relationship);
    if (target === undefined) continue;
    for (const cell of cellsIn(area, byNumber)) cell.link = target;
  }
}

const MAX_LINKED_ROWS = 1_000;

function* cellsIn(area: Merge, rows: Map<number, SheetRow>) {
  for (let number = area.top; number <= Math.min(area.bottom, area.top + MAX_LINKED_ROWS); number += 1) {
    const row = rows.get(number);
    if (!row) continue;
    if (area.left === area.right) {
      const cell = cellAt(row, area.left);
      if (cell) yield cell;
    } else yield* row.cells.filter((cell) => cell.column >= area.left && cell.column <= area.right);
  }
}
