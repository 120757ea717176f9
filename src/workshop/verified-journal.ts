import { join } from 'node:path';
import { usageError } from '../errors.ts';
import type { JournalText } from '../journal/codec.ts';
import { foldJournal, heldKeys, type JournalState } from '../journal/fold.ts';
import { readSavedKeys } from '../journal/saved-keys.ts';
import { tagOf } from '../keys/key-name.ts';
import { quoteArgument } from '../shell.ts';
import { JOURNAL_FILE, KEYS_FILE } from './folder-keeper.ts';
import { HOW_TO_UPDATE } from './how-to-update.ts';
import { readIfExists } from './read-if-exists.ts';
import { logPlace } from './shelf.ts';
import { commandFor, type WorkshopId } from './workshop-id.ts';

/**
 * The state of the journal, if it is intact, of a supported version, about this workshop on this account, and contains all keys in
 * keys.json. Otherwise a CliError with a fix: starting with an empty journal would create every key a second time.
 */
export async function verifiedState(text: JournalText, folder: string, id: WorkshopId): Promise<JournalState> {
  const path = await logPlace(folder, 'journal');
  if (text.newerVersion !== undefined) {
    throw usageError('journal_newer', `${path} was written by a newer orkeys (format ${text.newerVersion}).`, {
      hint: HOW_TO_UPDATE,
    });
  }
  if (text.damaged.length > 0) {
    throw usageError('journal_damaged', `${path} is damaged. Nothing was changed.`, {
      hint: `Check it with: ${commandFor(id, 'journal', 'verify')}\nThen repair it with: ${commandFor(id, 'journal', 'repair')}`,
      issues: text.damaged.map(({ line, why }) => ({
        code: 'damaged_line',
        row: line,
        message: `line ${line}: ${why}`,
      })),
    });
  }
  const state = foldJournal(text.entries);
  checkHeader(state, path, id);
  await checkAgainstKeys(state, folder, id);
  return state;
}

function checkHeader(state: JournalState, path: string, id: WorkshopId): void {
  const header = state.header;
  if (!header) return;
  if (header.prefix !== id.prefix) {
    throw usageError('journal_of_another', `${path} belongs to prefix ${header.prefix}, not to ${id.prefix}.`, {
      hint: `Use --prefix ${quoteArgument(header.prefix)}, or another --out.`,
    });
  }
  if (id.baseUrl !== '' && header.base_url !== id.baseUrl) {
    throw usageError('journal_of_another', `${path} was created for ${header.base_url}, not for ${id.baseUrl}.`, {
      hint: 'Restore ORKEYS_BASE_URL, or use another output folder with --out.',
    });
  }
  if (header.account !== undefined && id.account !== undefined && header.account !== id.account) {
    throw usageError('journal_of_another', `${path} belongs to a different account than this management key.`, {
      hint: 'Use the management key of that account, or another output folder with --out.',
    });
  }
}

/** keys.json is written from the journal, so keys that are only in keys.json mean that the journal or a part of it was lost. */
async function checkAgainstKeys(state: JournalState, folder: string, id: WorkshopId): Promise<void> {
  const path = join(folder, KEYS_FILE);
  const bytes = await readIfExists(path);
  if (bytes === undefined) return;
  if (!state.header) {
    throw usageError('journal_missing', `${path} exists, but ${JOURNAL_FILE} is missing. Nothing was changed.`, {
      hint: `Restore ${JOURNAL_FILE}, or rebuild it from keys.json with: ${commandFor(id, 'journal', 'rebuild')}`,
    });
  }
  const secrets = new Set(heldKeys(state).map(({ secret }) => secret?.reveal()));
  // The name of an imported key has no tag; once its secret was purged, its hash alone tells it.
  const unknown = (readSavedKeys(bytes) ?? []).filter(({ name, key, hash }) => {
    const isKnown = secrets.has(key) || (typeof hash === 'string' && state.tagByHash.has(hash));
    return !isKnown && isLost(tagOf(name), state);
  });
  if (unknown.length > 0) {
    const keys = unknown.length === 1 ? '1 key' : `${unknown.length} keys`;
    throw usageError('journal_behind', `${path} contains ${keys} missing from ${JOURNAL_FILE}. Nothing was changed.`, {
      hint: `${JOURNAL_FILE} may be an old copy. Restore the newest one, or add the missing keys with: ${commandFor(id, 'journal', 'rebuild')}`,
    });
  }
}

/** Whether the journal has no outcome for a tag: then the line with its secret was lost. */
function isLost(tag: string | undefined, state: JournalState): boolean {
  const attempt = tag === undefined ? undefined : state.attempts.get(tag);
  return attempt === undefined || attempt.status === 'pending';
}
