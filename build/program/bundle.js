import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { options } from '../options.js';
import { compressSqlite } from '../sqlite.js';

const ROOT = new URL('../../', import.meta.url);

/**
 * The program as single scripts, which is what an executable can carry: one that starts, and the files that it reads from inside.
 * @returns {Promise<{ main: Uint8Array, assets: Record<string, Uint8Array>, metafile: import('esbuild').Metafile }>}
 */
export async function bundle() {
  const { version } = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8'));
  const [program, thread, sqlite] = await Promise.all([
    script('build/program/entry.js'),
    script('src/roster-file/roster-thread.ts'),
    compressSqlite(),
  ]);
  return {
    main: program.code,
    assets: {
      'package.json': Buffer.from(JSON.stringify({ version })),
      'roster-thread.js': thread.code,
      'sqlite.wasm.br': sqlite,
    },
    metafile: {
      inputs: { ...program.metafile.inputs, ...thread.metafile.inputs },
      outputs: { ...renamed('main.js', program.metafile), ...renamed('roster-thread.js', thread.metafile) },
    },
  };
}

async function script(entry) {
  const { outputFiles, metafile } = await build({
    ...options,
    absWorkingDir: fileURLToPath(ROOT),
    entryPoints: [entry],
    format: 'cjs',
    write: false,
    // Files beside the program are not looked for: src/embedded.ts has what is inside.
    define: { 'import.meta.url': '"file:///none"', 'import.meta.dirname': '"/none"' },
  });
  return { code: outputFiles[0].contents, metafile };
}

function renamed(name, { outputs }) {
  return Object.fromEntries(Object.values(outputs).map((output) => [name, output]));
}
