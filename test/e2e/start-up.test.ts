import { chmodSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/cli.ts';
import { BIN, runInOneProcess, runNode } from '../support/program.ts';

/** esbuild's account of the build: which file of dist holds what. */
interface Metafile {
  outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
}

const NEEDED_FOR_HELP = ['@commander-js/extra-typings', 'commander'];
const ROOT = new URL('../../', import.meta.url);

test('neither the version nor any help loads a package but commander', async () => {
  const helps = (await commandNames()).map((name) => [name, '--help']);
  expect(helps.length).toBeGreaterThan(10);
  const loaded = await packagesLoadedBy([['--version'], ['--help'], ['help'], ...helps]);
  expect(loaded).toEqual(NEEDED_FOR_HELP);
});

test('a plain orkeys, which looks for a management key and a workshop, loads nothing large for it', async () => {
  const loaded = await packagesLoadedBy([[]]);
  expect(loaded).toEqual(expect.arrayContaining(['dotenv']));
  expect(loaded.filter((name) => ['undici', 'exceljs', 'yauzl', 'saxes', 'csv-parse'].includes(name))).toEqual([]);
});

test('the same look sees what a command loads that does need packages', async () => {
  expect(await packagesLoadedBy([['list', '--sandbox', '--out', temporaryFolder()]])).toContain('undici');
});

test('a workshop that nobody shares loads nothing of a database; a command about sharing does', async () => {
  const out = ['--sandbox', '--out', temporaryFolder()];
  const roster = fileURLToPath(new URL('examples/participants.xlsx', ROOT));
  const sources = await sourcesLoadedBy([
    ['--help'],
    ['share', '--help'],
    ['provision', roster, '--prefix', 'W', '--yes', ...out],
    ['list', '--prefix', 'W', ...out],
    ['verify', '--prefix', 'W', ...out],
    ['journal', 'verify', 'W', ...out],
    ['revoke', '--prefix', 'W', '--yes', ...out],
  ]);
  expect(sources).toEqual(expect.arrayContaining(['src/workshop/shelf.ts', 'src/execution/carry-out.ts']));
  expect(sources.filter((path) => ABOUT_SHARING.test(path))).toEqual([]);
  expect((await sourcesLoadedBy([['share', 'sql']])).filter((path) => ABOUT_SHARING.test(path))).not.toEqual([]);
});

const ABOUT_SHARING = /node_modules\/pg\/|^src\/(?:postgres|sealed-log)\//;

test('a cache folder that cannot be written is no error and no warning', async () => {
  const folder = temporaryFolder();
  const locked = join(folder, 'locked');
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  for (const XDG_CACHE_HOME of [locked, '/dev/null/cache', 'not-absolute']) {
    const ended = await runNode([BIN, '--version'], {
      cwd: folder,
      env: { ...process.env, XDG_CACHE_HOME, HOME: locked },
    });
    expect(ended).toMatchObject({ code: 0, stderr: '' });
  }
  expect(readdirSync(folder)).toEqual(['locked']);
});

async function commandNames(): Promise<string[]> {
  const { stdout } = await runNode([BIN, '--help']);
  const listed = stdout.slice(stdout.indexOf('Create keys:'), stdout.indexOf('First time?'));
  const names = [...listed.matchAll(/^ {2}([a-z]+)(?: \[options\])?(?: <\w+>)? {2,}\S/gm)].map(([, name = '']) => name);
  expect(names).toEqual(expect.arrayContaining(['provision', 'list', 'revoke', 'sandbox']));
  return names;
}

/** The packages of which at least one byte is in a file of dist that one of these runs really loads, by Node's own account. */
async function packagesLoadedBy(runs: readonly (readonly string[])[]): Promise<string[]> {
  const names = (await sourcesLoadedBy(runs)).flatMap(
    (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [],
  );
  return [...new Set(names)].sort();
}

/** The sources, as paths from the root. */
async function sourcesLoadedBy(runs: readonly (readonly string[])[]): Promise<string[]> {
  const [coverage, folder] = [temporaryFolder(), temporaryFolder()];
  const jobs = runs.map((args) => ({ args, cwd: folder }));
  const ended = await runInOneProcess(jobs, folder, { ...process.env, NODE_V8_COVERAGE: coverage });
  expect(ended.map(({ code }) => code)).toEqual(runs.map(() => 0));
  const { outputs }: Metafile = JSON.parse(readFileSync(new URL('dist/meta.json', ROOT), 'utf8'));
  return loadedFiles(coverage).flatMap((file) =>
    Object.entries(outputs[file]?.inputs ?? {}).flatMap(([path, { bytesInOutput }]) =>
      bytesInOutput > 0 ? [path] : [],
    ),
  );
}

/** Names as the metafile has them: `dist/main.js`. */
function loadedFiles(coverage: string): string[] {
  const dist = new URL('dist/', ROOT).href;
  const urls = readdirSync(coverage).flatMap((name) => {
    const { result }: { result: { url: string }[] } = JSON.parse(readFileSync(join(coverage, name), 'utf8'));
    return result.map(({ url }) => url);
  });
  expect(urls).toContain(new URL('main.js', dist).href);
  return urls.filter((url) => url.startsWith(dist)).map((url) => `dist/${fileURLToPath(url).split(/[\\/]/).at(-1)}`);
}
