import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress } from 'node:zlib';

/** 0.7 MB, of which a download and an installation get 0.3. */
export function compressSqlite() {
  return promisify(brotliCompress)(readFileSync(fileURLToPath(import.meta.resolve('sql.js/dist/sql-wasm.wasm'))));
}
