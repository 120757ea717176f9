import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BIN, inTurn, ROOT, runNode } from './processes.js';
import { atMost } from './rows.js';
import { openAccount } from './servers.js';

/** Whole processes, from start to exit, against a Node that does nothing. */
export async function measure({ short }) {
  const account = await openAccount();
  const time = async (args) => (await runNode(args, { env: account.env, cwd: tmpdir() })).ms;
  const measured = [
    ...[['--version'], ['--help'], ['provision', '--help']].map((args) => ({ args, target: HELP })),
    { args: ['list'], target: 2.5, what: 'orkeys list, local server' },
    { args: ['roster', 'check', ROSTER], target: 4, what: 'roster check of 12 rows' },
  ];
  const starts = [['-e', '0'], ...measured.map(({ args }) => [BIN, ...args])].map((args) => () => time(args));
  // Once unmeasured: from Node 22.8 on the first run of each keeps its compiled code for the next.
  await inTurn(1, starts);
  const [nothing, ...ours] = await inTurn(short ? 7 : 41, starts);
  account.close();
  return measured.map(({ args, target, what = `orkeys ${args.join(' ')}` }, at) =>
    atMost({
      what,
      ours: ours[at],
      unit: 'ms',
      bound: nothing,
      boundIs: 'node -e 0',
      target: target * (short ? 10 : 1),
    }),
  );
}

/** From Node 22 on, code that was compiled once is kept for the next time. */
const HELP = Number.parseInt(process.versions.node, 10) < 22 ? 1.35 : 1.25;
/** a workbook with twelve rows */
const ROSTER = join(ROOT, 'examples', 'participants.xlsx');
