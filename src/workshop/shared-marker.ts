import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { usageError } from '../errors.ts';
import { type FileTools, writePrivateFile } from '../files/private-file.ts';
import { parseJson } from '../parse-json.ts';
import { readIfExists } from './read-if-exists.ts';

/** In the folder of a workshop: its logs are in a database. Without it, they are files in the folder. */
export const SHARED_FILE = 'shared.json';
/** The key of the shared workshop, so that nobody types its password at each command. As secret as keys.json beside it. */
export const SHARED_KEY_FILE = 'shared.key';

export interface SharedMarker {
  /** where the database is, without a password */
  url: string;
  /** UUID of the workshop */
  workshop: string;
  prefix: string;
  /** who this is, for the others */
  member: string;
  /** `starting` and `leaving`: the logs are on their way into the database, or back into files */
  state: 'joined' | 'starting' | 'leaving';
  /** whether commands write keys.json and keys.xlsx here */
  files: boolean;
}

const VERSION = 1;

export function isMarkedShared(folder: string): boolean {
  return existsSync(join(folder, SHARED_FILE));
}

/** Undefined when there is none. Throws CliError (exit 2) for one that this program cannot read. */
export async function readMarker(folder: string): Promise<SharedMarker | undefined> {
  const path = join(folder, SHARED_FILE);
  const bytes = await readIfExists(path);
  if (bytes === undefined) return undefined;
  const marker = markerIn(Buffer.from(bytes).toString('utf8'));
  if (marker) return marker;
  throw usageError('share_newer', `${path} is damaged, or was written by a newer orkeys.`, {
    hint: 'Join the workshop again with: orkeys share join',
  });
}

export async function writeMarker(folder: string, marker: SharedMarker, tools: FileTools): Promise<void> {
  const text = `${JSON.stringify({ version: VERSION, ...marker }, null, 2)}\n`;
  await writePrivateFile(join(folder, SHARED_FILE), Buffer.from(text), tools);
}

function markerIn(text: string): SharedMarker | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const fields = new Map<string, unknown>(Object.entries(value));
  const word = (name: string) => {
    const field = fields.get(name);
    return typeof field === 'string' && field !== '' ? field : undefined;
  };
  const [url, workshop, prefix, member] = [word('url'), word('workshop'), word('prefix'), word('member')];
  const state = (['joined', 'starting', 'leaving'] as const).find((each) => each === fields.get('state'));
  if (fields.get('version') !== VERSION || !url || !workshop || !prefix || !member || !state) return undefined;
  return { url, workshop, prefix, member, state, files: fields.get('files') !== false };
}
