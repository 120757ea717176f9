import { BIN, MANAGEMENT_KEY, runNode } from './processes.js';
import { openAccount } from './servers.js';

const PAGE = 100;

/** All keys of a big account, against asking for one page after the other. */
export async function measure({ short }) {
  const keys = short ? 2000 : 10_000;
  const account = await openAccount({ latencyMs: 250, keys });
  const sequential = await onePageAtATime(account.baseUrl, keys);
  const { ms, stdout } = await runNode([BIN, 'list', '--json'], { env: account.env });
  account.close();
  const ours = ms / 1000;
  const listed = JSON.parse(stdout).keys.length;
  const target = short ? 2 : 0.25;
  const ok = ours / sequential <= target && listed === keys;
  const what = `orkeys list, ${keys} keys, 250 ms a page`;
  return [
    {
      what,
      ours,
      unit: 's',
      bound: sequential,
      boundIs: 'one page after another',
      ratio: ours / sequential,
      target,
      ok,
    },
  ];
}

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
