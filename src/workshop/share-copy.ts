import { type CliError, cannotSaveError } from '../errors.ts';
import type { LogName } from './log-keeper.ts';
import type { SharedWorkshop } from './shared-workshop.ts';

/** The lines of every log, without their line breaks. */
export type CopiedLines = Record<LogName, readonly string[]>;

const LOGS: readonly LogName[] = ['journal', 'usage', 'handouts'];

/** Puts lines in the place of whatever the database has of these logs, reads them back and compares each. */
export async function copyAll(shared: SharedWorkshop, lines: CopiedLines): Promise<void> {
  for (const log of LOGS) {
    const lease = await shared.take(log, 'share start');
    try {
      const bytes = Buffer.from(lines[log].map((line) => `${line}\n`).join(''));
      await shared.log(log).fill(bytes, lease);
    } finally {
      await lease.release();
    }
  }
  await compareAll(shared, lines);
  for (const log of LOGS) await shared.log(log).save();
}

/** Whether the database begins with exactly these lines; members may have added some since. Throws CliError (exit 6). */
export async function compareAll(shared: SharedWorkshop, lines: CopiedLines): Promise<void> {
  for (const log of LOGS) {
    const stored = Buffer.from(await shared.log(log).readAnew())
      .toString('utf8')
      .split('\n');
    const at = lines[log].findIndex((line, index) => stored[index] !== line);
    if (at >= 0) throw differs(log, at + 1, shared);
  }
}

function differs(log: LogName, line: number, { database, marker }: SharedWorkshop): CliError {
  return cannotSaveError(
    'share_failed',
    `Line ${line} of the ${log} in ${database.where} is not the one that was copied there. The files are as they were.`,
    { hint: `Try again with: orkeys share start --prefix ${marker.prefix}` },
  );
}
