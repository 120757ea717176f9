import type { IssueCode } from '../issue-codes.ts';
import type { PlainCell } from './participant.ts';

/** The sheet of keys.xlsx with the people who are no longer in the roster: where keys.xlsx is a roster again, they are not in it. */
export const OTHERS_SHEET = 'No longer in the roster';
/** The sheet of keys.xlsx with one row for each group and its key: no roster either. */
export const GROUPS_SHEET = 'Groups and their keys';

/** One cell that holds something. Empty cells are absent. */
export interface Cell {
  /** 0-based: 0 is column A */
  column: number;
  value: PlainCell;
  /** where the cell's hyperlink leads, as the file has it */
  link: string | undefined;
  /** what to know about the value: it was computed, its formula has no saved result, or it is an error such as #N/A */
  mark: 'formula' | 'uncalculated' | 'error' | undefined;
  /** the text is crossed out, or a part of it */
  struck?: true | 'part';
}

export interface SheetRow {
  /** 1-based, as the spreadsheet shows it */
  number: number;
  hidden: boolean;
  /** ascending by column */
  cells: Cell[];
}

/** A merged range, 1-based rows and 0-based columns, both ends included. */
export interface Merge {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

export interface Sheet {
  /** empty for CSV */
  name: string;
  hidden: boolean;
  /** rows that hold something, ascending */
  rows: SheetRow[];
  merges: Merge[];
}

/** A file as its reader hands it over: plain data, no library's objects. */
export interface Book {
  /** the file's name as the user typed it */
  file: string;
  kind: 'xlsx' | 'csv';
  /** what the reader wants the user to know, one sentence each */
  remarks: { code: IssueCode; message: string }[];
  sheets: Sheet[];
}

/** 0 → A, 26 → AA. */
export function columnLetter(column: number): string {
  let letters = '';
  for (let rest = column; rest >= 0; rest = Math.floor(rest / 26) - 1) {
    letters = String.fromCharCode(65 + (rest % 26)) + letters;
  }
  return letters;
}

/** A → 0, aa → 26; undefined when it is no column's letters. */
export function columnIndex(letters: string): number | undefined {
  if (!/^[a-z]{1,3}$/i.test(letters)) return undefined;
  let index = 0;
  for (const letter of letters.toUpperCase()) index = index * 26 + letter.charCodeAt(0) - 64;
  return index - 1;
}

export function cellAt(row: SheetRow, column: number): Cell | undefined {
  const direct = row.cells[column];
  if (direct?.column === column) return direct;
  return row.cells.find((cell) => cell.column === column);
}
