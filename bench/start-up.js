import { tmpdir } from 'node:os';
import { alternate, BIN, runNode } from './processes.js';
import { openAccount } from './servers.js';

/** Whole processes, from start to exit, against a Node that does nothing. */
export async function measure({ short }) {
  const runs = short ? 7 : 41;
  const rows = [];
  for (const args of [['--version'], ['--help'], ['provision', '--help'], ['list', '--help']]) {
    rows.push(await against(`orkeys ${args.join(' ')}`, args, runs, short ? 5 : 1.6));
  }
  const account = await openAccount();
  rows.push(await against('orkeys list, local server', ['list'], runs, short ? 12 : 4, account.env));
  account.close();
  return rows;
}

async function against(what, args, runs, target, env) {
  const one = async (argv) => (await runNode(argv, { env, cwd: tmpdir() })).ms;
  const { a, b } = await alternate(
    runs,
    () => one([BIN, ...args]),
    () => one(['-e', '0']),
  );
  return { what, ours: a, unit: 'ms', bound: b, boundIs: 'node -e 0', ratio: a / b, target, ok: a / b <= target };
}
