import { tmpdir } from 'node:os';
import { BIN, inTurn, runNode } from './processes.js';
import { atMost } from './rows.js';
import { openAccount } from './servers.js';

/** Whole processes, from start to exit, against a Node that does nothing. */
export async function measure({ short }) {
  const account = await openAccount();
  const time = async (args) => (await runNode(args, { env: account.env, cwd: tmpdir() })).ms;
  const help = [['--version'], ['--help'], ['provision', '--help']];
  const measured = [...help, ['list']];
  const starts = [['-e', '0'], ...measured.map((args) => [BIN, ...args])].map((args) => () => time(args));
  // Once unmeasured: from Node 22.8 on the first run of each keeps its compiled code for the next.
  await inTurn(1, starts);
  const [nothing, ...ours] = await inTurn(short ? 7 : 41, starts);
  account.close();
  return measured.map((args, at) => {
    const what = `orkeys ${args.join(' ')}${args[0] === 'list' ? ', local server' : ''}`;
    const target = (args[0] === 'list' ? 4 : 1.6) * (short ? 10 : 1);
    return atMost({ what, ours: ours[at], unit: 'ms', bound: nothing, boundIs: 'node -e 0', target });
  });
}
