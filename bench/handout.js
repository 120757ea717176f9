import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, inTurn, MANAGEMENT_KEY, runNode, withFolder } from './processes.js';
import { atMost } from './rows.js';
import { openAccount } from './servers.js';

/** Slips of a class and of a conference: whole processes, against a Node that does nothing. */
export async function measure({ short }) {
  const account = await openAccount();
  try {
    return await withFolder(async (folder) => {
      const env = { ...account.env, OPENROUTER_MANAGEMENT_KEY: MANAGEMENT_KEY, ORKEYS_OUT: join(folder, 'output') };
      for (const people of SIZES.map(({ people }) => people)) {
        const roster = join(folder, `W${people}.csv`);
        const rows = Array.from({ length: people }, (_, at) => `p${at}@example.org,Person,Number ${at}`);
        writeFileSync(roster, `email,name,surname\n${rows.join('\n')}\n`);
        await runNode([BIN, 'provision', roster, '--yes', '--quiet', '--rate', 'off'], { env, cwd: folder });
      }
      const time = (args) => async () => (await runNode(args, { env, cwd: folder })).ms;
      const slips = SIZES.map(({ people }) => time([BIN, 'handout', 'slips', `W${people}`]));
      const [nothing, ...ours] = await inTurn(short ? 3 : 11, [time(['-e', '0']), ...slips]);
      return SIZES.map(({ people, target }, at) =>
        atMost({
          what: `handout slips, ${people} people`,
          ours: ours[at],
          unit: 'ms',
          bound: nothing,
          boundIs: 'node -e 0',
          target: target * (short ? 10 : 1),
        }),
      );
    });
  } finally {
    account.close();
  }
}

/** 0.6 s and 2.5 s where a Node that does nothing takes 40 ms */
const SIZES = [
  { people: 54, target: 15 },
  { people: 500, target: 60 },
];
