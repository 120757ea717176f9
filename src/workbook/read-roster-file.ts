import { readFile, stat } from 'node:fs/promises';
import { usageError } from '../errors.ts';
import { safeText } from '../roster/safe-text.ts';
import type { Book } from '../roster/sheet.ts';
import { createDeadline } from './deadline.ts';
import { decodeText } from './decode-text.ts';
import { fileKind } from './file-kind.ts';
import { readCsv } from './read-csv.ts';
import { tooBig } from './refusals.ts';

/** Where a roster comes from: a file, or bytes that were read already (standard input). */
export type RosterSource = { file: string; path: string } | { file: string; bytes: Uint8Array };

const MAX_BYTES = 150 * 2 ** 20;

/**
 * Reads a roster's file into plain sheets, whatever spreadsheet it is: .xlsx, .xlsm, .csv, .tsv, told apart by their bytes.
 * Throws CliError (exit 2) with code not_found, not_xlsx, encrypted, corrupt, too_big, encoding or no_rows.
 */
export async function readRosterFile(source: RosterSource, now: () => Date): Promise<Book> {
  const { file } = source;
  const bytes = 'bytes' in source ? source.bytes : await readBytes(file, source.path);
  if (bytes.length > MAX_BYTES) throw tooBig(file, 'it has more than 150 MB');
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
            message: `The file does not say how its letters are encoded; they were read as ${guessed}. Check the names.`,
          },
        ];
  return { file, kind: 'csv', remarks, sheets: [readCsv(file, text)] };
}

async function readBytes(file: string, path: string): Promise<Uint8Array> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory())
      throw usageError('not_found', `${safeText(file)} is a folder, not a file.`, { hint: 'Name the roster itself.' });
    // A device may never end; a pipe is what a shell makes of <(…).
    if (!facts.isFile() && !facts.isFIFO())
      throw usageError('not_found', `${safeText(file)} is not a file.`, { hint: 'Name the roster itself.' });
    if (facts.size > MAX_BYTES) throw tooBig(file, 'it has more than 150 MB');
    return await readFile(path);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.name === 'CliError') throw error;
    throw unreadable(file, String(error.code), error);
  }
}

function unreadable(file: string, code: string, cause: Error): Error {
  const shown = safeText(file);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return usageError('not_found', `There is no file ${shown}.`, { hint: 'Check the name and the folder.', cause });
  if (code === 'EBUSY')
    return usageError('not_readable', `${shown} is locked by another program.`, {
      hint: 'Close it in Excel and try again.',
      cause,
    });
  return usageError('not_readable', `${shown} cannot be read (${code}).`, { hint: 'Check its permissions.', cause });
}
