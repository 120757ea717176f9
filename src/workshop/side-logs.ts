import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { HANDOUTS_VERSION, parseHandoutEntry } from '../handout/handout-entry.ts';
import { HANDOUT_LOG, MAIL_LOG } from '../handout/handout-log.ts';
import { decodeLogLines, encodeLogLine, type LogLines } from '../journal/log-lines.ts';
import { parseUsageEntry, USAGE_VERSION } from '../usage/usage-entry.ts';
import { HOW_TO_UPDATE } from './how-to-update.ts';
import type { LogKeeper, SideLogName } from './log-keeper.ts';
import { keeperOf, logPlace, workshopFolder } from './shelf.ts';
import { USAGE_LOG } from './usage-log.ts';
import { commandFor, type WorkshopId } from './workshop-id.ts';

/** What is needed to check and repair a log without knowing what it is for. */
interface CheckedFormat {
  version: number;
  parse(value: unknown): { type: string; version?: number } | undefined;
  /** the first entry of a log with these entries, without its time */
  header(id: WorkshopId, entries: readonly { type: string }[]): object;
  /** entries, without their time, for what can still be read from the text of damaged lines */
  rescue?(texts: readonly string[], intact: readonly string[]): object[];
}

/** Every log beside the journal. */
const SIDE_LOGS: Readonly<Record<SideLogName, CheckedFormat>> = {
  usage: { version: USAGE_VERSION, parse: parseUsageEntry, header: USAGE_LOG.header },
  handouts: {
    version: HANDOUTS_VERSION,
    parse: parseHandoutEntry,
    header: (id, entries) =>
      entries.every(({ type }) => type === 'handed') ? HANDOUT_LOG.header(id) : MAIL_LOG.header(id),
    rescue: mailsInDoubt,
  },
};

const NAMES: readonly SideLogName[] = ['usage', 'handouts'];

export interface CheckedLog {
  path: string;
  entries: number;
  /** of a last line that is incomplete after a crash */
  tornBytes: number;
}

/** The logs that there are, all intact. Throws CliError (exit 2), with the damaged lines of the first that is not. */
export async function checkSideLogs(
  id: WorkshopId,
  ctx: Context,
  keeper = keeperOf(id.outRoot, workshopFolder(id.outRoot, id.prefix)),
): Promise<CheckedLog[]> {
  const found = await readAll(id, keeper, ctx);
  return found.map((log) => {
    refuseNewer(log);
    const { path, bytes, text } = log;
    const [first] = text.damaged;
    if (first || lacksHeader(text)) {
      const why = first ? `line ${first.line}: ${first.why}` : 'line 1: not the first line of this log';
      throw usageError('log_damaged', `${path} is damaged: ${why}. Nothing was changed.`, {
        hint: `Repair it with: ${commandFor(id, 'journal', 'repair')}`,
        issues: text.damaged.map(({ line, why }) => ({ code: 'damaged_line', row: line, message: why })),
      });
    }
    return { path, entries: text.entries.length, tornBytes: bytes.length - text.completeBytes };
  });
}

export interface RepairedLog {
  path: string;
  /** path of the previous log; undefined in a dry run */
  backup: string | undefined;
  /** number of entries */
  kept: number;
  /** numbers of the lines that are dropped */
  dropped: number[];
}

/** Drops the damaged lines of each log and keeps a backup. Returns the logs that needed it. */
export async function repairSideLogs(id: WorkshopId, dryRun: boolean, ctx: Context): Promise<RepairedLog[]> {
  const repaired: RepairedLog[] = [];
  const folder = workshopFolder(id.outRoot, id.prefix);
  for (const log of await readAll(id, keeperOf(id.outRoot, folder), ctx)) {
    refuseNewer(log);
    const { name, path, text } = log;
    if (text.damaged.length === 0 && !lacksHeader(text)) continue;
    const open = dryRun ? undefined : await keeperOf(id.outRoot, folder).openSideLog(name, 'journal repair', ctx);
    try {
      // Read again, now that nobody else writes.
      const bytes = open ? await open.readWhole() : await readBytes(id, name, ctx);
      const now = decodeLogLines(bytes, SIDE_LOGS[name].parse);
      const content = intactLines(bytes, now, name, id, ctx);
      repaired.push({
        path,
        backup: await open?.replace(content),
        kept: now.entries.length,
        dropped: now.damaged.map(({ line }) => line),
      });
    } finally {
      await open?.close();
    }
  }
  return repaired;
}

type Entry = { type: string; version?: number };
type ReadLog = { name: SideLogName; path: string; bytes: Uint8Array; text: LogLines<Entry> };

async function readAll(id: WorkshopId, keeper: LogKeeper, ctx: Context): Promise<ReadLog[]> {
  const folder = workshopFolder(id.outRoot, id.prefix);
  const read = await Promise.all(
    NAMES.map(async (name): Promise<ReadLog[]> => {
      const bytes = await keeper.read(name, ctx);
      if (bytes === undefined) return [];
      const path = await logPlace(folder, name);
      return [{ name, path, bytes, text: decodeLogLines(bytes, SIDE_LOGS[name].parse) }];
    }),
  );
  return read.flat();
}

async function readBytes({ outRoot, prefix }: WorkshopId, name: SideLogName, ctx: Context): Promise<Uint8Array> {
  return (await keeperOf(outRoot, workshopFolder(outRoot, prefix)).read(name, ctx)) ?? new Uint8Array();
}

function intactLines(
  bytes: Uint8Array,
  text: LogLines<Entry>,
  name: SideLogName,
  id: WorkshopId,
  ctx: Context,
): Uint8Array {
  const damaged = new Set(text.damaged.map(({ line }) => line));
  const lines = new TextDecoder().decode(bytes.subarray(0, text.completeBytes)).split('\n').slice(0, -1);
  const intact = lines.filter((_, index) => !damaged.has(index + 1));
  const header = { ...SIDE_LOGS[name].header(id, text.entries), at: ctx.now().toISOString() };
  const rescued =
    SIDE_LOGS[name].rescue?.(
      text.damaged.map(({ raw }) => raw),
      intact,
    ) ?? [];
  const added = rescued.map((entry) => encodeLogLine({ ...entry, at: ctx.now().toISOString() }));
  const whole = [...(lacksHeader(text) ? [encodeLogLine(header)] : []), ...intact, ...added];
  return new TextEncoder().encode(whole.map((line) => `${line}\n`).join(''));
}

/** An email that only damaged lines name may have arrived: without a line it would be sent a second time. */
function mailsInDoubt(texts: readonly string[], intact: readonly string[]): object[] {
  const known = new Set(intact.flatMap((line) => line.match(MESSAGE_ID) ?? []));
  const named = new Set(texts.flatMap((text) => text.match(MESSAGE_ID) ?? []));
  return [...named]
    .filter((id) => !known.has(id))
    .map((message_id) => ({ type: 'mail_unknown', message_id, reason: 'its lines in handouts.jsonl are damaged' }));
}

/** `<k7f3q2xw.1@example.org>`, as `messageIdOf` makes it */
const MESSAGE_ID = /<[a-z2-7]{8}(?:-[0-9a-f]{16})?\.\d+@[^\s"<>\\]+>/g;

function lacksHeader({ entries, isEmpty }: LogLines<Entry>): boolean {
  return !isEmpty && entries[0]?.version === undefined;
}

function refuseNewer({ name, path, text }: ReadLog): void {
  const version = text.entries[0]?.version;
  if (version === undefined || version <= SIDE_LOGS[name].version) return;
  throw usageError('log_newer', `${path} was written by a newer orkeys (format ${version}).`, { hint: HOW_TO_UPDATE });
}
