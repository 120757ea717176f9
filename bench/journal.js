import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, inTurn, runNode, withFolder } from './processes.js';
import { writeRoster } from './rosters.js';
import { atMost } from './rows.js';
import { openAccount } from './servers.js';

/** What it costs to append and sync each line one by one, against the run that wrote them: there lines that meet share a sync. */
export function measure({ short }) {
  return withFolder(async (folder) => {
    const account = await openAccount({ latencyMs: 250 });
    const args = ['provision', writeRoster(folder, 54), '--yes', '--quiet', '--out', folder, '--prefix', 'W'];
    const { ms } = await runNode([BIN, ...args], { env: account.env, cwd: folder });
    account.close();
    const lines = readFileSync(join(folder, 'W', 'journal.jsonl'), 'utf8').split(/(?<=\n)/);
    const [ours] = await inTurn(short ? 1 : 5, [() => timeToAppend(lines, join(folder, 'again.jsonl'))]);
    const what = `journal of 54 people, ${lines.length} lines synced`;
    return [atMost({ what, ours, unit: 'ms', bound: ms, boundIs: 'the whole run', target: short ? 0.5 : 0.05 })];
  });
}

function timeToAppend(lines, path) {
  const file = openSync(path, 'a', 0o600);
  const start = performance.now();
  for (const line of lines) {
    writeSync(file, line);
    fsyncSync(file);
  }
  const ms = performance.now() - start;
  closeSync(file);
  return ms;
}
