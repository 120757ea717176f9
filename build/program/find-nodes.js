import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The Node that is packed, and the SHA-256 of each of its binaries and of its license: what was not expected is not packed. */
export const PINNED = JSON.parse(readFileSync(new URL('pinned-node.json', import.meta.url), 'utf8'));

/** This computer, as platforms are named here: `linux-x64`, `win-arm64`. */
export const HOST = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;

/**
 * Finds Node's binaries and its license by their sums, whatever the folders are named: unpacked archives of nodejs.org and packages of npm hold the
 * same files. The Node that runs this counts too. Throws when one that is wanted is not there.
 * @param {readonly string[]} wanted platforms
 * @param {string | undefined} folder where to look
 */
export function findNodes(wanted, folder) {
  const own = [
    process.execPath,
    join(dirname(process.execPath), '..', 'LICENSE'),
    join(dirname(process.execPath), 'LICENSE'),
  ];
  const paths = [...own, ...(folder === undefined ? [] : filesBelow(folder))];
  const platforms = new Set([...wanted, HOST]);
  const found = { binaries: {}, license: undefined };
  for (const path of paths) {
    const bytes = read(path);
    if (bytes === undefined) continue;
    if (basename(path) === 'LICENSE') {
      // Windows checks it out with its own line ends.
      const text = bytes.toString('utf8').replaceAll('\r\n', '\n');
      if (sha256(text) === PINNED.license) found.license = text;
    } else {
      const sum = sha256(bytes);
      const platform = [...platforms].find((name) => PINNED.binaries[name] === sum);
      if (platform !== undefined) found.binaries[platform] = path;
    }
    if (found.license !== undefined && Object.keys(found.binaries).length === platforms.size) return found;
  }
  const missing = [...platforms].filter((name) => !(name in found.binaries));
  if (found.license === undefined) missing.push('its LICENSE');
  throw new Error(
    `Not found: Node ${PINNED.version} for ${missing.join(', ')}. Name a folder with --nodes; CONTRIBUTING.md tells how to fill it.`,
  );
}

export function sha256(bytes) {
  return createHash('sha256').update(bytes).digest('hex');
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ['node', 'node.exe', 'LICENSE'].includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
