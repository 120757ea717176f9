import type { Issue } from '../errors.ts';
import { cellText, plainWords } from './clean-text.ts';
import { OTHER_PERSON } from './header-words.ts';
import { createIssues } from './issues.ts';
import { hasAddress, hasBareAddress } from './lists.ts';
import type { RowKind } from './row-kind.ts';
import type { Cell, SheetRow } from './sheet.ts';

export interface SkippedRow {
  row: SheetRow;
  kind: Exclude<RowKind, 'blank' | 'person'>;
}

/** more than a person would read */
const SKIPPED_TOLD = 1_000;

/** Each skipped row; of very many, the further ones without an address by their number. */
export function skippedNotices(sheet: string, skipped: readonly SkippedRow[]): Issue[] {
  const told = skipped.filter(({ row }, index) => index < SKIPPED_TOLD || hasAddress(row));
  const further = skipped.slice(SKIPPED_TOLD).filter(({ row }) => !hasAddress(row));
  return [...told.map((each) => skippedNotice(sheet, each)), ...furtherSkipped(sheet, further)];
}

function skippedNotice(sheet: string, { row, kind }: SkippedRow): Issue {
  const first = row.cells[0];
  const text = first ? cellText(first.value) : '';
  return createIssues(sheet, row.number)(`skipped_${kind}`, first?.column, SKIPPED[kind], text);
}

function furtherSkipped(sheet: string, rows: readonly SkippedRow[]): Issue[] {
  const [first, last] = [rows[0]?.row.number, rows.at(-1)?.row.number];
  if (first === undefined || last === undefined) return [];
  const message = `Skipped ${rows.length} more rows without participants between rows ${first} and ${last}.`;
  return [createIssues(sheet, first)('skipped_more', undefined, message)];
}

const SKIPPED: Record<SkippedRow['kind'], string> = {
  header: 'Skipped: this row repeats the header row.',
  heading: 'Skipped: this row looks like a heading between participants.',
  total: 'Skipped: this row looks like a total.',
  note: 'Skipped: this row looks like a note.',
  platform: 'Skipped: this row was added by the learning platform.',
};

/** A row above the tables: an address and nothing that labels it is a problem; an organizer's is told. */
export function tellAbove(sheet: string, row: SheetRow, problems: Issue[], notices: Issue[]): void {
  const texts = row.cells.map(({ value }) => cellText(value));
  const labeled = texts.some((text) => text.includes(':') || OTHER_PERSON.test(plainWords(text)));
  const mixed = texts.length > 4 || texts.some((text) => text.includes('@') && /\S\s+\S/.test(text.trim()));
  if (!labeled && !mixed) problems.push(strayRow(sheet, row));
  else notices.push(othersRow(sheet, row));
}

/** The address of an organizer or a host above the participants. */
export function othersRow(sheet: string, row: SheetRow): Issue {
  const at = row.cells.find(holdsAt);
  const message = 'Skipped: this row above the table has an email address that does not seem to be a participant’s.';
  return createIssues(sheet, row.number)('skipped_above', at?.column, message, cellText(at?.value));
}

/** A row whose address stands where nobody looks for one. */
export function strayRow(sheet: string, row: SheetRow): Issue {
  return strayCell(sheet, row, row.cells.find(holdsAt));
}

/** Beside the headings, the first people of lists without any. */
export function straysInHeader(sheet: string, header: SheetRow | undefined): Issue[] {
  if (!header || !hasBareAddress(header)) return [];
  return header.cells.filter(holdsAt).map((cell) => strayCell(sheet, header, cell));
}

function holdsAt({ value }: Cell): boolean {
  return cellText(value).includes('@');
}

function strayCell(sheet: string, { number }: SheetRow, at: Cell | undefined): Issue {
  const message =
    'This row has an email address outside the table. Move it to the email column, or delete the row if it should get no key.';
  return createIssues(sheet, number)('address_elsewhere', at?.column, message, cellText(at?.value));
}
