import { type CliError, usageError } from '../errors.ts';
import { safeText } from '../roster/safe-text.ts';

/** The file is of another kind than a roster can be. `what` completes "… is …". */
export function notXlsx(file: string, what: string, hint: string): CliError {
  return usageError('not_xlsx', `${safeText(file)} is ${what}, not an .xlsx workbook.`, { hint });
}

export function encrypted(file: string): CliError {
  return usageError('encrypted', `${safeText(file)} is protected with a password.`, {
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

/** The file would take too much time or memory. `why` completes "… is too big: …". */
export function tooBig(file: string, why: string): CliError {
  return usageError('too_big', `${safeText(file)} is too big: ${why}.`, {
    hint: 'Copy only the table of participants into a new workbook and save it as .xlsx.',
  });
}

export function wrongEncoding(file: string, why: string): CliError {
  return usageError('encoding', `The letters of ${safeText(file)} cannot be read: ${why}.`, {
    hint: 'Save it as .xlsx, or as "CSV UTF-8", from Excel.',
  });
}

export function noRows(file: string): CliError {
  return usageError('no_rows', `${safeText(file)} has no rows.`, {
    hint: 'Check that it is the right file and that it was saved.',
  });
}
