import { mkdirSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { BIN, inTurn, ROOT, runNode, withFolder } from './processes.js';
import { writeRoster } from './rosters.js';
import { atMost } from './rows.js';
import { openAccount } from './servers.js';

const PREFIX = ['--prefix', 'W'];

/** Workshops that several people share in PostgreSQL, against the same commands with the journal in a file. Not measured without PostgreSQL. */
export async function measure({ short }) {
  return withFolder(async (folder) => {
    const { openBenchDatabase, writeLongJournal } = await import(await bundled(folder));
    const database = await openBenchDatabase();
    if (!database) return [];
    const slack = short ? 10 : 1;
    const row = (what, [ours, bound], unit, target) =>
      atMost({ what, ours, unit, bound, boundIs: 'the same in a file', target: target * slack });
    try {
      const rows = [
        row('54 people, 250 ms an answer, shared', await keys(database, short), 's', 1.1),
        row(`provision of ${short ? 1000 : '10,000'}, no latency, shared`, await many(database, short), 's', 1.5),
        row(
          `${short ? '10,000' : '100,000'} lines opened, shared`,
          await opening(database, short, writeLongJournal),
          'ms',
          1.3,
        ),
      ];
      const far = await behindDelay(database.port, 20);
      const slow = await keys({ ...database, newUrl: () => database.newUrl(far.port) }, short);
      far.close();
      return [...rows, row('54 people, database 20 ms away, shared', slow, 's', 1.1)];
    } finally {
      await database.close();
    }
  });
}

/** What the tests use to start a server, and a journal of any length, as a module that this program can load. */
async function bundled(folder) {
  const program = join(folder, 'shared-parts.mjs');
  await build({
    entryPoints: [join(ROOT, 'bench', 'shared-parts.ts')],
    outfile: program,
    ...{ bundle: true, format: 'esm', platform: 'node', packages: 'external' },
    // No test runs here, so nothing can be left to its end.
    alias: { vitest: join(ROOT, 'bench', 'no-tests.js') },
  });
  return program;
}

/** At the default rate of 10 keys per second. */
function keys(database, short) {
  const flags = short ? ['--rate', '1000'] : [];
  return against(database, short ? 1 : 3, { people: 54, latencyMs: 250, flags });
}

function many(database, short) {
  const flags = ['--limit', '0.01', '--rate', 'off', '--concurrency', '32'];
  return against(database, short ? 1 : 3, { people: short ? 1000 : 10_000, latencyMs: 0, flags });
}

/** Seconds that `provision` takes in a database and in a file. */
function against(database, runs, { people, latencyMs, flags }) {
  const provision = (share) =>
    withFolder(async (folder) => {
      const account = await openAccount({ latencyMs });
      const run = commandsIn(folder, { ...account.env, ...database.env });
      try {
        if (share) await run('share', 'start', database.newUrl(), ...PREFIX);
        const args = [writeRoster(folder, people), '--yes', '--quiet', ...PREFIX, ...flags];
        return (await run('provision', ...args)).ms / 1000;
      } finally {
        account.close();
      }
    });
  return inTurn(runs, [() => provision(true), () => provision(false)]);
}

/** Milliseconds until a whole journal was read and checked, in a database of which this computer has seen all, and in a file. */
function opening(database, short, writeLongJournal) {
  return withFolder(async (folder) => {
    const [shared, own] = ['shared', 'own'].map((name) => join(folder, name));
    for (const each of [shared, own]) {
      mkdirSync(join(each, 'W'), { recursive: true });
      writeLongJournal(join(each, 'W', 'journal.jsonl'), short ? 10_000 : 100_000);
    }
    const env = { ...process.env, ...database.env };
    await commandsIn(shared, env)('share', 'start', database.newUrl(), ...PREFIX);
    const verify = (each) => async () => (await commandsIn(each, env)('journal', 'verify', 'W')).ms;
    return inTurn(short ? 3 : 7, [verify(shared), verify(own)]);
  });
}

function commandsIn(folder, env) {
  return (...args) => runNode([BIN, ...args, '--out', folder], { cwd: folder, env });
}

/** What is sent to the port takes so long. */
async function behindDelay(port, ms) {
  const open = new Set();
  const proxy = createServer((client) => {
    const server = connect(port, '127.0.0.1');
    for (const socket of [client, server]) open.add(socket.on('error', () => socket.destroy()).on('close', end));
    function end() {
      client.destroy();
      server.destroy();
    }
    client.on('data', (chunk) => setTimeout(() => server.write(chunk), ms));
    server.on('data', (chunk) => client.write(chunk));
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const close = () => {
    for (const socket of open) socket.destroy();
    proxy.close();
  };
  return { port: proxy.address().port, close };
}
