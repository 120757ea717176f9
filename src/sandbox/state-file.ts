import { randomUUID } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AccountOptions, SandboxAccount } from './account.ts';
import { type AccountState, applyOperation, liveState, type Operation, plainState } from './account-state.ts';

export interface AccountFile {
  account: SandboxAccount;
  close(): void;
}

/** The file exists but is not a sandbox account file, or is damaged. It was not changed. */
export class StateFileError extends Error {}

/**
 * An account that is saved in a file. The first line is the state at the last start, every further line one change, appended
 * before the response is sent. An incomplete last line is dropped. Each start combines all lines into one.
 * Throws StateFileError, and Node's own errors if the file cannot be read or written.
 */
export function openAccountFile(path: string, options: Pick<AccountOptions, 'now' | 'random'>): AccountFile {
  const before = readState(path);
  const state = before ?? new SandboxAccount(options).toJSON();
  replaceFile(path, `${JSON.stringify({ ...HEADER, state })}\n`);
  const file = openSync(path, 'a');
  const record = (operation: Operation) => appendLine(file, JSON.stringify(operation));
  return { account: SandboxAccount.from(state, { ...options, record }), close: () => closeSync(file) };
}

const HEADER = { orkeys_sandbox: 1 } as const;

function readState(path: string): AccountState | undefined {
  const text = readIfExists(path);
  if (text === '') return undefined;
  const [first = '', ...changes] = text.split('\n').slice(0, -1);
  const header: Partial<typeof HEADER> & { state?: AccountState } = parseLine(path, first, 1);
  if (header.orkeys_sandbox !== HEADER.orkeys_sandbox || header.state === undefined) throw notOurs(path);
  const state = liveState(header.state);
  for (const [index, line] of changes.entries()) applyOperation(state, parseLine(path, line, index + 2));
  return plainState(state);
}

function readIfExists(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

function parseLine(path: string, line: string, number: number) {
  try {
    const parsed = JSON.parse(line);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // handled below
  }
  throw number === 1 ? notOurs(path) : new StateFileError(`${path} is damaged on line ${number}`);
}

function notOurs(path: string): StateFileError {
  return new StateFileError(`${path} is not a sandbox account file`);
}

function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    writeFileSync(temporary, text, { mode: 0o600, flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function appendLine(file: number, line: string): void {
  const size = fstatSync(file).size;
  try {
    appendFileSync(file, `${line}\n`);
  } catch (error) {
    // Half a line would damage the file once another line follows.
    ftruncateSync(file, size);
    throw error;
  }
}
