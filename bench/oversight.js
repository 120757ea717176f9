import { BIN, runNode, withFolder } from './processes.js';
import { writeRoster } from './rosters.js';
import { atMost, count } from './rows.js';
import { openAccount } from './servers.js';

/** What orkeys allows itself, calls a second. */
const READS = 30;
const CHANGES = 10;
const PAGE = 100;
const TIERS = new URL('../examples/tiers.json', import.meta.url).pathname;

/** A reading of `orkeys watch`, and `orkeys tiers apply`, in a very large workshop. */
export async function measure({ short }) {
  const keys = short ? 300 : 10_000;
  const account = await openAccount();
  const { watched, tiered } = await withFolder(async (cwd) => {
    const where = ['--prefix', 'W', '--out', cwd, '--quiet'];
    const run = async (...args) => {
      const before = await account.seen();
      const { ms } = await runNode([BIN, ...args, ...where], { env: account.env, cwd });
      const after = await account.seen();
      const asked = after.requests.length - before.requests.length;
      return { seconds: ms / 1000, asked, posted: after.posted.length - before.posted.length };
    };
    await run('provision', writeRoster(cwd, keys), '--limit', '1', '--yes', '--rate', 'off', '--concurrency', '32');
    return { watched: await run('watch', '--once'), tiered: await run('tiers', 'apply', '--tiers', TIERS, '--yes') };
  });
  account.close();
  const pages = Math.ceil(keys / PAGE) + 1;
  const binds = Math.ceil(keys / PAGE);
  return [
    atMost({
      what: `orkeys watch --once, ${keys} keys`,
      ...{
        ours: watched.seconds,
        unit: 's',
        bound: short ? 1 : pages / READS,
        boundIs: 'one list at 30 pages a second',
      },
      target: short ? 2.5 : 1.3,
    }),
    atMost({
      what: `orkeys tiers apply, ${keys} keys`,
      ...{ ours: tiered.seconds, unit: 's', boundIs: 'its changes at 10, reads at 30 a second' },
      bound: short ? 3 : tiered.posted / CHANGES + (tiered.asked - tiered.posted) / READS,
      target: short ? 2.5 : 1.25,
    }),
    // One guardrail is made, and each chunk of 100 keys is assigned once.
    count({ what: '… requests that change', ours: tiered.posted, target: binds + 1 }),
  ];
}
