import { cellText, plainWords } from './clean-text.ts';
import type { FoundTable } from './find-table.ts';
import { headerRole } from './header-role.ts';
import type { ColumnRole } from './participant.ts';
import { plainPattern } from './plain-pattern.ts';
import { type Cell, cellAt, type Merge, type SheetRow } from './sheet.ts';

/** What a row below the header is: a person, or one of the things that people put between persons. */
export type RowKind = 'blank' | 'person' | 'header' | 'heading' | 'total' | 'note' | 'platform';

/** Sums below a table. */
const TOTAL =
  /^(?:grand |sub ?)?(?:total\w*|sum|count|average|kopa|kopsumma|pavisam|summa|summe|gesamt\w*|insgesamt|anzahl|total general|suma|итого|всего|итог|viso|is viso|kokku|razem|lacznie|разом|всього|totalt|totale|yhteensa|totaal|celkem|skaits)(?![\p{L}])/u;
/** What learning platforms put among the people. */
const PLATFORM = /^(?:points possible|student test|test student|testpersona students|open ended response|importid .*)$/;
const HEADING = plainPattern(
  /(?<![\p{L}])(?:grup[ap]\p{L}*|gruppe\p{L}*|groupe?|grupo|групп\p{L}*|груп\p{L}*|grupe|ruhm|grupp|komanda|team|section|session|class|klase|kurss|course|day|diena|tag|week|fakultat\p{L}*|faculty|program\p{L}*|сторінк\p{L}*|instruct\p{L}*|students?|teachers?|dalibnieki|teilnehmer|участники)(?![\p{L}])/u,
);

/**
 * Makes a function that tells each row's kind in file order; it needs to know the rows before and after, so call it for each row once. `nextHeader` heads
 * the list that follows the table's rows.
 */
export function rowKinds(table: FoundTable, nextHeader: SheetRow | undefined): (row: SheetRow) => RowKind {
  const merged = mergesByRow(table.sheet.merges);
  const people = peopleColumns(table);
  const titles = new Map(table.headings.map(({ column, text }) => [column, plainWords(text)]));
  let last = table.headerRow?.number ?? 0;
  let apart = false;
  let index = -1;
  return (row) => {
    index += 1;
    const cells = row.cells.filter((cell) => cellText(cell.value).trim() !== '' || cell.mark);
    if (cells.length === 0) return 'blank';
    // What follows a blank row stands apart from the table until the next person.
    apart = (apart || row.number > last + 1) && last > 0;
    last = row.number;
    const acrossColumns = merged
      .get(row.number)
      ?.some(({ left, right }) => right > left && left <= (cells[0]?.column ?? 0) && right >= (cells[0]?.column ?? 0));
    const kind = kindOf(row, cells, {
      table,
      titles,
      people,
      apart,
      acrossColumns: acrossColumns ?? false,
      below: table.rows[index + 1] ?? nextHeader,
    });
    if (kind === 'person' || kind === 'header') apart = false;
    return kind;
  };
}

interface Surroundings {
  table: FoundTable;
  /** column → its heading in plain words */
  titles: ReadonlyMap<number, string>;
  /** columns of names and addresses */
  people: readonly number[];
  /** a blank row stands between this row and the last person */
  apart: boolean;
  /** the first cell is merged over several columns */
  acrossColumns: boolean;
  /** the row below it in the file, which may be the header of another list */
  below: SheetRow | undefined;
}

function kindOf(row: SheetRow, cells: readonly Cell[], around: Surroundings): RowKind {
  const { table, titles, people, apart } = around;
  const emails = table.columns.roles.email ?? [];
  const text = cellText(cells[0]?.value);
  const first = plainWords(text);
  if (repeatsHeader(cells, titles, table)) return 'header';
  if (emails.some((column) => cellText(cellAt(row, column)?.value).includes('@'))) {
    const alone = cells.length === 1 && apart;
    return alone && (isSentence(text) || (people.length > 1 && wordsBesideAddress(text) > 1)) ? 'note' : 'person';
  }
  if (PLATFORM.test(first)) return 'platform';
  if (TOTAL.test(first)) return 'total';
  if (apart && cells.some(({ value }) => LABEL.test(cellText(value)))) return 'note';
  if (cells.length > 1) return cells.some(({ column }) => people.includes(column)) ? 'person' : 'note';
  if (isTitleOf(around.below, row)) return apart ? 'note' : 'heading';
  return kindOfLoneCell(cells[0]?.column ?? 0, text, around);
}

/** The only cell above a header is the title of the list that begins there. */
function isTitleOf(below: SheetRow | undefined, { number }: SheetRow): boolean {
  return (
    below !== undefined && below.number <= number + 2 && headingRoles(below.cells).some(({ role }) => role === 'email')
  );
}

function kindOfLoneCell(column: number, text: string, { table, people, apart, acrossColumns }: Surroundings): RowKind {
  const between = apart ? 'note' : 'heading';
  if (acrossColumns) return 'heading';
  if (!people.includes(column) || isSentence(text) || NUMBERED.test(text)) return between;
  const heads = HEADING.test(plainWords(text));
  // Two words without an address where addresses stand, and no name beside them: "Waiting list".
  if (table.columns.roles.email?.includes(column))
    return heads ? 'heading' : people.length > 1 && /\S\s+\S/.test(text.trim()) ? between : 'person';
  return nameColumns(table).length > 1 || heads ? 'heading' : 'person';
}

/** `2. Participants`, as reports number their parts */
const NUMBERED = /^\s*\d{1,3}[.)]\s+\p{L}/u;

function nameColumns({ columns: { roles } }: FoundTable): number[] {
  return [roles.name, roles.surname, roles.full_name].flatMap((columns) => columns ?? []);
}

function peopleColumns(table: FoundTable): number[] {
  return [...nameColumns(table), ...(table.columns.roles.email ?? [])];
}

/** The same headings again, or other words for the same columns: the header's second language, a platform's own names below the questions. */
function repeatsHeader(cells: readonly Cell[], titles: ReadonlyMap<number, string>, table: FoundTable): boolean {
  if (cells.length === 0) return false;
  if (cells.every((cell) => titles.get(cell.column) === plainWords(cellText(cell.value)))) return true;
  return cells.length > 1 && headsSameColumns(headingRoles(cells), table);
}

/** True when what a row would say as a header is what the table's columns are taken for already. */
export function headsSameColumns(roles: ReturnType<typeof headingRoles>, table: FoundTable): boolean {
  const [emails, names] = [table.columns.roles.email ?? [], nameColumns(table)];
  return (
    roles.some(({ role }) => role === 'email') &&
    roles.every(({ role, column }) => !PEOPLE.includes(role) || (role === 'email' ? emails : names).includes(column))
  );
}

const PEOPLE: readonly ColumnRole[] = ['email', 'name', 'surname', 'full_name'];

/** What a row would say as a header; nothing when it has an address. */
export function headingRoles(cells: readonly Cell[]): { column: number; role: ColumnRole }[] {
  const texts = cells.map((cell) => cellText(cell.value).slice(0, 300));
  if (texts.some((text) => /\S@\S+\.\S/.test(text))) return [];
  return cells.flatMap(({ column }, index) => {
    const role = headerRole(texts[index] ?? '');
    return role && role.strength > 1 ? [{ column, role: role.role }] : [];
  });
}

/** `Approved by:`, `Date:`, `Signature ______` */
const LABEL = /^\P{L}*\p{L}[^:@]{0,40}:$|_{4}/u;

function wordsBesideAddress(text: string): number {
  return /[<;,]/.test(text) ? 0 : text.split(/\s+/).filter((word) => /\p{L}/u.test(word) && !word.includes('@')).length;
}

function mergesByRow(merges: readonly Merge[]): Map<number, Merge[]> {
  const byRow = new Map<number, Merge[]>();
  for (const merge of merges) byRow.set(merge.top, [...(byRow.get(merge.top) ?? []), merge]);
  return byRow;
}

/** Three words or more with something that names and addresses do not have. */
function isSentence(text: string): boolean {
  const words = text.trim().split(/\s+/);
  return (
    words.length >= 6 ||
    (words.length >= 2 && /[:!]|^\*/.test(text) && !/^mailto:/i.test(text.trim()) && !/</.test(text))
  );
}
