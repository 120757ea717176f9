import { CliError, cannotSaveError, EXIT } from '../errors.ts';
import type { ToolEnd } from './run-tool.ts';

/** What a store was asked to do: whoever cannot read has no management key, whoever cannot save or remove changes nothing. */
export type StoreTask = 'check' | 'save' | 'read' | 'remove';

const NO_STORE_HINT =
  'Without a key store, use a .env file that only you can read, with OPENROUTER_MANAGEMENT_KEY=… or ORKEYS_SMTP_PASSWORD=… in it.';

/** There is no store: the program is missing, or what it talks to. */
export function noStore(task: StoreTask, why: string, hint = ''): CliError {
  return storeError('no_key_store', task, `This computer has no key store that orkeys can use: ${why}.`, hint);
}

/** The store is there and does not open. */
export function lockedStore(task: StoreTask, what: string, hint: string): CliError {
  return storeError('key_store_locked', task, what, hint);
}

/** Whatever else the program answered; `ended` undefined = not even that. */
export function failedStore(
  task: StoreTask,
  title: string,
  ended: ToolEnd | undefined,
  why = reasonOf(ended),
): CliError {
  return storeError('key_store_failed', task, `Cannot ${VERBS[task]} ${title}: ${why}.`, '');
}

const VERBS: Readonly<Record<StoreTask, string>> = {
  check: 'use',
  save: 'save the secret in',
  read: 'read the secret from',
  remove: 'remove the secret from',
};

function storeError(
  code: 'no_key_store' | 'key_store_locked' | 'key_store_failed',
  task: StoreTask,
  message: string,
  hint: string,
) {
  const details = { hint: [hint, NO_STORE_HINT].filter(Boolean).join(' ') };
  if (task === 'read') return new CliError(code, EXIT.NOT_AUTHORIZED, message, details);
  return cannotSaveError(code, message, details);
}

/** characters */
const LONGEST_REASON = 200;

/** What a program said last, in one line. */
function reasonOf(ended: ToolEnd | undefined): string {
  if (ended === undefined) return 'its program is missing';
  if (ended.code === null) return 'it did not answer in time';
  const said = ended.stderr.trim().split(/\r?\n/).at(-1)?.replaceAll(/\s+/g, ' ').replace(/\.$/, '') ?? '';
  return said === '' ? `its program ended with exit code ${ended.code}` : said.slice(0, LONGEST_REASON);
}
