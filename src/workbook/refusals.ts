import { type CliError, usageError } from '../errors.ts';
import { safeText } from '../roster/safe-text.ts';

/** The file is of another kind than a roster can be. `what` completes "… is …". */
export function notXlsx(file: string, what: string, hint: string): CliError {
  return usageError('not_xlsx', `${safeText(file)} is ${what}, not an .xlsx workbook.`, { hint });
}

export function encrypted(file: string): CliError {
  return usageError('encrypted', `${safeText(file)} is password-protected.`, {
    hint: 'Open it in Excel, remove the password (File > Info > Protect Workbook > Encrypt with Password), and save it as .xlsx.',
  });
}

/** The file is damaged. `why` completes "… is damaged: …". */
export function corrupt(file: string, why: string, cause?: unknown): CliError {
  return usageError('corrupt', `${safeText(file)} is damaged: ${why}.`, {
    hint: 'Download or copy it again, or open it in Excel and save it as .xlsx.',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The file would take too much time or memory. `why` completes "… is too large: …". */
export function tooBig(file: string, why: string): CliError {
  return usageError('too_big', `${safeText(file)} is too large: ${why}.`, {
    hint: 'Copy only the participant table to a new workbook and save it as .xlsx.',
  });
}

/** rows that hold something; Excel can hold 1,048,576 */
export const MAX_ROWS = 300_000;

export function tooManyRows(file: string): CliError {
  return usageError('too_big', `${safeText(file)} has more than 300,000 rows, the most that orkeys reads.`, {
    hint: 'Split the roster into several files, and provision each with a --prefix of its own.',
  });
}

export function wrongEncoding(file: string, why: string): CliError {
  return usageError('encoding', `Cannot read the text of ${safeText(file)}: ${why}.`, {
    hint: 'Save it as .xlsx, or as "CSV UTF-8", from Excel.',
  });
}

export function noRows(file: string): CliError {
  return usageError('no_rows', `${safeText(file)} is empty.`, {
    hint: 'Check that this is the right file and that it was saved.',
  });
}
