import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { leftOutOfNodemailer } from '../build/left-out-of-nodemailer.js';
import { inTurn, ROOT, runNode, withFolder } from './processes.js';
import { atMost } from './rows.js';

const MAILS = 54;
/** ms that a mail may take beyond what the library and the server take */
const OWN = 15;

/** One mail after the other over one connection, each with two synced lines, against the bare library that sends the same. */
export function measure({ short }) {
  return withFolder(async (folder) => {
    const bundle = join(folder, 'mail-sender.mjs');
    await build({
      entryPoints: [join(ROOT, 'bench', 'mail-sender.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'warning',
      plugins: [leftOutOfNodemailer],
    });
    const time = (how) => async () => {
      const code = `import{${how}}from${JSON.stringify(pathToFileURL(bundle).href)};console.log(await ${how}(${MAILS},${JSON.stringify(join(folder, 'log'))}))`;
      return Number((await runNode(['--input-type=module', '-e', code])).stdout) / MAILS;
    };
    const [bare, ours] = await inTurn(short ? 3 : 11, [time('sendBare'), time('sendOurs')]);
    return [
      atMost({
        what: `a mail, composed and recorded, of ${MAILS}`,
        ours,
        unit: 'ms',
        bound: bare + OWN * (short ? 10 : 1),
        boundIs: `bare nodemailer + ${OWN}`,
      }),
    ];
  });
}
