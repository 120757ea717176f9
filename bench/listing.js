import { BIN, inTurn, MANAGEMENT_KEY, runNode } from './processes.js';
import { atMost } from './rows.js';
import { openAccount } from './servers.js';

const PAGE = 100;

/** All keys of a big account, against asking for one page after the other. */
export async function measure({ short }) {
  const keys = short ? 2000 : 10_000;
  const account = await openAccount({ latencyMs: 250, keys });
  const [ours, bound] = await inTurn(short ? 1 : 3, [
    async () => {
      const { ms, stdout } = await runNode([BIN, 'list', '--json'], { env: account.env });
      const listed = new Set(JSON.parse(stdout).keys.map(({ hash }) => hash)).size;
      if (listed !== keys) throw new Error(`${listed} of ${keys} keys were listed`);
      return ms / 1000;
    },
    () => onePageAtATime(account.baseUrl, keys),
  ]);
  account.close();
  const what = `orkeys list, ${keys} keys, 250 ms a page`;
  return [atMost({ what, ours, unit: 's', bound, boundIs: 'one page after another', target: short ? 2.5 : 0.25 })];
}

/** Seconds. */
async function onePageAtATime(baseUrl, keys) {
  const start = performance.now();
  for (let offset = 0; offset < keys; offset += PAGE) {
    const answer = await fetch(`${baseUrl}/keys?include_disabled=true&offset=${offset}`, {
      headers: { authorization: `Bearer ${MANAGEMENT_KEY}` },
    });
    await answer.json();
  }
  return (performance.now() - start) / 1000;
}
