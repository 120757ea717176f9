import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refuseLeakyFiles } from '../support/canary.ts';
import { runNode } from '../support/program.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const EXAMPLE = join('node_modules', 'orkeys', 'examples', 'participants.xlsx');
const MEGABYTE = 1_000_000;

interface Packed {
  filename: string;
  size: number;
  unpackedSize: number;
  files: { path: string }[];
}

let folder: string;
let home: string;
let packed: Packed;
let installation: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orkeys packed '));
  // Without scripts: the build is there already, and other tests are using it.
  const [report] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder], ROOT).stdout);
  packed = report;
  home = join(folder, 'user');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{"private":true}');
  installation = npm(['install', '--offline', '--no-audit', '--no-fund', join(folder, packed.filename)], home).all;
});

afterAll(async () => {
  try {
    await refuseLeakyFiles(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the package holds what runs, and nothing else', () => {
  const others = packed.files.map(({ path }) => path).filter((path) => !/^dist\/[\w-]+\.js(\.map)?$/.test(path));
  expect(others.sort()).toEqual([
    'LICENSE',
    'README.md',
    'bin/orkeys.js',
    'dist/THIRD-PARTY-LICENSES.txt',
    'dist/sqlite.wasm.br',
    'examples/participants.xlsx',
    'examples/tiers.json',
    'package.json',
  ]);
});

test('it is below 1.1 MB to download and below 3 MB on disk', () => {
  expect(packed.size).toBeLessThan(1.1 * MEGABYTE);
  expect(packed.unpackedSize).toBeLessThan(3 * MEGABYTE);
});

test('installing it needs no network, brings no other package and says nothing', () => {
  expect(readdirSync(join(home, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['orkeys']);
  expect(readdirSync(join(home, 'node_modules', 'orkeys'))).not.toContain('node_modules');
  expect(installation).not.toMatch(/warn|deprecat/i);
});

test('the licence of every package in the bundle is in it', () => {
  const text = readFileSync(join(home, 'node_modules', 'orkeys', 'dist', 'THIRD-PARTY-LICENSES.txt'), 'utf8');
  for (const name of ['commander', 'exceljs', 'jszip', 'saxes', 'undici', 'zod']) {
    expect(text).toMatch(new RegExp(`^${name} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, 'm'));
  }
  const parts = text.split(/^-{80}$/m).slice(1);
  expect(parts.length).toBeGreaterThan(25);
  const hasTerms = (part: string) =>
    /permission is hereby granted|permission to use, copy|redistribution and use|permission to modify|license/i.test(
      part,
    ) && part.length > 500;
  for (const [at, part] of parts.entries()) {
    const other = /\(then the same terms, word for word, as of (\S+) above\)/.exec(part)?.[1];
    if (other === undefined) expect(hasTerms(part), part).toBe(true);
    else {
      expect(part).toMatch(/copyright/i);
      expect(
        parts.slice(0, at).some((above) => above.trim().startsWith(`${other} `) && hasTerms(above)),
        part,
      ).toBe(true);
    }
  }
});

test('the installed program tells its version and its help', async () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(await orkeys('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  expect(await orkeys('--help')).toMatchObject({ code: 0, stdout: expect.stringContaining('provision'), stderr: '' });
});

test('the installed program provisions the example roster against its sandbox', async () => {
  const { code, stderr } = await orkeys('provision', EXAMPLE, '--limit', '1', '--sandbox', '--quiet');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const results = join(home, 'output', 'sandbox', 'participants');
  const { keys } = JSON.parse(readFileSync(join(results, 'keys.json'), 'utf8'));
  expect(keys.length).toBeGreaterThan(5);
  expect(readFileSync(join(results, 'keys.xlsx')).subarray(0, 2).toString()).toBe('PK');
});

function npm(args: readonly string[], cwd: string): { stdout: string; all: string } {
  // npm names its own program to what it runs; on Windows the `npm` of the PATH needs a shell.
  const own = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [program = '', ...first] = own;
  const env = { ...cleanEnvironment(), npm_config_cache: join(folder, 'npm-cache') };
  const { status, stdout, stderr } = spawnSync(program, [...first, ...args], {
    cwd,
    env,
    encoding: 'utf8',
    shell: program === 'npm' && process.platform === 'win32',
  });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return { stdout, all: stdout + stderr };
}

/** The program as npm links it, run by this Node so that Windows needs no shell. */
function orkeys(...args: string[]) {
  expect(existsSync(join(home, 'node_modules', '.bin', process.platform === 'win32' ? 'orkeys.cmd' : 'orkeys'))).toBe(
    true,
  );
  return runNode([join('node_modules', 'orkeys', 'bin', 'orkeys.js'), ...args], { cwd: home, env: cleanEnvironment() });
}

function cleanEnvironment(): NodeJS.ProcessEnv {
  const { PATH, SystemRoot, TEMP, TMP, APPDATA, LOCALAPPDATA } = process.env;
  return { PATH, SystemRoot, TEMP, TMP, APPDATA, LOCALAPPDATA, HOME: folder, USERPROFILE: folder };
}
