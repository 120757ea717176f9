import type { Book } from '../roster/sheet.ts';
import { createDeadline } from './deadline.ts';
import { decodeText } from './decode-text.ts';
import { fileKind } from './file-kind.ts';
import { readRosterBytes } from './roster-bytes.ts';
import type { RosterSource } from './roster-source.ts';

/**
 * Reads a roster's file into plain sheets, whatever spreadsheet it is: .xlsx, .xlsm, .csv, .tsv, told apart by their bytes.
 * Throws CliError (exit 2) with code not_found, not_xlsx, encrypted, corrupt, too_big, encoding or no_rows.
 */
export async function readRosterFile(source: RosterSource, now: () => Date): Promise<Book> {
  const { file } = source;
  const bytes = await readRosterBytes(source);
  if (fileKind(file, bytes) === 'zip') {
    const { readWorkbook } = await import('./read-workbook.ts');
    return {
      file,
      kind: 'xlsx',
      remarks: [],
      sheets: await readWorkbook(file, bytes, createDeadline(file, bytes.length, now)),
    };
  }
  const { text, guessed } = decodeText(file, bytes);
  const remarks: Book['remarks'] =
    guessed === undefined
      ? []
      : [
          {
            code: 'encoding_guessed',
            message: `The file does not declare its text encoding; ${guessed} was used. Check the names.`,
          },
        ];
  const { readCsv } = await import('./read-csv.ts');
  return { file, kind: 'csv', remarks, sheets: [readCsv(file, text)] };
}
