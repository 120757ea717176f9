import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, withFolder } from './processes.js';
import { atMost, count } from './rows.js';

const MEGABYTE = 1_000_000;

/** What a user downloads and keeps: packed and really installed. */
export function measure() {
  return withFolder(async (folder) => {
    const pack = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
    const [{ size, unpackedSize, filename }] = JSON.parse(npm(pack, ROOT, 'ignore'));
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const install = ['install', '--no-audit', '--no-fund', '--offline', `./${filename}`];
    const said = npm(install, folder, 'pipe');
    const packages = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
    return [
      atMost({ what: 'package, as downloaded', ours: size / MEGABYTE, unit: 'MB', bound: 3, boundIs: '' }),
      atMost({ what: '… and unpacked', ours: unpackedSize / MEGABYTE, unit: 'MB', bound: 3, boundIs: '' }),
      count({ what: '… packages that an install brings', ours: packages.length, target: 1 }),
      count({ what: '… warnings that it prints', ours: said.match(/^npm warn|deprecat/gim)?.length ?? 0, target: 0 }),
    ];
  });
}

/** What npm prints; with `pipe` on standard error too. Settings of this machine's npm would add warnings of their own. */
function npm(args, cwd, stderr) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name)));
  const command = stderr === 'pipe' ? `npm ${args.join(' ')} 2>&1` : undefined;
  const options = { cwd, env: { ...env, NPM_CONFIG_USERCONFIG: join(cwd, 'none') }, encoding: 'utf8' };
  return command === undefined
    ? execFileSync('npm', args, {
        ...options,
        shell: process.platform === 'win32',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
    : execFileSync(command, { ...options, shell: true, stdio: ['ignore', 'pipe', 'inherit'] });
}
