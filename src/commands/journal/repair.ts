import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { acquireLock } from '../../files/lock.ts';
import { writePrivateFile } from '../../files/private-file.ts';
import { removeLeftovers } from '../../files/temporary.ts';
import { decodeJournal, encodeEntry } from '../../journal/codec.ts';
import { JOURNAL_VERSION, type JournalEntry } from '../../journal/entry.ts';
import { foldJournal } from '../../journal/fold.ts';
import { restoreKeys } from '../../journal/restore.ts';
import { readSavedKeys } from '../../journal/saved-keys.ts';
import { newTag } from '../../keys/key-name.ts';
import { checkBaseUrl } from '../../openrouter/base-url.ts';
import { DEFAULT_BASE_URL, readSettings } from '../../settings.ts';
import { printJson } from '../../terminal/json.ts';
import { type LocalFlags, type LocalWorkshop, readLocalWorkshop } from '../../workshop/local-workshop.ts';
import { commandFor, JOURNAL_FILE, SANDBOX } from '../../workshop/trusted-journal.ts';
import { type MendedView, mendedJson, renderMended } from './screen.ts';

export interface MendFlags extends LocalFlags {
  dryRun: boolean;
}

/** What a journal shall be: its good lines as they are, and entries after them. */
interface Mending {
  goodLines: string[];
  added: JournalEntry[];
  /** 1-based */
  left: number[];
}

/** Makes a damaged journal whole: keeps all good lines, and lets the next run find out by looking what the others said. */
export function runJournalRepair(prefix: string, flags: MendFlags, ctx: Context): Promise<ExitCode> {
  return mend('repair', prefix, flags, ctx, (local) => {
    const at = ctx.now().toISOString();
    const mending = mendingOf(local, flags, ctx);
    if (mending.left.length === 0) return undefined;
    const tags = new Set(local.text.damaged.flatMap((line) => line.tags));
    const settle = [...tags].map((tag): JournalEntry => ({ type: 'damaged', at, tag }));
    return { ...mending, added: [...mending.added, ...settle] };
  });
}

/** Makes a journal from a keys.json whose journal is gone or older. Never mints anything. */
export function runJournalRebuild(prefix: string, flags: MendFlags, ctx: Context): Promise<ExitCode> {
  return mend('rebuild', prefix, flags, ctx, (local) => {
    if (readSavedKeys(local.keys ?? new Uint8Array()) === undefined) {
      throw usageError('keys_unreadable', `There is no readable keys.json in ${local.folder}.`, {
        hint: 'Put back keys.json or journal.jsonl from a copy.',
      });
    }
    const mending = mendingOf(local, flags, ctx);
    if (mending.left.length > 0) {
      throw usageError('journal_damaged', `${local.journalPath} is damaged; nothing was changed.`, {
        hint: `Mend it with: ${commandFor(local.id, 'journal', 'repair')}`,
      });
    }
    return mending.added.length === 0 ? undefined : mending;
  });
}

async function mend(
  what: 'repair' | 'rebuild',
  typed: string,
  flags: MendFlags,
  ctx: Context,
  decide: (local: LocalWorkshop) => Mending | undefined,
): Promise<ExitCode> {
  const { folder } = await readLocalWorkshop(typed, flags, ctx);
  const lock = flags.dryRun ? undefined : await acquireLock(folder, { ...ctx, command: `journal ${what}` });
  try {
    if (lock) await removeLeftovers(folder);
    const local = await readLocalWorkshop(typed, flags, ctx);
    refuseNewer(local);
    const mending = decide(local);
    const backup = mending && !flags.dryRun ? await replaceJournal(local, mending, ctx) : undefined;
    const view: MendedView = {
      what,
      path: local.journalPath,
      prefix: local.id.prefix,
      next: commandFor(local.id, 'export'),
      dryRun: flags.dryRun,
      backup,
      kept: local.text.entries.length,
      left: mending?.left ?? [],
      restored: mending?.added.filter(({ type }) => type === 'created').length ?? 0,
      toSettle: mending?.added.flatMap((entry) => (entry.type === 'damaged' ? [entry.tag] : [])) ?? [],
      changed: mending !== undefined,
    };
    if (flags.json) printJson(ctx, mendedJson(view, { prefix: local.id.prefix, folder, sandbox: flags.sandbox }));
    else ctx.stdout.write(renderMended(view));
    return EXIT.OK;
  } finally {
    await lock?.release();
  }
}

function mendingOf({ bytes, text, state, keys, id }: LocalWorkshop, flags: MendFlags, ctx: Context): Mending {
  const at = ctx.now().toISOString();
  const left = text.damaged.map(({ line }) => line);
  const lines = new TextDecoder().decode((bytes ?? new Uint8Array()).subarray(0, text.wholeBytes)).split('\n');
  const good = lines.slice(0, -1).filter((_, index) => !left.includes(index + 1));
  const added = restoreKeys(readSavedKeys(keys ?? new Uint8Array()) ?? [], state, at, () => newTag(ctx.random));
  if (state.header) return { goodLines: good, added, left };
  const set = readSettings(ctx).get('ORKEYS_BASE_URL') ?? DEFAULT_BASE_URL;
  const header: JournalEntry = {
    type: 'journal',
    version: JOURNAL_VERSION,
    at,
    prefix: id.prefix,
    base_url: flags.sandbox ? SANDBOX : checkBaseUrl(set),
    account: undefined,
  };
  return { goodLines: [encodeEntry(header), ...good], added, left };
}

/** The old journal stays under another name: whoever can read more out of it may. */
async function replaceJournal(local: LocalWorkshop, mending: Mending, ctx: Context): Promise<string | undefined> {
  const text = [...mending.goodLines, ...mending.added.map(encodeEntry)].map((line) => `${line}\n`).join('');
  const check = decodeJournal(Buffer.from(text));
  if (check.damaged.length > 0 || !foldJournal(check.entries).header)
    throw new Error('The mended journal is not whole.');
  let backup: string | undefined;
  if (local.bytes !== undefined && local.bytes.length > 0) {
    backup = join(local.folder, `journal-before-${ctx.now().toISOString().replaceAll(/[-:]/g, '').slice(0, 15)}.jsonl`);
    await writePrivateFile(backup, local.bytes, ctx);
  }
  await writePrivateFile(join(local.folder, JOURNAL_FILE), Buffer.from(text), ctx);
  return backup;
}

function refuseNewer({ text, journalPath }: LocalWorkshop): void {
  if (text.newerVersion === undefined) return;
  throw usageError('journal_newer', `${journalPath} was written by a newer orkeys (format ${text.newerVersion}).`, {
    hint: 'Update orkeys: npm install -g orkeys@latest',
  });
}
