import { attendanceOf } from './attendance-words.ts';
import type { ChosenColumns } from './choose-columns.ts';
import { cellText } from './clean-text.ts';
import type { RowIssues } from './row-issues.ts';
import { cellAt, type SheetRow } from './sheet.ts';

type Roles = ChosenColumns['roles'];

/** Tells remarks that a name or an address is used without: `Ada Lind (withdrawn)`, `Ada Lind - cancelled`. */
export function tellRemarks(row: SheetRow, roles: Roles, { make, notices }: RowIssues): void {
  const named = [roles.full_name, roles.surname, roles.name].flatMap((columns) => columns ?? []);
  for (const column of [...named, ...(roles.email ?? [])]) {
    const text = cellText(cellAt(row, column)?.value);
    const remark = remarkIn(text);
    if (remark === undefined) continue;
    const says =
      attendanceOf(remark) === 'out' ? 'seems to say that this participant does not take part' : 'is not used';
    notices.push(
      make('remark', column, `A remark in this cell ${says}. Check it; delete the row if it should get no key.`, text),
    );
  }
}

/** Tells a person whose row, name or address is crossed out. */
export function tellStruck(row: SheetRow, roles: Roles, { make, notices }: RowIssues): void {
  const own = [roles.email, roles.full_name, roles.surname, roles.name].flatMap((columns) => columns ?? []);
  const cells = own.flatMap((column) => cellAt(row, column) ?? []);
  const struck = cells.filter((cell) => cell.struck);
  const [first] = struck;
  if (!first) return;
  const isRow = struck.length === cells.length && struck.every((cell) => cell.struck === true);
  const isPart = struck.every((cell) => cell.struck === 'part');
  const what = `${isRow ? 'this row' : isPart ? 'a part of this cell' : 'this cell'} is crossed out`;
  const message = `Kept, but ${what}. If this participant does not take part, delete the row.`;
  notices.push(make('struck_out', first.column, message, cellText(first.value)));
}

function remarkIn(text: string): string | undefined {
  if (text.length > 500 || !/[([]|\s[-–—:/*]/.test(text)) return undefined;
  const inside = /\(([^()@]{2,100})\)/u.exec(text)?.[1] ?? /\[([^[\]@]{2,100})\]/u.exec(text)?.[1];
  if (inside !== undefined && !/^\s*at\s*$/i.test(inside)) return inside;
  const behind = /\s[-–—:/*]+\s*([^-–—]{3,60})$/u.exec(text)?.[1];
  return behind !== undefined && attendanceOf(behind) === 'out' ? behind : undefined;
}
