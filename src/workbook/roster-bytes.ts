import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { usageError } from '../errors.ts';
import { safeText } from '../roster/safe-text.ts';
import { tooBig } from './refusals.ts';
import { MAX_ROSTER_BYTES, type RosterSource } from './roster-source.ts';

/** Throws CliError (exit 2) with code not_found, not_readable or too_big. */
export async function readRosterBytes(source: RosterSource): Promise<Uint8Array> {
  const { file } = source;
  const bytes = 'bytes' in source ? source.bytes : await readBytes(file, source.path);
  if (bytes.length > MAX_ROSTER_BYTES) throw tooBig(file, 'it is larger than 150 MB');
  return bytes;
}

async function readBytes(file: string, path: string): Promise<Uint8Array> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory())
      throw usageError('not_found', `${safeText(file)} is a folder, not a file.`, {
        hint: 'Use the path of the roster file.',
      });
    // A device may never end.
    if (!facts.isFile())
      throw usageError('not_found', `${safeText(file)} is not a file.`, { hint: 'Use the path of the roster file.' });
    if (facts.size > MAX_ROSTER_BYTES) throw tooBig(file, 'it is larger than 150 MB');
    return await firstBytes(path);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.name === 'CliError') throw error;
    throw unreadable(file, String(error.code), error);
  }
}

/** No more than what is refused for its size: a file may grow while it is read. */
function firstBytes(path: string): Promise<Uint8Array> {
  return buffer(createReadStream(path, { end: MAX_ROSTER_BYTES }));
}

function unreadable(file: string, code: string, cause: Error): Error {
  const shown = safeText(file);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return usageError('not_found', `File not found: ${shown}`, { hint: 'Check the name and the folder.', cause });
  if (code === 'EBUSY')
    return usageError('not_readable', `${shown} is open in another program.`, {
      hint: 'Close it (in Excel, for example) and run the same command again.',
      cause,
    });
  return usageError('not_readable', `Cannot read ${shown} (${code}).`, { hint: 'Check its permissions.', cause });
}
