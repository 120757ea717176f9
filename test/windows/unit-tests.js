import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { ROOT } from './machine.js';

const FOLDERS = ['test/files', 'test/plan', 'test/workbook'];
/** What tests bundle for processes of their own; there is no esbuild that runs under Wine. */
const SOURCES = ['append-file', 'lock', 'output-folder', 'private-file'].map((name) => `src/files/${name}.ts`);
const BUNDLE = { bundle: true, platform: 'node', format: 'esm', logLevel: 'error' };
const HERE = join(ROOT, 'test', 'windows');
/** Wine has no git; links need rights there, and faults are put in with strace. */
const LEFT_OUT = ['git-guard', 'planted-links', 'while-held'].map((name) => `test/files/${name}.test.ts`);

/** Bundles the unit tests, which then need no TypeScript and no vitest, and runs each file on node.exe. */
export async function runUnitTests({ folder, node }) {
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const source of SOURCES) {
    await build({ entryPoints: [join(ROOT, source)], outfile: join(folder, `${basename(source)}.mjs`), ...BUNDLE });
  }
  const results = [];
  for (const test of FOLDERS.flatMap(testsIn).filter((test) => !LEFT_OUT.includes(test))) {
    const outfile = join(folder, `${basename(test)}.mjs`);
    await build({ entryPoints: [join(ROOT, test)], outfile, ...BUNDLE, packages: 'external', plugins: [onWindows] });
    const { stdout } = await node(['--test-reporter=tap', outfile]).ended;
    const number = (what) => Number(new RegExp(`^# ${what} (\\d+)`, 'm').exec(stdout)?.[1] ?? 0);
    const failed = [...stdout.matchAll(/^ *not ok \d+ - (.*)/gm)].map(([, name]) => name);
    results.push({ test, passed: number('pass'), skipped: number('skipped'), failed });
  }
  return results;
}

function testsIn(folder) {
  return readdirSync(join(ROOT, folder)).flatMap((name) => (name.endsWith('.test.ts') ? [`${folder}/${name}`] : []));
}

const onWindows = {
  name: 'on-windows',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^vitest$/ }, () => ({ path: join(HERE, 'vitest-for-node.js') }));
    onResolve({ filter: /^esbuild$/ }, () => ({ path: join(HERE, 'esbuild-for-node.js') }));
    // Fixtures and sources are where they are, on Wine's drive Z.
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8')
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href.replace('file:///', 'file:///Z:/')))
        .replaceAll('import.meta.dirname', JSON.stringify(`Z:${dirname(path)}`)),
    }));
  },
};
