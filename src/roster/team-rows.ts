import { cellText, cleanText, plainWords } from './clean-text.ts';
import { localPart } from './email-address.ts';
import { displayNames, parseEmailCell } from './email-cell.ts';
import type { FoundTable } from './find-table.ts';
import { compareNames } from './names-agree.ts';
import { cellAt, type SheetRow } from './sheet.ts';

/**
 * A row for each person where a row has several names, in one cell or in a column each, and a cell as many addresses, each with a part of the name in the
 * same place; or where each address of a row without a name has another name before it. The row itself where that is not so.
 */
export function teamRows(row: SheetRow, { columns: { roles } }: FoundTable): SheetRow[] {
  const [emailColumn] = roles.email ?? [];
  const nameColumns = roles.full_name ?? roles.name ?? [];
  if (emailColumn === undefined || roles.surname) return [row];
  const text = cellText(cellAt(row, emailColumn)?.value);
  const texts = nameColumns
    .map((column) => cellText(cellAt(row, column)?.value).slice(0, 2_000))
    .filter((name) => name.trim() !== '');
  if (texts.length === 0) return byDisplayNames(row, emailColumn, text);
  const addresses = parseEmailCell(text).found;
  const names = texts.length > 1 ? texts.map(cleanText) : namesOf(texts[0] ?? '', addresses.length);
  const isMatch =
    names.length > 1 &&
    names.length === addresses.length &&
    names.every((name, index) => belongs(name, addresses[index]?.key));
  if (!isMatch) return [row];
  return names.map((name, index) => ({
    ...row,
    cells: row.cells.flatMap((cell) => {
      if (cell.column === emailColumn) return [{ ...cell, value: addresses[index]?.address ?? null, link: undefined }];
      const at = nameColumns.indexOf(cell.column);
      if (at < 0) return [cell];
      return at === 0 ? [{ ...cell, value: name }] : [];
    }),
  }));
}

/** `Ada Lind <ada@…>, Bo Krag <bo@…>` */
function byDisplayNames(row: SheetRow, emailColumn: number, text: string): SheetRow[] {
  const named = displayNames(text);
  const [first, ...others] = named.map(({ name }) => ({ name, surname: '' }));
  const areOthers = first && others.length > 0 && others.every((name) => compareNames(first, name) === 'different');
  if (!areOthers || named.length !== parseEmailCell(text).found.length) return [row];
  return named.map(({ name, address }) => ({
    ...row,
    cells: row.cells.map((cell) =>
      cell.column === emailColumn ? { ...cell, value: `${name} <${address}>`, link: undefined } : cell,
    ),
  }));
}

const BETWEEN_NAMES = [
  /\s*[\r\n;]+\s*/,
  /\s*[/&+|]\s*|\s+(?:and|und|un|et|och|og|en|y|e|и|та|i|ir|ja|ve)\s+/,
  /\s*,\s*/,
];

/** The names of a cell, parted by whatever gives as many as there are addresses; parted by commas, each has two words. */
function namesOf(text: string, addresses: number): string[] {
  const lists = BETWEEN_NAMES.map((between) => text.split(between).filter((name) => name.trim() !== ''));
  return (
    lists.find(
      (names, at) => names.length === addresses && (at < 2 || names.every((name) => /\S\s+\S/.test(name.trim()))),
    ) ?? []
  );
}

function belongs(name: string, address = ''): boolean {
  const local = plainWords(localPart(address)).replaceAll(' ', '');
  return plainWords(name)
    .split(' ')
    .some((word) => word.length > 1 && local.includes(word));
}
