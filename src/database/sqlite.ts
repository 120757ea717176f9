import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import initSqlJs, { type Database } from 'sql.js';

/** Compressed beside the bundle (build.js); sources that are run as they are take the package's own. */
const PACKED = new URL('./sqlite.wasm.br', import.meta.url);

/** A new database in memory. Loading SQLite takes about a quarter of a second. */
export async function newDatabase(): Promise<Database> {
  const { Database } = await initSqlJs({ wasmBinary: new Uint8Array(await wasm()).buffer });
  return new Database();
}

async function wasm(): Promise<Uint8Array> {
  if (existsSync(PACKED)) return promisify(brotliDecompress)(await readFile(PACKED));
  return readFile(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'));
}
