import { hash } from 'node:crypto';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, inTurn, runNode, withFolder } from './processes.js';
import { writeRoster } from './rosters.js';
import { atMost } from './rows.js';

/** rounds that the format of a workbook with a password asks for */
const ROUNDS = 100_000;

/** A workbook with a password, against the same without one and the bare hashing; purge, against writing the same files. */
export async function measure({ short }) {
  const runs = short ? 1 : 5;
  return [
    await withFolder((folder) => sealed(folder, runs, short)),
    await withFolder((folder) => purged(folder, runs, short)),
  ];
}

async function sealed(folder, runs, short) {
  await provision(folder, 500);
  const ms = async (...args) => (await orkeys(folder, ...args)).ms;
  const [ours, bound] = await inTurn(runs, [
    () => ms('handout', 'sealed', 'W'),
    async () => (await ms('handout', 'table', 'W')) + timeToHash(),
  ]);
  const what = 'orkeys handout sealed, 500 people';
  return atMost({ what, ours, unit: 'ms', bound, boundIs: 'handout table, and hashing', target: short ? 2.5 : 1.3 });
}

async function purged(folder, runs, short) {
  await provision(folder, 54);
  await orkeys(folder, 'handout', 'slips', 'W');
  await orkeys(folder, 'revoke', '--prefix', 'W', '--yes', '--rate', 'off');
  const workshop = join(folder, 'sandbox', 'W');
  const saved = join(folder, 'saved');
  cpSync(workshop, saved, { recursive: true });
  const [ours, bound] = await inTurn(runs, [
    async () => {
      rmSync(workshop, { recursive: true });
      cpSync(saved, workshop, { recursive: true });
      return (await orkeys(folder, 'purge', 'W', '--yes', '--offline')).ms;
    },
    async () => (await orkeys(folder, 'export', 'W')).ms,
  ]);
  const what = 'orkeys purge, 54 people';
  return atMost({ what, ours, unit: 'ms', bound, boundIs: 'orkeys export', target: short ? 3 : 2 });
}

function provision(folder, people) {
  const args = ['--yes', '--quiet', '--prefix', 'W', '--rate', 'off', '--limit', '1'];
  return orkeys(folder, 'provision', writeRoster(folder, people), ...args);
}

function orkeys(folder, ...args) {
  return runNode([BIN, ...args, '--out', folder, '--sandbox'], { cwd: folder });
}

/** ms */
function timeToHash() {
  const start = performance.now();
  let digest = Buffer.alloc(64);
  for (let round = 0; round < ROUNDS; round += 1) digest = hash('sha512', digest, 'buffer');
  return performance.now() - start;
}
