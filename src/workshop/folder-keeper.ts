import { join } from 'node:path';
import type { Context } from '../context.ts';
import { type AppendFile, openAppendFile } from '../files/append-file.ts';
import { guardAgainstGit } from '../files/git-guard.ts';
import { acquireLock } from '../files/lock.ts';
import { openOutputFolder } from '../files/output-folder.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { removeLeftovers } from '../files/temporary.ts';
import type { LogKeeper, LogName, OpenKeeper, OpenSideLog } from './log-keeper.ts';
import { readIfExists } from './read-if-exists.ts';

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
      const { warnings } = await openOutputFolder({ folder, root: outRoot, files: RESULT_FILES }, ctx);
      warnings.push(...(await guardAgainstGit({ folder, files: RESULT_FILES, env: ctx.env })));
      const lock = await acquireLock(folder, { ...ctx, command });
      const files: AppendFile[] = [];
      const close = async () => {
        for (const file of files) await file.close();
        await lock.release();
      };
      try {
        await removeLeftovers(folder, ctx);
      } catch (error) {
        await close();
        throw error;
      }
      return {
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
        close,
      };
    },
    async hold(work, ctx) {
      await openOutputFolder({ folder, root: outRoot, files: RESULT_FILES }, ctx);
      return acquireLock(folder, { ...ctx, command: work, lockName: work });
    },
    async openSideLog(log, command, ctx): Promise<OpenSideLog> {
      const files = [...RESULT_FILES, LOG_FILES[log]];
      const { warnings } = await openOutputFolder({ folder, root: outRoot, files }, ctx);
      warnings.push(...(await guardAgainstGit({ folder, files: [...GUARDED_FILES, LOG_FILES[log]], env: ctx.env })));
      const lock = await acquireLock(folder, { ...ctx, command, lockName: log });
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

async function replaceLog(folder: string, log: LogName, bytes: Uint8Array, ctx: Context): Promise<string | undefined> {
  const path = join(folder, LOG_FILES[log]);
  const before = await readIfExists(path);
  const at = ctx.now().toISOString().replaceAll(/[-:]/g, '').slice(0, 15);
  const backup = before?.length ? join(folder, `${log}-before-${at}.jsonl`) : undefined;
  if (before && backup !== undefined) await writePrivateFile(backup, before, ctx);
  await writePrivateFile(path, bytes, ctx);
  return backup;
}
