import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './processes.js';

const MEGABYTE = 1_000_000;

/** What a user downloads and keeps. */
export async function measure() {
  const pack = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const shell = process.platform === 'win32';
  const [{ size, unpackedSize }] = JSON.parse(
    execFileSync('npm', pack, { cwd: ROOT, encoding: 'utf8', shell, stdio: ['ignore', 'pipe', 'ignore'] }),
  );
  const { dependencies = {} } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const others = Object.keys(dependencies).length;
  const bound = { unit: 'MB', bound: 3, boundIs: 'packed + unpacked', target: 1 };
  const both = (size + unpackedSize) / MEGABYTE;
  return [
    { what: 'package, packed and unpacked', ours: both, ...bound, ratio: both / 3, ok: both <= 3 },
    { what: 'other packages it brings', ours: others, unit: '', bound: 0, boundIs: '', target: 0, ok: others === 0 },
  ];
}
