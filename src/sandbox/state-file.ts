import { type AccountOptions, SandboxAccount } from './account.ts';
import { type AccountState, applyOperation, liveState, type Operation, plainState } from './account-state.ts';
import { SharedLines } from './shared-lines.ts';

export interface AccountFile {
  account: SandboxAccount;
  close(): void;
}

/** The file exists but is not a sandbox account file, or is damaged. It was not changed. */
export class StateFileError extends Error {}

/**
 * An account that is saved in a file, and that several processes may use at once. The first line is the state at the start, every
 * further line one change, appended before the response is sent. An incomplete line is dropped. Before each request the changes of
 * other processes are read. Throws StateFileError, and Node's own errors if the file cannot be read or written.
 */
export function openAccountFile(path: string, options: Pick<AccountOptions, 'now' | 'random'>): AccountFile {
  const lines = new SharedLines(path);
  try {
    const { state, numberOfLines } = readState(path, lines, options);
    let number = numberOfLines;
    const log = {
      append: (operation: Operation) => lines.append(JSON.stringify(operation)),
      read: () => {
        const operations: Operation[] = [];
        for (const line of lines.read()) {
          number += 1;
          operations.push(...operationsIn(path, line, number));
        }
        return operations;
      },
    };
    return { account: SandboxAccount.from(state, { ...options, log }), close: () => lines.close() };
  } catch (error) {
    lines.close();
    throw error;
  }
}

const HEADER = { orkeys_sandbox: 1 } as const;
const HEADER_START = JSON.stringify(HEADER).slice(0, -1);

function readState(path: string, lines: SharedLines, options: Pick<AccountOptions, 'now' | 'random'>) {
  let found = lines.read();
  if (found.length === 0) {
    const { rest } = lines;
    if (rest !== '' && !rest.startsWith(HEADER_START)) throw notOurs(path);
    // Two processes may both do this: the first header counts.
    lines.append(JSON.stringify({ ...HEADER, state: new SandboxAccount(options).toJSON() }));
    found = lines.read();
  }
  const [first = '', ...changes] = found;
  const header: Partial<typeof HEADER> & { state?: AccountState } = parseLine(path, first, 1);
  if (header.orkeys_sandbox !== HEADER.orkeys_sandbox || header.state === undefined) throw notOurs(path);
  const state = liveState(header.state);
  for (const [index, line] of changes.entries()) {
    for (const operation of operationsIn(path, line, index + 2)) applyOperation(state, operation);
  }
  return { state: plainState(state), numberOfLines: found.length };
}

/** None in a second header. */
function operationsIn(path: string, line: string, number: number): Operation[] {
  return line.startsWith(HEADER_START) ? [] : [parseLine(path, line, number)];
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
