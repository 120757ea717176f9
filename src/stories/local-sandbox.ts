import { join } from 'node:path';
import type { Context } from '../context.ts';
import { cannotSaveError } from '../errors.ts';
import { acquireLock } from '../files/lock.ts';
import { openOutputFolder } from '../files/output-folder.ts';
import { MANAGEMENT_KEY } from '../sandbox/account.ts';
import { startSandbox } from '../sandbox/server.ts';
import { openAccountFile } from '../sandbox/state-file.ts';
import { Secret } from '../secret.ts';

export interface LocalSandbox {
  baseUrl: string;
  managementKey: Secret;
  close(): Promise<void>;
}

/** The sandbox in this process, its account kept in the output folder, so that commands after this one find its keys. */
export async function openLocalSandbox(outRoot: string, ctx: Context): Promise<LocalSandbox> {
  await openOutputFolder({ folder: outRoot, root: outRoot, files: [] }, ctx);
  const lock = await acquireLock(outRoot, { ...ctx, command: 'a command with --sandbox' });
  const file = openAccount(join(outRoot, 'account.jsonl'), ctx);
  const server = await startSandbox({ account: file.account });
  return {
    baseUrl: server.url,
    managementKey: new Secret(MANAGEMENT_KEY),
    close: async () => {
      await server.close();
      file.close();
      await lock.release();
    },
  };
}

function openAccount(path: string, ctx: Context) {
  try {
    return openAccountFile(path, { now: ctx.now, random: ctx.random });
  } catch (error) {
    throw cannotSaveError('sandbox_state', `${path}: ${error instanceof Error ? error.message : 'cannot be used'}`, {
      hint: 'Move the file away to start with an empty sandbox account.',
    });
  }
}
