import { attendanceOf, roleKind } from './attendance-words.ts';
import { cellText, plainWords } from './clean-text.ts';
import type { SheetRow } from './sheet.ts';

/** What the title above a part of a list says of the people below it. */
export interface TitleSays {
  code: 'status_unclear' | 'role_staff';
  title: string;
}

/** `Waiting list`, `Cancelled`, `Teachers`; undefined for a title that says nothing of the kind, and for a sentence. */
export function titleSays(title: string): TitleSays | undefined {
  const words = plainWords(title.slice(0, 100)).split(' ');
  const isStaff = words.length === 1 && roleKind(title) === 'staff';
  if (isStaff) return { code: 'role_staff', title };
  const says = words.length <= 3 ? attendanceOf(title) : 'unknown';
  return says === 'out' || says === 'unclear' ? { code: 'status_unclear', title } : undefined;
}

/** The only text of a row; empty where there are more. */
export function loneText({ cells }: SheetRow): string {
  const texts = cells.map(({ value }) => cellText(value).trim()).filter((text) => text !== '');
  const [only = '', ...others] = texts;
  return others.length === 0 ? only : '';
}
