import { join } from 'node:path';
import type { Context } from '../context.ts';
import { type AppendFile, openAppendFile } from '../files/append-file.ts';
import { guardAgainstGit } from '../files/git-guard.ts';
import { acquireLock, type Lock } from '../files/lock.ts';
import { openOutputFolder } from '../files/output-folder.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { removeLeftovers } from '../files/temporary.ts';
import type { LogKeeper, LogName, OpenKeeper, OpenSideLog } from './log-keeper.ts';
import { readIfExists } from './read-if-exists.ts';
import { whenFree } from './when-free.ts';

export const LOG_FILES: Readonly<Record<LogName, string>> = {
  journal: 'journal.jsonl',
  usage: 'usage.jsonl',
  handouts: 'handouts.jsonl',
};

export const JOURNAL_FILE = LOG_FILES.journal;
export const KEYS_FILE = 'keys.json';
export const RESULT_FILES: readonly string[] = [JOURNAL_FILE, KEYS_FILE, 'keys.xlsx', 'problems.xlsx'];
/** Folder in that of a workshop, with what is handed out: slips, tables, a folder for each person. */
export const HANDOUT_FOLDER = 'handout';
/** All that git must never see. */
export const GUARDED_FILES: readonly string[] = [...RESULT_FILES, LOG_FILES.handouts, HANDOUT_FOLDER];

/** Keeps the logs of a workshop as files in its folder in the output folder `outRoot`; both paths are absolute. */
export function createFolderKeeper({ outRoot, folder }: { outRoot: string; folder: string }): LogKeeper {
  return {
    read: (log) => readIfExists(join(folder, LOG_FILES[log])),
    async open(command, ctx): Promise<OpenKeeper> {
      const where = { outRoot, folder, files: RESULT_FILES, guarded: RESULT_FILES };
      const warnings = await prepareFolder(where, ctx);
      const lock = await lockFolder(folder, { command }, ctx);
      const files: AppendFile[] = [];
      const locks = [lock];
      const close = async () => {
        for (const file of files) await file.close();
        for (const each of locks) await each.release();
      };
      try {
        await removeLeftovers(folder, ctx);
      } catch (error) {
        await close();
        throw error;
      }
      return {
        writesResults: true,
        warnings,
        openLog: async (log) => {
          const file = await openAppendFile(join(folder, LOG_FILES[log]), ctx);
          files.push(file);
          if (file.warning !== undefined) warnings.push(file.warning);
          return file;
        },
        replaceLog: (log, bytes) => replaceLog(folder, log, bytes, ctx),
        overwriteLog: async (log, bytes) => {
          // Windows does not replace a file that is open.
          for (const file of files) await file.close();
          await writePrivateFile(join(folder, LOG_FILES[log]), bytes, ctx);
        },
        lockSideLog: async (log) => {
          locks.push(await lockFolder(folder, { command, lockName: log }, ctx));
        },
        // The process that has the lock file is the one that runs.
        stillHeld: async () => undefined,
        close,
      };
    },
    async hold(work, ctx) {
      await openOutputFolder({ folder, root: outRoot, files: RESULT_FILES }, ctx);
      return lockFolder(folder, { command: work, lockName: work }, ctx);
    },
    async openSideLog(log, command, ctx): Promise<OpenSideLog> {
      const files = [...RESULT_FILES, LOG_FILES[log]];
      const warnings = await prepareFolder(
        { outRoot, folder, files, guarded: [...GUARDED_FILES, LOG_FILES[log]] },
        ctx,
      );
      const lock = await lockFolder(folder, { command, lockName: log }, ctx);
      let file: AppendFile | undefined;
      const close = async () => {
        await file?.close();
        await lock.release();
      };
      try {
        file = await openAppendFile(join(folder, LOG_FILES[log]), ctx);
      } catch (error) {
        await close();
        throw error;
      }
      const opened = file;
      if (opened.warning !== undefined) warnings.push(opened.warning);
      return {
        warnings,
        append: (line) => opened.append(line),
        readWhole: () => opened.readWhole(),
        truncateTo: (bytes) => opened.truncateTo(bytes),
        replace: async (bytes) => {
          await opened.close();
          return replaceLog(folder, log, bytes, ctx);
        },
        close,
      };
    },
  };
}

function lockFolder(folder: string, lock: { command: string; lockName?: string }, ctx: Context): Promise<Lock> {
  return whenFree(() => acquireLock(folder, { ...ctx, ...lock }), ctx);
}

/** Makes the folder of a workshop and proves that results can be put into it. Returns warnings; throws CliError (exit 6). */
export async function prepareFolder(
  where: { outRoot: string; folder: string; files: readonly string[]; guarded: readonly string[] },
  ctx: Context,
): Promise<string[]> {
  const { outRoot, folder, files, guarded } = where;
  const { warnings } = await openOutputFolder({ folder, root: outRoot, files }, ctx);
  return [...warnings, ...(await guardAgainstGit({ folder, files: guarded, env: ctx.env }))];
}

/** The name of a copy of a log as it was. */
export function backupName(log: LogName, ctx: Context): string {
  const at = ctx.now().toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  return `${log}-before-${at}.jsonl`;
}

async function replaceLog(folder: string, log: LogName, bytes: Uint8Array, ctx: Context): Promise<string | undefined> {
  const path = join(folder, LOG_FILES[log]);
  const before = await readIfExists(path);
  const backup = before?.length ? join(folder, backupName(log, ctx)) : undefined;
  if (before && backup !== undefined) await writePrivateFile(backup, before, ctx);
  await writePrivateFile(path, bytes, ctx);
  return backup;
}
