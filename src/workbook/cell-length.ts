import { type CliError, usageError } from '../errors.ts';
import { safeText } from '../roster/safe-text.ts';
import { columnLetter } from '../roster/sheet.ts';

/** in UTF-16 units, as Excel counts: what a cell of a workbook can hold */
export const LONGEST_CELL = 32_767;

/** Where a cell stands. */
export interface CellPosition {
  file: string;
  /** empty for CSV */
  sheet: string;
  /** 1-based */
  row: number;
  /** 0-based */
  column: number;
}

export function cellTooLong({ file, sheet, row, column }: CellPosition): CliError {
  const where = `cell ${columnLetter(column)}${row}${sheet === '' ? '' : ` of sheet ${safeText(sheet)}`}`;
  return usageError(
    'too_big',
    `${safeText(file)}: ${where} has more than 32,767 characters, the most that Excel allows.`,
    {
      hint: 'Shorten that cell, save the file and run the command again.',
    },
  );
}
