import { join } from 'node:path';
import { usageError } from '../errors.ts';
import type { JournalText } from '../journal/codec.ts';
import { foldJournal, heldKeys, type JournalState } from '../journal/fold.ts';
import { readSavedKeys } from '../journal/saved-keys.ts';
import { tagOf } from '../keys/key-name.ts';
import { quoteArgument } from '../shell.ts';
import { JOURNAL_FILE, KEYS_FILE } from './folder-keeper.ts';
import { HOW_TO_UPDATE } from './how-to-update.ts';
import { readIfThere } from './read-if-there.ts';
import { commandFor, type WorkshopId } from './workshop-id.ts';

/**
 * The journal's state, if it is whole, of a version that we know, about this workshop on this account, and knows all keys that
 * keys.json has. Otherwise a CliError that says how to go on: starting afresh would make every key a second time.
 */
export async function trustedState(text: JournalText, folder: string, id: WorkshopId): Promise<JournalState> {
  const path = join(folder, JOURNAL_FILE);
  if (text.newerVersion !== undefined) {
    throw usageError('journal_newer', `${path} was written by a newer orkeys (format ${text.newerVersion}).`, {
      hint: HOW_TO_UPDATE,
    });
  }
  if (text.damaged.length > 0) {
    throw usageError('journal_damaged', `${path} is damaged; nothing was changed.`, {
      hint: `See what is wrong with: ${commandFor(id, 'journal', 'verify')}   Then mend it with: ${commandFor(id, 'journal', 'repair')}`,
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
    throw usageError('journal_of_another', `${path} was made at ${header.base_url}, not at ${id.baseUrl}.`, {
      hint: 'Set ORKEYS_BASE_URL back, or use another --out.',
    });
  }
  if (header.account !== undefined && id.account !== undefined && header.account !== id.account) {
    throw usageError('journal_of_another', `${path} was made on another account than this management key's.`, {
      hint: 'Use the management key of that account, or another --out.',
    });
  }
}

/** keys.json is made from the journal, so one that knows more means that the journal, or a part of it, was lost. */
async function checkAgainstKeys(state: JournalState, folder: string, id: WorkshopId): Promise<void> {
  const path = join(folder, KEYS_FILE);
  const bytes = await readIfThere(path);
  if (bytes === undefined) return;
  if (!state.header) {
    throw usageError(
      'journal_missing',
      `${path} is there, but its journal ${JOURNAL_FILE} is not; nothing was changed.`,
      {
        hint: `Put ${JOURNAL_FILE} back beside it, or make a new one from keys.json with: ${commandFor(id, 'journal', 'rebuild')}`,
      },
    );
  }
  const secrets = new Set(heldKeys(state).map(({ secret }) => secret.reveal()));
  const unknown = (readSavedKeys(bytes) ?? []).filter(({ name, key }) => {
    return !secrets.has(key) && isLost(tagOf(name), state);
  });
  if (unknown.length > 0) {
    const keys = unknown.length === 1 ? '1 key' : `${unknown.length} keys`;
    throw usageError('journal_behind', `${path} has ${keys} that ${JOURNAL_FILE} does not know; nothing was changed.`, {
      hint: `Was an older ${JOURNAL_FILE} put back? Put the newest one there, or take the keys over with: ${commandFor(id, 'journal', 'rebuild')}`,
    });
  }
}

/** True where the journal does not say what became of a tag: the line with its secret is what was lost. */
function isLost(tag: string | undefined, state: JournalState): boolean {
  const attempt = tag === undefined ? undefined : state.attempts.get(tag);
  return attempt === undefined || attempt.status === 'pending';
}
