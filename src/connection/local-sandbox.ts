import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { cannotSaveError } from '../errors.ts';
import { acquireLock } from '../files/lock.ts';
import { openOutputFolder } from '../files/output-folder.ts';
import { MANAGEMENT_KEY, SandboxAccount } from '../sandbox/account.ts';
import { startSandbox } from '../sandbox/server.ts';
import { openAccountFile } from '../sandbox/state-file.ts';
import { Secret } from '../secret.ts';

export interface LocalSandbox {
  baseUrl: string;
  managementKey: Secret;
  close(): Promise<void>;
}

/**
 * The sandbox in this process. Its account is saved in the output folder, so that later commands find its keys.
 * A dry run writes nothing: if there is no account yet, it uses an empty one in memory.
 */
export async function openLocalSandbox(outRoot: string, dryRun: boolean, ctx: Context): Promise<LocalSandbox> {
  const path = join(outRoot, 'account.jsonl');
  if (dryRun && !existsSync(path)) return serve(new SandboxAccount(ctx), async () => undefined);
  await openOutputFolder({ folder: outRoot, root: outRoot, files: [] }, ctx);
  const lock = await acquireLock(outRoot, { ...ctx, command: 'a command with --sandbox' });
  try {
    const file = openAccount(path, ctx);
    return await serve(file.account, async () => {
      file.close();
      await lock.release();
    });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function serve(account: SandboxAccount, afterwards: () => Promise<void>): Promise<LocalSandbox> {
  const server = await startSandbox({ account });
  return {
    baseUrl: server.url,
    managementKey: new Secret(MANAGEMENT_KEY),
    close: async () => {
      await server.close();
      await afterwards();
    },
  };
}

function openAccount(path: string, ctx: Context) {
  try {
    return openAccountFile(path, { now: ctx.now, random: ctx.random });
  } catch (error) {
    throw cannotSaveError('sandbox_state', `${path}: ${error instanceof Error ? error.message : 'cannot be used'}`, {
      hint: 'To start with an empty sandbox account, move the file.',
    });
  }
}
