import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '../secret.ts';
import type { DatabaseAddress } from './share-url.ts';

/** Where the password of a database role is looked up. */
export interface PasswordPlaces {
  /** environment and `.env` */
  get(name: string): string | undefined;
  home: string;
  platform: NodeJS.Platform;
}

/** As libpq finds it: the address, PGPASSWORD, then the password file. `note`: why the file was not used. */
export async function findRolePassword(
  address: DatabaseAddress,
  places: PasswordPlaces,
): Promise<{ password: Secret | undefined; note?: string }> {
  if (address.password) return { password: address.password };
  const typed = places.get('PGPASSWORD');
  if (typed !== undefined) return { password: new Secret(typed) };
  const path = passwordFile(places);
  const found = await stat(path).catch(() => undefined);
  if (!found?.isFile()) return { password: undefined };
  if (places.platform !== 'win32' && (found.mode & 0o077) !== 0) {
    return { password: undefined, note: `${path} is not used, because others can read it. Run: chmod 600 ${path}` };
  }
  return { password: passwordIn(await readFile(path, 'utf8'), address) };
}

/** https://www.postgresql.org/docs/current/libpq-pgpass.html */
function passwordFile({ get, home, platform }: PasswordPlaces): string {
  const named = get('PGPASSFILE');
  if (named !== undefined) return named;
  if (platform !== 'win32') return join(home, '.pgpass');
  return join(get('APPDATA') ?? join(home, 'AppData', 'Roaming'), 'postgresql', 'pgpass.conf');
}

/** The first line that fits: `host:port:database:user:password`, with `*` for anything and `\` before `:` and `\`. */
export function passwordIn(text: string, { host, port, database, user }: DatabaseAddress): Secret | undefined {
  const wanted = [host.startsWith('/') ? 'localhost' : host, String(port), database, user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = fieldsOf(line);
    const password = fields[4];
    if (password === undefined || password === '') continue;
    if (wanted.every((value, at) => fields[at] === '*' || fields[at] === value)) return new Secret(password);
  }
  return undefined;
}

function fieldsOf(line: string): string[] {
  const parts = line.match(/(?:\\.|[^:\\]|\\$)*(?::|$)/g) ?? [];
  const fields = parts.map((part) => part.replace(/:$/, '').replaceAll(/\\(.)/g, '$1'));
  return [...fields.slice(0, 4), parts.slice(4).join('').replaceAll(/\\(.)/g, '$1')];
}
