import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import initSqlJs, { type Database } from 'sql.js';
import { embeddedBytes } from '../embedded.ts';

/** A new database in memory. Loading SQLite takes about a quarter of a second. */
export async function newDatabase(): Promise<Database> {
  const { Database } = await initSqlJs({ wasmBinary: new Uint8Array(await wasm()).buffer });
  return new Database();
}

/** Compressed, inside the single executable or beside the bundle (build.js); sources that are run as they are take the package's own. */
async function wasm(): Promise<Uint8Array> {
  const packed = embeddedBytes('sqlite.wasm.br') ?? (await besideTheBundle());
  if (packed !== undefined) return promisify(brotliDecompress)(packed);
  return readFile(createRequire(import.meta.url).resolve('sql.js/dist/sql-wasm.wasm'));
}

async function besideTheBundle(): Promise<Uint8Array | undefined> {
  const path = new URL('./sqlite.wasm.br', import.meta.url);
  return existsSync(path) ? readFile(path) : undefined;
}
