import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, invariant, usageError } from '../../errors.ts';
import { decodeJournal, encodeEntry } from '../../journal/codec.ts';
import type { JournalEntry } from '../../journal/entry.ts';
import { foldJournal, heldKeys } from '../../journal/fold.ts';
import { neededVersion } from '../../journal/journal.ts';
import { restoreKeys } from '../../journal/restore.ts';
import { readSavedKeys } from '../../journal/saved-keys.ts';
import { newTag } from '../../keys/key-name.ts';
import { checkBaseUrl } from '../../openrouter/base-url.ts';
import { DEFAULT_BASE_URL, readSettings } from '../../settings.ts';
import { printJson } from '../../terminal/json.ts';
import { HOW_TO_UPDATE } from '../../workshop/how-to-update.ts';
import { type LocalFlags, type LocalWorkshop, readLocalWorkshop } from '../../workshop/local-workshop.ts';
import type { OpenKeeper } from '../../workshop/log-keeper.ts';
import { keeperOf } from '../../workshop/shelf.ts';
import { repairSideLogs } from '../../workshop/side-logs.ts';
import { commandFor, SANDBOX } from '../../workshop/workshop-id.ts';
import { type RepairedView, renderRepaired, repairedJson } from './screen.ts';

export interface RepairFlags extends LocalFlags {
  dryRun: boolean;
}

/** The new content of a journal: its intact lines, followed by added entries. */
interface NewContent {
  intactLines: string[];
  added: JournalEntry[];
  /** numbers of the lines that are dropped, 1-based */
  dropped: number[];
}

/** Repairs a damaged journal: keeps all intact lines, and lets the next run resolve the others by checking the account. */
export function runJournalRepair(prefix: string, flags: RepairFlags, ctx: Context): Promise<ExitCode> {
  return rewrite('repair', prefix, flags, ctx, (local) => {
    const at = ctx.now().toISOString();
    const content = newContent(local, flags, ctx);
    if (content.dropped.length === 0) return undefined;
    const state = foldJournal([...local.text.entries, ...content.added]);
    const held = new Set(heldKeys(state).map(({ tag }) => tag));
    const tags = new Set(local.text.damaged.flatMap((line) => line.tags.filter((tag) => !held.has(tag))));
    const unresolved = [...tags].map((tag): JournalEntry => ({ type: 'damaged', at, tag }));
    return { ...content, added: [...content.added, ...unresolved] };
  });
}

/** Rebuilds a missing or outdated journal from keys.json. Never creates a key. */
export function runJournalRebuild(prefix: string, flags: RepairFlags, ctx: Context): Promise<ExitCode> {
  return rewrite('rebuild', prefix, flags, ctx, (local) => {
    if (readSavedKeys(local.keys ?? new Uint8Array()) === undefined) {
      throw usageError('keys_unreadable', `No readable keys.json in ${local.folder}.`, {
        hint: 'Restore keys.json or journal.jsonl from a backup.',
      });
    }
    const content = newContent(local, flags, ctx);
    if (content.dropped.length > 0) {
      throw usageError('journal_damaged', `${local.journalPath} is damaged. Nothing was changed.`, {
        hint: `Repair it with: ${commandFor(local.id, 'journal', 'repair')}`,
      });
    }
    return content.added.length === 0 ? undefined : content;
  });
}

async function rewrite(
  what: 'repair' | 'rebuild',
  typed: string,
  flags: RepairFlags,
  ctx: Context,
  decide: (local: LocalWorkshop) => NewContent | undefined,
): Promise<ExitCode> {
  const { folder, id } = await readLocalWorkshop(typed, flags, ctx);
  const open = flags.dryRun ? undefined : await keeperOf(id.outRoot, folder).open(`journal ${what}`, ctx);
  try {
    const local = await readLocalWorkshop(typed, flags, ctx);
    refuseNewer(local);
    const content = decide(local);
    const logs = what === 'repair' ? await repairSideLogs(id, flags.dryRun, ctx) : [];
    const backup = content && open ? await replaceJournal(open, content) : undefined;
    const view: RepairedView = {
      what,
      path: local.journalPath,
      prefix: local.id.prefix,
      next: commandFor(local.id, 'export'),
      dryRun: flags.dryRun,
      backup,
      kept: local.text.entries.length,
      dropped: content?.dropped ?? [],
      restored: content?.added.filter(({ type }) => type === 'created').length ?? 0,
      toResolve: content?.added.flatMap((entry) => (entry.type === 'damaged' ? [entry.tag] : [])) ?? [],
      changed: content !== undefined,
      logs,
    };
    if (flags.json) printJson(ctx, repairedJson(view, { prefix: local.id.prefix, folder, sandbox: flags.sandbox }));
    else ctx.stdout.write(renderRepaired(view));
    return EXIT.OK;
  } finally {
    await open?.close();
  }
}

function newContent({ bytes, text, state, keys, id }: LocalWorkshop, flags: RepairFlags, ctx: Context): NewContent {
  const at = ctx.now().toISOString();
  const dropped = text.damaged.map(({ line }) => line);
  const lines = new TextDecoder().decode((bytes ?? new Uint8Array()).subarray(0, text.completeBytes)).split('\n');
  const intact = lines.slice(0, -1).filter((_, index) => !dropped.includes(index + 1));
  const added = restoreKeys(readSavedKeys(keys ?? new Uint8Array()) ?? [], state, at, () => newTag(ctx.random));
  const version = neededVersion([...text.entries, ...added]);
  if (state.header && state.header.version >= version) return { intactLines: intact, added, dropped };
  if (state.header) return { intactLines: intact, added: [{ ...state.header, version, at }, ...added], dropped };
  const baseUrl = readSettings(ctx).get('ORKEYS_BASE_URL') ?? DEFAULT_BASE_URL;
  const header: JournalEntry = {
    type: 'journal',
    version,
    at,
    prefix: id.prefix,
    base_url: flags.sandbox ? SANDBOX : checkBaseUrl(baseUrl),
    account: undefined,
  };
  return { intactLines: [encodeEntry(header), ...intact], added, dropped };
}

/** Returns the path of the backup. The old journal is kept, because more may be recoverable from it by hand. */
async function replaceJournal(open: OpenKeeper, content: NewContent): Promise<string | undefined> {
  const text = [...content.intactLines, ...content.added.map(encodeEntry)].map((line) => `${line}\n`).join('');
  const bytes = Buffer.from(text);
  const check = decodeJournal(bytes);
  invariant(
    check.damaged.length === 0 && foldJournal(check.entries).header !== undefined,
    'a repaired journal is intact',
  );
  return open.replaceLog('journal', bytes);
}

function refuseNewer({ text, journalPath }: LocalWorkshop): void {
  if (text.newerVersion === undefined) return;
  throw usageError('journal_newer', `${journalPath} was written by a newer orkeys (format ${text.newerVersion}).`, {
    hint: HOW_TO_UPDATE,
  });
}
