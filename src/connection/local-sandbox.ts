import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { cannotSaveError } from '../errors.ts';
import { openOutputFolder } from '../files/output-folder.ts';
import { MANAGEMENT_KEY, SandboxAccount } from '../sandbox/account.ts';
import { startSandbox } from '../sandbox/server.ts';
import { type AccountFile, openAccountFile } from '../sandbox/state-file.ts';
import { Secret } from '../secret.ts';

export interface LocalSandbox {
  baseUrl: string;
  managementKey: Secret;
  close(): Promise<void>;
}

/**
 * The sandbox in this process. Its account is saved in the output folder, so that later commands, and those that run at the same
 * time, find its keys. A dry run writes nothing: if there is no account yet, it uses an empty one in memory.
 */
export async function openLocalSandbox(outRoot: string, dryRun: boolean, ctx: Context): Promise<LocalSandbox> {
  const path = join(outRoot, 'account.jsonl');
  if (dryRun && !hasContent(path)) return serve(new SandboxAccount(ctx), () => undefined);
  if (!dryRun) await openOutputFolder({ folder: outRoot, root: outRoot, files: [] }, ctx);
  const file = openAccount(path, ctx);
  try {
    return await serve(file.account, file.close);
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The account of `openLocalSandbox` without its server; undefined if no command with --sandbox has created one there. */
export function openSandboxAccount(outRoot: string, ctx: Context): AccountFile | undefined {
  const path = join(outRoot, 'account.jsonl');
  return hasContent(path) ? openAccount(path, ctx) : undefined;
}

function hasContent(path: string): boolean {
  return (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

async function serve(account: SandboxAccount, afterwards: () => void): Promise<LocalSandbox> {
  const server = await startSandbox({ account });
  return {
    baseUrl: server.url,
    managementKey: new Secret(MANAGEMENT_KEY),
    close: async () => {
      await server.close();
      afterwards();
    },
  };
}

function openAccount(path: string, ctx: Context): AccountFile {
  try {
    return openAccountFile(path, { now: ctx.now, random: ctx.random });
  } catch (error) {
    throw cannotSaveError('sandbox_state', `${path}: ${error instanceof Error ? error.message : 'cannot be used'}`, {
      hint: 'To start with an empty sandbox account, move the file.',
    });
  }
}
