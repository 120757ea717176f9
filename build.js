// Bundles src into dist: what a checkout runs is what users install. Code is split, so each command loads only its part.
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { lazyStringWidth } from './build/lazy-string-width.js';
import { leftOutOfExceljs } from './build/left-out.js';
import { thirdPartyLicences } from './build/licences.js';
import { ownSourceMapsOnly } from './build/own-source-maps.js';

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  entryPoints: [
    { in: 'src/main.ts', out: 'main' },
    // A thread needs a file of its own.
    { in: 'src/roster-file/roster-thread.ts', out: 'roster-thread' },
  ],
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.18',
  minifySyntax: true,
  minifyWhitespace: true,
  // In a checkout stack traces can show our own files and lines (node --enable-source-maps); packages go without, they are a fifth of it.
  sourcemap: true,
  sourcesContent: false,
  metafile: true,
  plugins: [leftOutOfExceljs, lazyStringWidth, ownSourceMapsOnly],
  // CommonJS packages in the bundle call require() for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
writeFileSync('dist/THIRD-PARTY-LICENSES.txt', thirdPartyLicences(metafile));
// For the tests: which package is in which file. Not published.
writeFileSync('dist/meta.json', JSON.stringify(metafile));
