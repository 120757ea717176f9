// Bundles src into dist: what a checkout runs is what users install. Code is split, so each command loads only its part.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { thirdPartyLicences } from './build/licences.js';
import { options as shared } from './build/options.js';
import { compressSqlite } from './build/sqlite.js';

rmSync('dist', { recursive: true, force: true });
mkdirSync('dist');
// While the rest is built, because it takes a second.
const sqlite = compressSqlite();
/** @type {import('esbuild').BuildOptions & { metafile: true }} */
const options = {
  ...shared,
  outdir: 'dist',
  splitting: true,
  format: 'esm',
  // In a checkout stack traces can show our own files and lines (node --enable-source-maps); packages go without, they are a fifth of it.
  sourcemap: true,
  sourcesContent: false,
  // CommonJS packages in the bundle know their folder, and call require() for Node's own modules.
  define: { __dirname: 'import.meta.dirname' },
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
};
const exceljs = { in: fileURLToPath(import.meta.resolve('exceljs')), out: 'exceljs' };
// By this name tests find it.
const database = { in: 'src/database/usage-database.ts', out: 'usage-database' };
const program = await build({
  ...options,
  entryPoints: [{ in: 'src/main.ts', out: 'main' }, exceljs, database],
  plugins: [readInTheThreadOnly(), ...options.plugins],
});
// By itself but for exceljs: in common with the program it would be in some fifteen files, and opening them would take 10 of the 200 ms that a small
// roster takes.
const thread = await build({
  ...options,
  entryPoints: [{ in: 'src/roster-file/roster-thread.ts', out: 'roster-thread' }],
  chunkNames: 'thread-[hash]',
  plugins: [inAFileOfItsOwn('exceljs'), ...options.plugins],
});
const metafile = {
  inputs: { ...program.metafile.inputs, ...thread.metafile.inputs },
  outputs: { ...program.metafile.outputs, ...thread.metafile.outputs },
};
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', thirdPartyLicences(metafile));
writeFileSync('dist/sqlite.wasm.br', await sqlite);
// For the tests: which package is in which file. Not published.
writeFileSync('dist/meta.json', JSON.stringify(metafile));

/** @returns {import('esbuild').Plugin} */
function inAFileOfItsOwn(name) {
  return {
    name: 'in-a-file-of-its-own',
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: `./${name}.js`, external: true }));
    },
  };
}

/**
 * Without the thread's file, which only the sources lack, rosters are read in the program itself: 0.1 MB that are never used here.
 * @returns {import('esbuild').Plugin}
 */
function readInTheThreadOnly() {
  return {
    name: 'read-in-the-thread-only',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/understand-roster\.ts$/ }, ({ path, kind }) =>
        kind === 'dynamic-import' ? { path, namespace: 'thread-only' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'thread-only' }, () => ({
        contents: "export function understandRoster() { throw new Error('dist/roster-thread.js is missing'); }",
      }));
    },
  };
}
