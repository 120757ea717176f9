import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, MANAGEMENT_KEY, runNode, withFolder } from './processes.js';
import { writeRoster } from './rosters.js';
import { openAccount } from './servers.js';

const PEOPLE = 54;
const LATENCY_S = 0.25;
const CONCURRENCY = 8;

/** The key phase: from the first intent to the last outcome in the journal. */
export async function measure({ short }) {
  const rows = [];
  const loop = short ? undefined : await sequentialLoop();
  for (const [rate, factor] of short
    ? [[1000, 8]]
    : [
        [10, 3],
        [1000, 8],
      ]) {
    const { seconds } = await provision({ people: PEOPLE, rate, account: { latencyMs: LATENCY_S * 1000 } });
    const bound = Math.max(PEOPLE / rate, (PEOPLE * LATENCY_S) / CONCURRENCY);
    const what = `${PEOPLE} people, 250 ms an answer, --rate ${rate}`;
    rows.push(atMost(what, seconds, bound, 'rate, concurrency', short ? 5 : 1.25));
    if (loop)
      rows.push(atMost(`… against the loop with its 0.1 s pause`, seconds, loop, 'sequential loop', 1 / factor));
  }
  if (short) return rows;
  for (const retryAfter of [1, null]) {
    rows.push(
      ...(await limited(`5/s, burst 5, ${retryAfter === null ? 'no ' : ''}Retry-After`, 200, {
        perSecond: 5,
        burst: 5,
        retryAfter,
        creates: Number.MAX_SAFE_INTEGER,
        later: 5,
      })),
    );
  }
  rows.push(
    ...(await limited(
      '25/s that drops to 5/s after 100',
      200,
      { perSecond: 25, burst: 5, retryAfter: 1, creates: 100, later: 5 },
      10,
    )),
  );
  return rows;
}

/** Share of the allowed throughput, and of refused requests, from `settleS` after the limit last changed. */
async function limited(name, people, limit, settleS = 0) {
  const { seen, made } = await provision({ people, rate: 'off', account: { latencyMs: 50, limit } });
  const changed = limit.creates < people ? seen.created[limit.creates - 1] + settleS * 1000 : seen.created[0];
  const since = seen.created.filter((at) => at >= changed);
  const seconds = (since.at(-1) - since[0]) / 1000;
  const allowed = (since.length - 1 - (settleS ? 0 : limit.burst)) / limit.later;
  const refused = seen.refused / seen.requests;
  return [
    {
      ...atMost(`${people} people, ${name}`, seconds, allowed, 'allowed', 1 / 0.85),
      ok: allowed / seconds >= 0.85 && made === people,
    },
    {
      what: `… refused requests`,
      ours: refused * 100,
      unit: '%',
      bound: 5,
      boundIs: '',
      ratio: refused / 0.05,
      target: 1,
      ok: refused <= 0.05,
    },
  ];
}

async function provision({ people, rate, account: settings }) {
  return withFolder(async (folder) => {
    const account = await openAccount(settings);
    try {
      const roster = writeRoster(folder, people);
      const flags = ['--yes', '--quiet', '--out', folder, '--prefix', 'W', '--rate', String(rate), '--retries', '50'];
      await runNode([BIN, 'provision', roster, ...flags], { env: account.env, cwd: folder });
      const journal = readFileSync(join(folder, 'W', 'journal.jsonl'), 'utf8')
        .trim()
        .split('\n');
      const entries = journal.map((line) => JSON.parse(line));
      const created = entries.filter(({ type }) => type === 'created');
      const start = Date.parse(entries.find(({ type }) => type === 'intent').at);
      return {
        seconds: (Date.parse(created.at(-1).at) - start) / 1000,
        made: created.length,
        seen: await account.seen(),
      };
    } finally {
      account.close();
    }
  });
}

/** What people do today: one request after the other, and 0.1 s of rest between them. */
async function sequentialLoop() {
  const account = await openAccount({ latencyMs: LATENCY_S * 1000 });
  const start = performance.now();
  for (let index = 0; index < PEOPLE; index += 1) {
    const answer = await fetch(`${account.baseUrl}/keys`, {
      method: 'POST',
      headers: { authorization: `Bearer ${MANAGEMENT_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ name: `W_${index}`, limit: 1 }),
    });
    await answer.json();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  account.close();
  return (performance.now() - start) / 1000;
}

function atMost(what, ours, bound, boundIs, target) {
  return { what, ours, unit: 's', bound, boundIs, ratio: ours / bound, target, ok: ours / bound <= target };
}
