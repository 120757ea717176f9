import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { removeTree } from '../files/remove-tree.ts';
import type { Database } from '../postgres/database.ts';
import { readSlots, type WorkshopRow } from '../postgres/workshops.ts';
import { keyFromText, keyText, openSlot } from '../sealed-log/password-slot.ts';
import { Secret } from '../secret.ts';
import { readSettings } from '../settings.ts';
import { stopIfCancelled } from '../terminal/confirm.ts';
import { readSecret } from '../terminal/secret-prompt.ts';
import { readIfExists } from './read-if-exists.ts';
import { SHARED_KEY_FILE } from './shared-marker.ts';

/** The key of a workshop: kept in its folder since it was joined, or else opened with a member's password. */
export async function findWorkshopKey(
  folder: string,
  row: WorkshopRow,
  database: Database,
  ctx: Context,
): Promise<KeyObject> {
  const kept = await keptWorkshopKey(folder);
  if (kept) return kept;
  return openWithPassword(row, await askPassword(row.prefix, ctx), database);
}

/** Tries the password on each member's slot; `member`: whose is tried first. Throws `share_password` (exit 4). */
export async function openWithPassword(
  { id, prefix }: Pick<WorkshopRow, 'id' | 'prefix'>,
  password: Secret,
  database: Database,
  member?: string,
): Promise<KeyObject> {
  const slots = await readSlots(database, id).catch((error: unknown) => {
    throw database.explain(error);
  });
  for (const slot of [...slots].sort((a, b) => Number(b.label === member) - Number(a.label === member))) {
    const key = await openSlot(slot, password, id);
    if (key) return key;
  }
  throw new CliError(
    'share_password',
    EXIT.NOT_AUTHORIZED,
    `This is not a password of the shared workshop ${prefix}.`,
    {
      hint: 'Ask who shared it. Each member may have a password of their own.',
    },
  );
}

/** ORKEYS_SHARE_PASSWORD, or typed at a prompt. `fromPipe`: the first line of standard input will do, too. */
export async function askPassword(prefix: string, ctx: Context, fromPipe = false): Promise<Secret> {
  const set = readSettings(ctx).get('ORKEYS_SHARE_PASSWORD');
  if (set !== undefined) {
    const password = new Secret(set);
    ctx.redactor.learn(password);
    return password;
  }
  const typed = ctx.stdin.isTTY || fromPipe ? await readSecret(ctx, `Password of ${prefix}`) : undefined;
  stopIfCancelled(ctx);
  if (typed) return typed;
  throw new CliError(
    'share_password',
    EXIT.NOT_AUTHORIZED,
    `The password of the shared workshop ${prefix} is missing.`,
    {
      hint: 'Set ORKEYS_SHARE_PASSWORD, or run the command on a terminal.',
    },
  );
}

/** Undefined where it is not kept. */
export async function keptWorkshopKey(folder: string): Promise<KeyObject | undefined> {
  const bytes = await readIfExists(join(folder, SHARED_KEY_FILE));
  return bytes && keyFromText(Buffer.from(bytes).toString('latin1'));
}

export async function keepWorkshopKey(folder: string, key: KeyObject, ctx: Context): Promise<void> {
  await writePrivateFile(join(folder, SHARED_KEY_FILE), Buffer.from(`${keyText(key)}\n`), ctx);
}

export async function forgetWorkshopKey(folder: string, ctx: Context): Promise<void> {
  await removeTree(join(folder, SHARED_KEY_FILE), ctx);
}
