import { join } from 'node:path';
import { build } from 'esbuild';
import { BIN, ROOT, runMeasured, runNode, withFolder } from './processes.js';
import { writeRoster } from './rosters.js';
import { atMost } from './rows.js';
import { openAccount } from './servers.js';

const BARE = new URL('bare-client.js', import.meta.url).pathname;

/** Big organizations: time against a bare pool of connections that makes the same calls, and peaks of memory. */
export async function measure({ short }) {
  const people = short ? 1000 : 10_000;
  const created = await provision(people);
  const listed = await list(short ? 1100 : 11_000);
  const bare = { unit: 's', boundIs: 'bare calls' };
  return [
    ...creating(people, created, { target: short ? 40 : 4, most: 400 }),
    atMost({
      what: '… once more, unchanged',
      ours: created.again.ms / 1000,
      unit: 's',
      bound: 2.5,
      boundIs: '',
      target: short ? 10 : 1,
    }),
    peak('… memory', created.again, 200),
    atMost({
      what: `list of ${listed.keys} keys as JSON`,
      ours: listed.json.ms / 1000,
      bound: listed.bare.ms / 1000,
      target: short ? 20 : 2,
      ...bare,
    }),
    peak('… memory', listed.json, 150),
    atMost({
      what: '… as a table',
      ours: listed.table.ms / 1000,
      bound: listed.bare.ms / 1000,
      target: short ? 20 : 2,
      ...bare,
    }),
    peak('… memory', listed.table, 150),
    ...(await files(short ? 10_000 : 100_000, short)),
    ...(short ? [] : creating(100_000, await provision(100_000), { target: 6, most: 700 })),
  ];
}

function creating(people, { first, bare }, { target, most }) {
  const what = `provision of ${people}, no latency`;
  const [ours, bound] = [first.ms / 1000, bare.ms / 1000];
  return [atMost({ what, ours, unit: 's', bound, boundIs: 'bare calls', target }), peak('… memory', first, most)];
}

/** keys.xlsx and a journal, each by itself in a process of its own: what a command needs at least. */
function files(people, short) {
  return withFolder(async (folder) => {
    const journal = join(folder, 'journal.jsonl');
    const program = async (name) => {
      const outfile = join(folder, `${name}.mjs`);
      const entryPoints = [join(ROOT, 'bench', `${name}.ts`)];
      await build({ entryPoints, outfile, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
      return async (...args) => JSON.parse((await runNode([outfile, ...args])).stdout);
    };
    const workbook = await (await program('workbook'))(String(people));
    const fold = await program('fold');
    await fold('write', String(people), journal);
    const folded = await fold('read', journal);
    const slack = short ? 10 : 1;
    return [
      peak(`keys.xlsx of ${people} rows`, workbook, 250),
      atMost({
        what: `a journal of ${people} people, read`,
        ours: folded.ms / 1000,
        unit: 's',
        bound: 2,
        boundIs: '',
        target: slack,
      }),
      peak('… memory', folded, 300),
    ];
  });
}

function provision(people) {
  return withFolder(async (folder) => {
    const account = await openAccount();
    const other = await openAccount();
    const roster = writeRoster(folder, people);
    const flags = [
      '--limit',
      '0.01',
      '--yes',
      '--quiet',
      '--rate',
      'off',
      '--concurrency',
      '32',
      '--out',
      folder,
      '--prefix',
      'W',
    ];
    const run = () => runMeasured([BIN, 'provision', roster, ...flags], { cwd: folder, env: account.env });
    const bare = await runNode([BARE, 'create', String(people)], { env: other.env });
    other.close();
    const first = await run();
    const again = await run();
    account.close();
    return { first, again, bare };
  });
}

/** As the bare calls: no pace of its own. */
const FREELY = ['--rate', 'off', '--concurrency', '32'];

async function list(keys) {
  const account = await openAccount({ keys });
  const { env } = account;
  const bare = await runNode([BARE, 'list', String(keys)], { env });
  const json = await runMeasured([BIN, 'list', '--json', ...FREELY], { env });
  const table = await runMeasured([BIN, 'list', ...FREELY], { env });
  account.close();
  return { keys, bare, json, table };
}

function peak(what, { peakMB }, bound) {
  return atMost({ what, ours: peakMB, unit: 'MB', bound, boundIs: 'peak' });
}
