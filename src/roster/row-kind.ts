import { cellText, plainWords } from './clean-text.ts';
import type { FoundTable } from './find-table.ts';
import { type Cell, cellAt, type Merge, type SheetRow } from './sheet.ts';

/** What a row below the header is: a person, or one of the things that people put between persons. */
export type RowKind = 'blank' | 'person' | 'header' | 'heading' | 'total' | 'note' | 'platform';

/** Sums below a table. */
const TOTAL =
  /^(?:grand |sub ?)?(?:total\w*|sum|count|average|kopa|kopsumma|pavisam|summa|summe|gesamt\w*|insgesamt|anzahl|total general|suma|итого|всего|итог|viso|is viso|kokku|razem|lacznie|разом|всього|totalt|totale|yhteensa|totaal|celkem|skaits)(?![\p{L}])/u;
/** What learning platforms put among the people. */
const PLATFORM = /^(?:points possible|student test|test student|testpersona students)$/;
const HEADING =
  /(?<![\p{L}])(?:grup[ap]\p{L}*|gruppe\p{L}*|groupe?|grupo|групп\p{L}*|груп\p{L}*|grupe|ruhm|grupp|komanda|team|section|session|class|klase|kurss|course|day|diena|tag|week|fakultat\p{L}*|faculty|program\p{L}*|сторінк\p{L}*|instruct\p{L}*|students?|teachers?|dalibnieki|teilnehmer|участники)(?![\p{L}])/u;

/** Makes a function that tells each row's kind in file order; it needs to know the row before, so call it for each row once. */
export function rowKinds(table: FoundTable): (row: SheetRow) => RowKind {
  const { roles } = table.columns;
  const nameColumns = [roles.name, roles.surname, roles.full_name].flatMap((columns) => columns ?? []);
  const people = [...nameColumns, ...(roles.email ?? [])];
  const header = new Map(table.headings.map(({ column, text }) => [column, plainWords(text)]));
  const merged = mergesByRow(table.sheet.merges);
  let last = table.headerRow?.number ?? 0;
  return (row) => {
    const filled = row.cells.filter((cell) => cellText(cell.value).trim() !== '' || cell.mark);
    if (filled.length === 0) return 'blank';
    const afterGap = row.number > last + 1;
    last = row.number;
    const first = plainWords(cellText(filled[0]?.value));
    const repeats = (cell: Cell) => header.get(cell.column) === plainWords(cellText(cell.value));
    if (filled.length > 1 && filled.every(repeats)) return 'header';
    const hasAddress = (roles.email ?? []).some((column) => cellText(cellAt(row, column)?.value).includes('@'));
    if (hasAddress && !(filled.length === 1 && afterGap && isSentence(cellText(filled[0]?.value)))) return 'person';
    if (PLATFORM.test(first)) return 'platform';
    if (TOTAL.test(first)) return 'total';
    const [only, second] = filled;
    if (!only || second) return filled.some(({ column }) => people.includes(column)) ? 'person' : 'note';
    if (merged.get(row.number)?.some(({ left, right }) => left <= only.column && right > left && right >= only.column))
      return 'heading';
    if (!people.includes(only.column) || isSentence(cellText(only.value))) return afterGap ? 'note' : 'heading';
    if (roles.email?.includes(only.column)) return HEADING.test(first) ? 'heading' : 'person';
    return nameColumns.length > 1 || HEADING.test(first) ? 'heading' : 'person';
  };
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
