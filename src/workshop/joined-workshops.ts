import { join } from 'node:path';
import { settingsFolder, whileSettingsLocked } from '../connection/profiles.ts';
import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import { writePrivateFile } from '../files/private-file.ts';
import { readTextSafely } from '../files/safe-read.ts';
import { parseJson } from '../parse-json.ts';
import { type DatabaseAddress, databaseUrl } from '../postgres/share-url.ts';
import { readSettings } from '../settings.ts';
import { quoteArgument } from '../shell.ts';
import { SHARED_FILE, type SharedMarker } from './shared-marker.ts';

/** A shared workshop that somebody on this computer named the database of. */
interface Joined {
  /** UUID */
  workshop: string;
  /** host, port and name of its database */
  database: string;
}

/**
 * Remembers, in the folder for settings, which database a workshop is in. The folder of the workshop may have been planted: what its
 * `shared.json` says alone would send keys, and the password of a database, to a stranger.
 */
export async function rememberJoined(workshop: string, address: DatabaseAddress, ctx: Context): Promise<void> {
  const joined: Joined = { workshop, database: placeOf(address) };
  if ((await readJoined(ctx)).some((each) => isSame(each, joined))) return;
  await whileSettingsLocked('share', ctx, async () => {
    const others = (await readJoined(ctx)).filter((each) => !isSame(each, joined));
    const text = JSON.stringify({ version: 1, workshops: [...others, joined] }, null, 2);
    await writePrivateFile(pathIn(ctx), Buffer.from(`${text}\n`), ctx);
  });
}

/** Throws `share_not_joined` (exit 2) unless it was joined here, or the environment names its database. */
export async function requireJoined(
  { workshop, prefix }: Pick<SharedMarker, 'workshop' | 'prefix'>,
  address: DatabaseAddress,
  ctx: Context,
): Promise<void> {
  if (readSettings(ctx).sourceOf('ORKEYS_SHARE_URL') === 'environment') return;
  const database = placeOf(address);
  if ((await readJoined(ctx)).some((each) => isSame(each, { workshop, database }))) return;
  const join = ['orkeys', 'share', 'join', databaseUrl(address), '--prefix', prefix].map((word) => quoteArgument(word));
  throw usageError(
    'share_not_joined',
    `${SHARED_FILE} says that ${prefix} is in ${database}, but this computer has not joined it there. Nothing was sent.`,
    { hint: `If this is your database: ${join.join(' ')}. Or set ORKEYS_SHARE_URL in the environment.` },
  );
}

function pathIn(ctx: Context): string {
  return join(settingsFolder(ctx), 'shared-workshops.json');
}

/** None where the file says something else: joining once more repairs it. */
async function readJoined(ctx: Context): Promise<Joined[]> {
  const value = parseJson((await readTextSafely(pathIn(ctx))) ?? '');
  const list = typeof value === 'object' && value !== null && 'workshops' in value ? value.workshops : undefined;
  return Array.isArray(list) ? list.filter(isJoined) : [];
}

function isJoined(value: unknown): value is Joined {
  const fields = new Map<string, unknown>(Object.entries(typeof value === 'object' && value !== null ? value : {}));
  return typeof fields.get('workshop') === 'string' && typeof fields.get('database') === 'string';
}

function isSame(one: Joined, other: Joined): boolean {
  return one.workshop === other.workshop && one.database === other.database;
}

function placeOf({ host, port, database }: DatabaseAddress): string {
  return `${host}:${port}/${database}`;
}
