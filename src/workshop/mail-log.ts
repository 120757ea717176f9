import type { Context } from '../context.ts';
import { type HandoutEntry, parseHandoutEntry, WITHOUT_MAILS } from '../handout/handout-entry.ts';
import { HANDOUT_LOG, type HandoutsState, MAIL_LOG } from '../handout/handout-log.ts';
import { decodeLogLines, encodeLogLine } from '../journal/log-lines.ts';
import { keeperOf, workshopFolder } from './shelf.ts';
import { openSideLog, readSideLog, type SideLog } from './side-log.ts';
import type { WorkshopId } from './workshop-id.ts';

/**
 * Opens handouts.jsonl for mails. A log without any is first written anew with a newer version in its first line: an older orkeys,
 * which knows no mails, then says that the log is newer instead of calling its lines damaged. Throws like `openSideLog`.
 */
export async function openMailLog(
  id: WorkshopId,
  command: string,
  ctx: Context,
): Promise<SideLog<HandoutEntry, HandoutsState>> {
  await readSideLog(id, HANDOUT_LOG, ctx);
  const keeper = keeperOf(id.outRoot, workshopFolder(id.outRoot, id.prefix));
  if (raised((await keeper.read('handouts', ctx)) ?? new Uint8Array(), id)) {
    const open = await keeper.openSideLog('handouts', command, ctx);
    try {
      // Read again, now that nobody else writes.
      const content = raised(await open.readWhole(), id);
      if (content) await open.replace(content);
    } finally {
      await open.close();
    }
  }
  return openSideLog(id, MAIL_LOG, command, ctx);
}

/** The whole log with the newer first line; undefined if it needs none. */
function raised(bytes: Uint8Array, id: WorkshopId): Uint8Array | undefined {
  const end = bytes.indexOf(0x0a);
  const [header] = decodeLogLines(bytes.subarray(0, end + 1), parseHandoutEntry).entries;
  if (header?.type !== 'handouts' || header.version !== WITHOUT_MAILS) return undefined;
  const line = encodeLogLine({ ...MAIL_LOG.header(id), at: header.at });
  return Buffer.concat([new TextEncoder().encode(line), bytes.subarray(end)]);
}
