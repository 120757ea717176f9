import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError, EXIT } from '../errors.ts';
import { writePrivateFile } from '../files/private-file.ts';
import type { Database } from '../postgres/database.ts';
import { readSlots, type WorkshopRow } from '../postgres/workshops.ts';
import { keyFromText, keyText, openSlot } from '../sealed-log/password-slot.ts';
import { Secret } from '../secret.ts';
import { readSettings } from '../settings.ts';
import { readIfExists } from './read-if-exists.ts';
import { SHARED_KEY_FILE } from './shared-marker.ts';

/** The key of a workshop: kept in its folder since it was joined, or else opened with a member's password. */
export async function findWorkshopKey(
  folder: string,
  row: WorkshopRow,
  database: Database,
  ctx: Context,
): Promise<KeyObject> {
  const bytes = await readIfExists(join(folder, SHARED_KEY_FILE));
  const kept = bytes && keyFromText(Buffer.from(bytes).toString('latin1'));
  if (kept) return kept;
  return openWithPassword(row, typedPassword(row.prefix, ctx), database);
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

/** ORKEYS_SHARE_PASSWORD. */
export function typedPassword(prefix: string, ctx: Context): Secret {
  const typed = readSettings(ctx).get('ORKEYS_SHARE_PASSWORD');
  if (typed !== undefined) {
    const password = new Secret(typed);
    ctx.redactor.learn(password);
    return password;
  }
  throw new CliError(
    'share_password',
    EXIT.NOT_AUTHORIZED,
    `The password of the shared workshop ${prefix} is missing.`,
    {
      hint: 'Set ORKEYS_SHARE_PASSWORD.',
    },
  );
}

export async function keepWorkshopKey(folder: string, key: KeyObject, ctx: Context): Promise<void> {
  await writePrivateFile(join(folder, SHARED_KEY_FILE), Buffer.from(`${keyText(key)}\n`), ctx);
}
