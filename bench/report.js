import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT, runNode, withFolder } from './processes.js';
import { atMost } from './rows.js';

/** The page and the database of a usage report, against the same data as JSON. */
export function measure({ short }) {
  return withFolder(async (folder) => {
    const program = join(folder, 'usage-files.mjs');
    const entryPoints = [join(ROOT, 'bench', 'usage-files.ts')];
    await build({ entryPoints, outfile: program, bundle: true, format: 'esm', platform: 'node', packages: 'external' });
    const files = async (people, days) => JSON.parse((await runNode([program, String(people), String(days)])).stdout);
    const small = await files(54, 90);
    const rows = rowsOf(small, '54 people and 90 days', short);
    if (short) return rows;
    const large = await files(10_000, 7);
    return [...rows, ...rowsOf(large, '10,000 people and 7 days', short)];
  });
}

function rowsOf({ json, page, pageBytes, database, databaseBytes, rows }, size, short) {
  const slack = short ? 10 : 1;
  const asJson = { unit: 'ms', bound: json, boundIs: 'as JSON' };
  return [
    atMost({ what: `usage page of ${size}`, ours: page, ...asJson, target: 6 * slack }),
    atMost({ what: '… its length', ours: pageBytes / 1000, unit: 'kB', bound: 3000, boundIs: '' }),
    atMost({ what: `usage database of ${size}`, ours: database, ...asJson, target: 20 * slack }),
    atMost({ what: '… its length, a row', ours: databaseBytes / rows, unit: 'bytes', bound: 100, boundIs: '' }),
  ];
}
