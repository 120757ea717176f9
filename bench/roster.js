import { BIN, runMeasured, withFolder } from './processes.js';
import { writeWorkbook } from './rosters.js';
import { openAccount } from './servers.js';

/** Peaks of memory with big spreadsheets. */
export function measure({ short }) {
  return withFolder(async (folder) => {
    const [toRead, toProvision] = short ? [10_000, 500] : [100_000, 10_000];
    const big = await writeWorkbook(folder, toRead);
    const read = await runMeasured([BIN, 'roster', 'check', big], { cwd: folder });
    const account = await openAccount();
    const roster = await writeWorkbook(folder, toProvision);
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
    const made = await runMeasured([BIN, 'provision', roster, ...flags], { cwd: folder, env: account.env });
    account.close();
    return [
      below(`reading ${toRead} rows (${(read.ms / 1000).toFixed(1)} s)`, read.peakMB, 1000),
      below(`provisioning ${toProvision} rows (${(made.ms / 1000).toFixed(1)} s)`, made.peakMB, 400),
    ];
  });
}

function below(what, ours, bound) {
  return { what, ours, unit: 'MB', bound, boundIs: 'peak', ratio: ours / bound, target: 1, ok: ours <= bound };
}
