import { closeSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BIN, runNode, withFolder } from './processes.js';
import { writeRoster } from './rosters.js';
import { openAccount } from './servers.js';

/** What it costs to append and sync each line, against the run that wrote them. */
export function measure({ short }) {
  return withFolder(async (folder) => {
    const account = await openAccount({ latencyMs: 250 });
    const args = ['provision', writeRoster(folder, 54), '--yes', '--quiet', '--out', folder, '--prefix', 'W'];
    const { ms } = await runNode([BIN, ...args], { env: account.env, cwd: folder });
    account.close();
    const lines = readFileSync(join(folder, 'W', 'journal.jsonl'), 'utf8').split(/(?<=\n)/);
    const file = openSync(join(folder, 'again.jsonl'), 'a', 0o600);
    const start = performance.now();
    for (const line of lines) {
      writeSync(file, line);
      fsyncSync(file);
    }
    const ours = performance.now() - start;
    closeSync(file);
    const what = `journal of 54 people, ${lines.length} lines synced`;
    const target = short ? 0.5 : 0.05;
    return [
      {
        what,
        ours,
        unit: 'ms',
        bound: ms,
        boundIs: 'the whole run',
        ratio: ours / ms,
        target,
        ok: ours / ms <= target,
      },
    ];
  });
}
