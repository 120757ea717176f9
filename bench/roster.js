import { BIN, runMeasured, withFolder } from './processes.js';
import { writeWorkbook } from './rosters.js';
import { atMost } from './rows.js';
import { openAccount } from './servers.js';

/** Big spreadsheets: peaks of memory, and whether time grows with the rows and no faster. */
export async function measure({ short }) {
  const [toRead, toProvision] = short ? [10_000, 1000] : [100_000, 10_000];
  const read = await withFolder(async (folder) => {
    const check = async (rows) =>
      runMeasured([BIN, 'roster', 'check', await writeWorkbook(folder, rows)], { cwd: folder });
    return { few: await check(toRead / 4), many: await check(toRead) };
  });
  const few = await provision(toProvision / 4);
  const many = await provision(toProvision);
  return [
    peak(`roster check of ${toRead} rows`, read.many, 1000),
    growth(read.few, read.many, short),
    peak(`provision of ${toProvision} rows`, many.first, 400),
    growth(few.first, many.first, short),
    peak('… and once more, with nothing to do', many.again, 400),
    growth(few.again, many.again, short),
  ];
}

function provision(people) {
  return withFolder(async (folder) => {
    const account = await openAccount();
    const roster = await writeWorkbook(folder, people);
    const flags = ['--limit', '0.01', '--yes', '--quiet', '--rate', 'off', '--out', folder, '--prefix', 'W'];
    const run = () => runMeasured([BIN, 'provision', roster, ...flags], { cwd: folder, env: account.env });
    const first = await run();
    const again = await run();
    account.close();
    return { first, again };
  });
}

function peak(what, { peakMB }, bound) {
  return atMost({ what, ours: peakMB, unit: 'MB', bound, boundIs: 'peak' });
}

/** Four times the rows should take no more than four times as long; half as much again is allowed for. */
function growth(few, many, short) {
  const what = '… time, against a quarter of the rows';
  const [ours, bound] = [many.ms / 1000, few.ms / 1000];
  return atMost({ what, ours, unit: 's', bound, boundIs: 'a quarter', target: short ? 40 : 6 });
}
