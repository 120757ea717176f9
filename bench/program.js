import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findNodes, HOST } from '../build/program/find-nodes.js';
import { BIN, inTurn, ROOT, runNode } from './processes.js';
import { atMost } from './rows.js';

const RELEASE = join(ROOT, 'release');
const ROSTER = join(ROOT, 'examples', 'participants.xlsx');
const MEGABYTE = 1_000_000;

/** The single executable that was built for this computer, against the same Node that runs the package. ORKEYS_NODES names the folder with that Node. */
export async function measure({ short }) {
  const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  const name = `orkeys-${version}-`;
  const program = join(RELEASE, name + HOST, process.platform === 'win32' ? 'orkeys.exe' : 'orkeys');
  if (!existsSync(program)) {
    console.log(`There is no ${program}, so it is not measured: npm run build:program -- ${HOST}`);
    return [];
  }
  const { binaries } = findNodes([HOST], process.env.ORKEYS_NODES);
  const time = async (file, args) => (await runNode(args, { program: file, cwd: tmpdir() })).ms;
  const measured = [['--help'], ['provision', '--help'], ['roster', 'check', ROSTER]];
  const starts = measured.flatMap((args) => [() => time(program, args), () => time(binaries[HOST], [BIN, ...args])]);
  // Once unmeasured: the package keeps its compiled code for the next start.
  await inTurn(1, starts);
  const times = await inTurn(short ? 7 : 41, starts);
  return [
    ...measured.map((args, at) =>
      atMost({
        what: `executable, ${args.slice(0, 2).join(' ')}`,
        ours: times[2 * at],
        unit: 'ms',
        bound: times[2 * at + 1],
        boundIs: 'the package, same Node',
        target: 1.1 * (short ? 10 : 1),
      }),
    ),
    ...readdirSync(RELEASE).flatMap((file) => {
      const bound = file.startsWith(name) && BOUNDS[file.split('.').at(-1)];
      if (!bound) return [];
      return [
        atMost({ what: file, ours: statSync(join(RELEASE, file)).size / MEGABYTE, unit: 'MB', bound, boundIs: '' }),
      ];
    }),
  ];
}

/** In MB, by the last word of the name. A tar.gz of Linux has the names of Node's functions too; without them the executable would not run. */
const BOUNDS = { zip: 40, gz: 48 };
