import { cellText, plainWords } from './clean-text.ts';
import { type HeaderRole, headerRole } from './header-role.ts';
import type { Sheet, SheetRow } from './sheet.ts';

/** One column's heading as it counts: its own text or, in a header of two levels, the text above it. */
export interface Heading {
  column: number;
  text: string;
  role: HeaderRole | undefined;
}

export interface Header {
  /** index into the sheet's rows; the lower one of two levels */
  index: number;
  headings: Heading[];
  score: number;
}

const SCANNED_ROWS = 300;
const WEIGHT = {
  email: 6,
  name: 3,
  surname: 3,
  full_name: 3,
  api_key: 2,
  limit: 1,
  expires: 1,
  group: 1,
  tier: 1,
  id: 1,
};

/** The row that names the columns: the one whose cells say the most, the upper one of equals. Undefined when none says anything. */
export function findHeader(sheet: Sheet, wanted: readonly string[]): Header | undefined {
  let best: Header | undefined;
  const names = wanted.map(plainWords).filter((name) => name !== '');
  for (let index = 0; index < Math.min(sheet.rows.length, SCANNED_ROWS); index += 1) {
    const row = sheet.rows[index];
    if (!row || row.cells.some((cell) => /\S@\S+\.\S/.test(cellText(cell.value).slice(0, 300)))) continue;
    const headings = headingsOf(sheet, index, row);
    const score = scoreOf(headings) + (headings.some(({ text }) => names.includes(plainWords(text))) ? 10 : 0);
    if (score > (best?.score ?? 0)) best = { index, headings, score };
  }
  return best;
}

function scoreOf(headings: readonly Heading[]): number {
  const roles = new Map<string, number>();
  for (const { role } of headings) {
    if (!role) continue;
    const score = WEIGHT[role.role] * (0.4 + 0.2 * role.strength) * (role.whose === 'other' ? 0.5 : 1);
    roles.set(role.role, Math.max(score, roles.get(role.role) ?? 0));
  }
  return [...roles.values()].reduce((sum, score) => sum + score, 0);
}

function headingsOf(sheet: Sheet, index: number, row: SheetRow): Heading[] {
  const texts = new Map<number, string>();
  for (const cell of row.cells) texts.set(cell.column, cellText(cell.value));
  const above = sheet.rows[index - 1];
  const titles = above?.number === row.number - 1 ? titlesOf(sheet, above, row) : new Map<number, string>();
  const own = row.cells.filter((cell) => headerRole(cellText(cell.value))).length;
  for (const [column, title] of titles) {
    // A column that is only named one row higher, beside columns that are named here.
    if (!texts.has(column) && own > 0 && headerRole(title)) texts.set(column, title);
  }
  return [...texts]
    .sort(([a], [b]) => a - b)
    .map(([column, text]) => ({ column, text, role: withTitle(headerRole(text), titles.get(column)) }));
}

/** Group titles one row above the header, spread over the columns that they were merged over. */
function titlesOf(sheet: Sheet, above: SheetRow, header: SheetRow): Map<number, string> {
  const titles = new Map<number, string>();
  for (const cell of above.cells) titles.set(cell.column, cellText(cell.value));
  const isGrouped = sheet.merges.every(({ top }) => top !== above.number) && above.cells.length > 1;
  if (isGrouped && emailsIn(header) > 1) spread(titles, header);
  for (const { top, left, right } of sheet.merges) {
    const title = top === above.number ? titles.get(left) : undefined;
    if (title === undefined || right - left > 100) continue;
    for (let column = left; column <= right; column += 1) titles.set(column, title);
  }
  return titles;
}

/** In text files nothing is merged: a title stands above the first column of its group. */
function spread(titles: Map<number, string>, { cells }: SheetRow): void {
  let title: string | undefined;
  for (const { column } of cells) {
    title = titles.get(column) ?? title;
    if (title !== undefined) titles.set(column, title);
  }
}

function emailsIn({ cells }: SheetRow): number {
  return cells.filter(({ value }) => headerRole(cellText(value))?.role === 'email').length;
}

/** "Parent" above "E-mail" makes it the parent's e-mail. */
function withTitle(role: HeaderRole | undefined, title: string | undefined): HeaderRole | undefined {
  if (!role || title === undefined || role.whose !== 'unsaid') return role;
  return { ...role, whose: headerRole(`${title} e-mail`)?.whose ?? 'unsaid' };
}
