import { cellText, plainWords } from './clean-text.ts';
import { parseEmailCell } from './email-cell.ts';
import type { FoundTable } from './find-table.ts';
import { cellAt, type SheetRow } from './sheet.ts';

/**
 * A row for each person where one cell has several names, one a line, and another as many addresses, each with a part of the name on the same line.
 * The row itself where that is not so.
 */
export function teamRows(row: SheetRow, { columns: { roles } }: FoundTable): SheetRow[] {
  const [nameColumn, emailColumn] = [(roles.full_name ?? roles.name)?.[0], roles.email?.[0]];
  if (nameColumn === undefined || emailColumn === undefined || roles.surname) return [row];
  const names = linesOf(cellText(cellAt(row, nameColumn)?.value));
  if (names.length < 2) return [row];
  const addresses = parseEmailCell(cellText(cellAt(row, emailColumn)?.value)).found;
  const match = names.length === addresses.length && names.every((name, index) => belongs(name, addresses[index]?.key));
  if (!match) return [row];
  return names.map((name, index) => ({
    ...row,
    cells: row.cells.map((cell) => {
      if (cell.column === nameColumn) return { ...cell, value: name };
      return cell.column === emailColumn
        ? { ...cell, value: addresses[index]?.address ?? null, link: undefined }
        : cell;
    }),
  }));
}

function linesOf(text: string): string[] {
  return text
    .slice(0, 2_000)
    .split(/\s*[\r\n;]+\s*/)
    .filter((line) => line !== '');
}

function belongs(name: string, address = ''): boolean {
  const local = plainWords(address.split('@')[0] ?? '').replaceAll(' ', '');
  return plainWords(name)
    .split(' ')
    .some((word) => word.length > 1 && local.includes(word));
}
