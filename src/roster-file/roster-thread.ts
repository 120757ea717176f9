// The entry point of the thread that reads a roster: one request in, one answer out.
import { parentPort, workerData } from 'node:worker_threads';
import { CliError } from '../errors.ts';
import { type RosterReply, type RosterRequest, understandRoster } from './understand-roster.ts';

/** An error's class is lost between threads, so its fields are sent. */
export type RosterAnswer =
  | { reply: RosterReply }
  | { refused: Pick<CliError, 'code' | 'exitCode' | 'message' | 'hint' | 'issues'> };

const request: RosterRequest = workerData;
// Not awaited at the top, where only modules can: inside the single executable the thread is a script. What fails here ends the thread all the same.
void answer().then((given) => parentPort?.postMessage(given));

async function answer(): Promise<RosterAnswer> {
  try {
    return { reply: await understandRoster(request, () => new Date()) };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    const { code, exitCode, message, hint, issues } = error;
    return { refused: { code, exitCode, message, hint, issues } };
  }
}
