import type { Issue } from '../errors.ts';
import { cellText } from './clean-text.ts';
import type { IssueMaker } from './issues.ts';
import type { Cell } from './sheet.ts';

/** Where a row's readers put what they find. */
export interface RowIssues {
  make: IssueMaker;
  problems: Issue[];
  notices: Issue[];
}

/** Adds the problem of a cell that has no value to use; false when it has one. */
export function addBroken(cell: Cell | undefined, { make, problems }: RowIssues): boolean {
  if (cell?.mark === 'error') {
    const message = 'The cell shows an error instead of a value. Correct its formula.';
    problems.push(make('cell_error', cell.column, message, cellText(cell.value)));
    return true;
  }
  if (cell?.mark !== 'uncalculated') return false;
  const message = 'The formula in this cell has no saved result. Open the file in Excel or LibreOffice and save it.';
  problems.push(make('formula_without_value', cell.column, message));
  return true;
}
