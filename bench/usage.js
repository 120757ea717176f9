import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { BIN, inTurn, MANAGEMENT_KEY, runNode, withFolder } from './processes.js';
import { writeRoster } from './rosters.js';
import { atMost, count } from './rows.js';
import { openAccount } from './servers.js';

const PEOPLE = 54;
/** What OpenRouter allows in any minute. */
const MOST_QUERIES = 64;

/** `orkeys usage` online, offline and for very many people. */
export async function measure({ short }) {
  return [await week(short), await offline(short), ...(await many(short))];
}

/** A class and a week, against `orkeys list` and one query after it. */
function week(short) {
  return withFolder(async (folder) => {
    const account = await openAccount({ latencyMs: 250 });
    const options = { env: account.env, cwd: folder };
    const where = ['--out', folder, '--prefix', 'W'];
    await runNode(
      [BIN, 'provision', writeRoster(folder, PEOPLE), '--yes', '--quiet', '--rate', 'off', ...where],
      options,
    );
    const [ours, list, query] = await inTurn(short ? 1 : 9, [
      async () => (await runNode([BIN, 'usage', '--no-record', ...where], options)).ms,
      async () => (await runNode([BIN, 'list', ...where], options)).ms,
      () => oneQuery(account.baseUrl),
    ]);
    account.close();
    const what = `orkeys usage, ${PEOPLE} people, 7 days, 250 ms an answer`;
    return atMost({
      what,
      ours,
      unit: 'ms',
      bound: list + query,
      boundIs: 'list + one query',
      target: short ? 2.5 : 1.25,
    });
  });
}

async function oneQuery(baseUrl) {
  const start = performance.now();
  const answer = await fetch(`${baseUrl}/analytics/query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${MANAGEMENT_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ metrics: ['request_count'], dimensions: ['api_key_id'], granularity: 'day' }),
  });
  await answer.json();
  return performance.now() - start;
}

/** What is recorded of 90 days, against `orkeys list --sandbox`, which reads files only, too. */
function offline(short) {
  return withFolder(async (folder) => {
    const where = ['--out', folder, '--prefix', 'W', '--sandbox'];
    await runNode([BIN, 'provision', writeRoster(folder, PEOPLE), '--yes', '--quiet', '--rate', 'off', ...where], {
      cwd: folder,
    });
    writeRecord(join(folder, 'sandbox', 'W'), 90);
    const [ours, bound] = await inTurn(short ? 1 : 9, [
      async () => (await runNode([BIN, 'usage', '--offline', '--days', '90', ...where], { cwd: folder })).ms,
      async () => (await runNode([BIN, 'list', ...where], { cwd: folder })).ms,
    ]);
    const what = `orkeys usage --offline, ${PEOPLE} people, 90 days`;
    return atMost({ what, ours, unit: 'ms', bound, boundIs: 'list --sandbox', target: short ? 2.5 : 1.2 });
  });
}

/** usage.jsonl as orkeys writes it: everybody used two models on every day. */
function writeRecord(folder, days) {
  const { keys } = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8'));
  const now = Date.now();
  const entries = [
    { type: 'usage', version: 1, prefix: 'W', base_url: 'sandbox' },
    { type: 'keys', keys: keys.map(({ hash, name }, n) => [n, hash, name, null]) },
    ...Array.from({ length: days }, (_, at) => ({
      type: 'day',
      day: new Date(now - (days - 1 - at) * 86_400_000).toISOString().slice(0, 10),
      final: true,
      source: 'analytics',
      models: ['openai/gpt-6-luna', 'anthropic/claude-sonnet-5.5'],
      rows: keys.flatMap((_key, n) => [0, 1].map((model) => [n, model, 0.0123, 0, 7, 5300, 1200, 0])),
      asked: 'all',
    })),
  ];
  const lines = entries.map((entry) => {
    const text = JSON.stringify({ ...entry, at: new Date(now).toISOString() }).slice(0, -1);
    return `${text},"sum":"${crc32(text).toString(16).padStart(8, '0')}"}\n`;
  });
  writeFileSync(join(folder, 'usage.jsonl'), lines.join(''), { mode: 0o600 });
}

/** Very many keys for the first time: as few queries as fit, and never more than the service allows in any minute. */
async function many(short) {
  const keys = short ? 1000 : 10_000;
  // Seven days times eight models are 178 keys a query.
  const queries = Math.ceil(keys / 178);
  const account = await openAccount({ keys, ageDays: 10 });
  const { ms } = await withFolder((cwd) =>
    runNode([BIN, 'usage', '--no-prefix', '--days', '7', '--rate', 'off', '--json', '--out', cwd], {
      env: account.env,
      cwd,
    }),
  );
  const { posted } = await account.seen();
  account.close();
  return [
    // Ten start at once, the others one a second.
    atMost({
      what: `orkeys usage, ${keys} keys, 7 days, the first time`,
      ...{
        ours: ms / 1000,
        unit: 's',
        bound: short ? 10 : queries,
        boundIs: 'one query a second',
        target: short ? 2.5 : 1.25,
      },
    }),
    count({ what: '… queries', ours: posted.length, target: queries }),
    count({ what: '… most queries in any minute', ours: mostInAMinute(posted), target: MOST_QUERIES }),
  ];
}

function mostInAMinute(times) {
  return Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + 60_000).length));
}
