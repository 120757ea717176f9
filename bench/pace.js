import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, inTurn, runNode, withFolder } from './processes.js';
import { writeRoster } from './rosters.js';
import { atMost, count } from './rows.js';
import { openAccount } from './servers.js';

const PEOPLE = 54;
const LATENCY_S = 0.25;
/** the default of `--concurrency` */
const CONCURRENCY = 8;
const LOOP = new URL('sequential-loop.js', import.meta.url).pathname;

/** All figures are what the server saw: from the first POST that came to the last key that it made. */
export async function measure({ short }) {
  return short ? shortForm() : [...(await freely()), ...(await limited())];
}

/** Nothing but the time of an answer holds up the calls. */
async function freely() {
  const [byDefault, quick, loop] = await inTurn(3, [
    () => keyPhase(provision({ rate: 10 })),
    () => keyPhase(provision({ rate: 1000 })),
    () => keyPhase((account) => runNode([LOOP, String(PEOPLE)], { env: account.env })),
  ]);
  const bound = (rate) => Math.max(PEOPLE / rate, (PEOPLE * LATENCY_S) / CONCURRENCY);
  const seconds = { unit: 's', target: 1.25, boundIs: 'rate, concurrency' };
  const against = {
    what: '… against the loop with its 0.1 s pause',
    unit: 's',
    bound: loop,
    boundIs: 'sequential loop',
  };
  return [
    atMost({ what: `${PEOPLE} people, 250 ms an answer`, ours: byDefault, bound: bound(10), ...seconds }),
    atMost({ ...against, ours: byDefault, target: 1 / 3 }),
    atMost({
      what: '… with --rate 1000',
      ours: quick,
      ...seconds,
      bound: growingByOne(),
      boundIs: 'growing by one a round',
    }),
    atMost({ ...against, ours: quick, target: 1 / 8 }),
  ];
}

/** Seconds that the pace needs by its own rule where no rate holds it back: 2 in flight, one more each round of answers, up to 8. */
function growingByOne() {
  let rounds = 0;
  for (let [left, inFlight] = [PEOPLE, 2]; left > 0; left -= inFlight, inFlight = Math.min(CONCURRENCY, inFlight + 1)) {
    rounds += 1;
  }
  return rounds * LATENCY_S;
}

async function shortForm() {
  const ours = await keyPhase(provision({ rate: 1000 }));
  const bound = (PEOPLE * LATENCY_S) / CONCURRENCY;
  const what = `${PEOPLE} people, 250 ms an answer, --rate 1000`;
  return [atMost({ what, ours, unit: 's', bound, boundIs: 'concurrency', target: 10 })];
}

/** Servers that turn calls away, `--rate off`: those runs are all waiting, so they go side by side. */
async function limited() {
  const steady = { perSecond: 5, burst: 5, creates: Number.MAX_SAFE_INTEGER, later: 5 };
  const dropping = { perSecond: 10, burst: 10, creates: 100, later: 2, laterBurst: 2 };
  const rows = await Promise.all([
    underLimit('5 a second, Retry-After', { ...steady, retryAfter: 1 }),
    underLimit('5 a second, no Retry-After', { ...steady, retryAfter: null }),
    underLimit('10, then 2 a second, Retry-After, 10 s later', { ...dropping, retryAfter: 1 }),
    underLimit('10, then 2 a second, no Retry-After, 10 s later', { ...dropping, retryAfter: null }),
  ]);
  return rows.flat();
}

/** Time that 200 people take against what the limit allows, and the share of refused requests; of a drop, from 10 s after it. */
async function underLimit(name, limit) {
  const people = 200;
  const drops = limit.creates < people;
  const { seen, made } = await onAccount(provision({ people, rate: 'off' }), { limit });
  const { created, requests, refused } = seen;
  const from = drops ? created[limit.creates - 1] + 10_000 : 0;
  const after = (times) => times.filter((at) => at >= from);
  const ours = (created.at(-1) - (drops ? from : seen.posted[0])) / 1000;
  const bound = (after(created).length - (drops ? 0 : limit.burst)) / limit.later;
  const refusals = (after(refused).length / after(requests).length) * 100;
  const row = {
    what: `${people} people, ${name}`,
    ours,
    unit: 's',
    bound,
    boundIs: 'what is allowed',
    target: 1 / 0.85,
  };
  return [
    atMost(row),
    atMost({ what: '… refused of all requests', ours: refusals, unit: '%', bound: 5, boundIs: '' }),
    count({
      what: '… keys lost or doubled',
      ours: Math.abs(made - people) + Math.abs(created.length - people),
      target: 0,
    }),
  ];
}

/** Seconds. */
async function keyPhase(run) {
  const { seen } = await onAccount(run);
  return (seen.created.at(-1) - seen.posted[0]) / 1000 + LATENCY_S;
}

async function onAccount(run, { limit = null } = {}) {
  const account = await openAccount({ latencyMs: LATENCY_S * 1000, limit });
  try {
    const made = await run(account);
    return { made, seen: await account.seen() };
  } finally {
    account.close();
  }
}

/** Resolves with the number of keys in keys.json. */
function provision({ people = PEOPLE, rate }) {
  return (account) =>
    withFolder(async (folder) => {
      const flags = ['--yes', '--quiet', '--out', folder, '--prefix', 'W', '--rate', String(rate)];
      await runNode([BIN, 'provision', writeRoster(folder, people), ...flags], { env: account.env, cwd: folder });
      return JSON.parse(readFileSync(join(folder, 'W', 'keys.json'), 'utf8')).keys.length;
    });
}
