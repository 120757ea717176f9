import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { safeText } from '../roster/safe-text.ts';
import { readRosterBytes } from '../workbook/roster-bytes.ts';
import { rosterSource } from './roster-source.ts';

/** bytes; a text that people write has a hundredth of it */
const MOST_BYTES = 1_000_000;

/**
 * The text of a small file that was named on the command line, or of a pipe: neither one that nobody writes to nor one without an end holds
 * the program. Throws CliError (exit 2) with code not_found or not_readable.
 */
export async function readTypedText(file: string, ctx: Context): Promise<string> {
  const bytes = await readRosterBytes(await rosterSource(file, ctx));
  if (bytes.length <= MOST_BYTES) return new TextDecoder().decode(bytes);
  throw usageError('not_readable', `${safeText(file)} is larger than 1 MB.`, { hint: 'Check the name of the file.' });
}
