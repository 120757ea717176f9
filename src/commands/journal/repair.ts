import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, invariant, usageError } from '../../errors.ts';
import { decodeJournal, encodeEntry } from '../../journal/codec.ts';
import { JOURNAL_VERSION, type JournalEntry } from '../../journal/entry.ts';
import { foldJournal } from '../../journal/fold.ts';
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
import { commandFor, SANDBOX } from '../../workshop/workshop-id.ts';
import { type RepairedView, renderRepaired, repairedJson } from './screen.ts';

export interface RepairFlags extends LocalFlags {
  dryRun: boolean;
}

/** What a journal shall be: its good lines as they are, and entries after them. */
interface Repairing {
  goodLines: string[];
  added: JournalEntry[];
  /** 1-based */
  left: number[];
}

/** Makes a damaged journal whole: keeps all good lines, and lets the next run find out by looking what the others said. */
export function runJournalRepair(prefix: string, flags: RepairFlags, ctx: Context): Promise<ExitCode> {
  return repair('repair', prefix, flags, ctx, (local) => {
    const at = ctx.now().toISOString();
    const repairing = repairingOf(local, flags, ctx);
    if (repairing.left.length === 0) return undefined;
    const tags = new Set(local.text.damaged.flatMap((line) => line.tags));
    const settle = [...tags].map((tag): JournalEntry => ({ type: 'damaged', at, tag }));
    return { ...repairing, added: [...repairing.added, ...settle] };
  });
}

/** Makes a journal from a keys.json whose journal is gone or older. Never mints anything. */
export function runJournalRebuild(prefix: string, flags: RepairFlags, ctx: Context): Promise<ExitCode> {
  return repair('rebuild', prefix, flags, ctx, (local) => {
    if (readSavedKeys(local.keys ?? new Uint8Array()) === undefined) {
      throw usageError('keys_unreadable', `There is no readable keys.json in ${local.folder}.`, {
        hint: 'Put back keys.json or journal.jsonl from a copy.',
      });
    }
    const repairing = repairingOf(local, flags, ctx);
    if (repairing.left.length > 0) {
      throw usageError('journal_damaged', `${local.journalPath} is damaged; nothing was changed.`, {
        hint: `Repair it with: ${commandFor(local.id, 'journal', 'repair')}`,
      });
    }
    return repairing.added.length === 0 ? undefined : repairing;
  });
}

async function repair(
  what: 'repair' | 'rebuild',
  typed: string,
  flags: RepairFlags,
  ctx: Context,
  decide: (local: LocalWorkshop) => Repairing | undefined,
): Promise<ExitCode> {
  const { folder, id } = await readLocalWorkshop(typed, flags, ctx);
  const open = flags.dryRun ? undefined : await keeperOf(id.outRoot, folder).open(`journal ${what}`, ctx);
  try {
    const local = await readLocalWorkshop(typed, flags, ctx);
    refuseNewer(local);
    const repairing = decide(local);
    const backup = repairing && open ? await replaceJournal(open, repairing) : undefined;
    const view: RepairedView = {
      what,
      path: local.journalPath,
      prefix: local.id.prefix,
      next: commandFor(local.id, 'export'),
      dryRun: flags.dryRun,
      backup,
      kept: local.text.entries.length,
      left: repairing?.left ?? [],
      restored: repairing?.added.filter(({ type }) => type === 'created').length ?? 0,
      toSettle: repairing?.added.flatMap((entry) => (entry.type === 'damaged' ? [entry.tag] : [])) ?? [],
      changed: repairing !== undefined,
    };
    if (flags.json) printJson(ctx, repairedJson(view, { prefix: local.id.prefix, folder, sandbox: flags.sandbox }));
    else ctx.stdout.write(renderRepaired(view));
    return EXIT.OK;
  } finally {
    await open?.close();
  }
}

function repairingOf({ bytes, text, state, keys, id }: LocalWorkshop, flags: RepairFlags, ctx: Context): Repairing {
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

/** The journal as it was stays under another name: whoever can read more out of it may. */
async function replaceJournal(open: OpenKeeper, repairing: Repairing): Promise<string | undefined> {
  const text = [...repairing.goodLines, ...repairing.added.map(encodeEntry)].map((line) => `${line}\n`).join('');
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
