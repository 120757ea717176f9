import type { Issue } from '../errors.ts';
import type { IssueCode } from '../issue-codes.ts';
import { safeText } from './safe-text.ts';
import { columnLetter } from './sheet.ts';

/** Makes an issue of one row. `column` is 0-based; `value` is escaped here, so an issue is safe to show anywhere. */
export type IssueMaker = (code: IssueCode, column: number | undefined, message: string, value?: string) => Issue;

export function createIssues(sheet: string, row: number | undefined): IssueMaker {
  return (code, column, message, value) => ({
    code,
    message,
    ...(row === undefined ? {} : { row }),
    ...(column === undefined ? {} : { column: columnLetter(column) }),
    ...(sheet === '' ? {} : { sheet: safeText(sheet) }),
    ...(value === undefined || value === '' ? {} : { value: safeText(value) }),
  });
}
