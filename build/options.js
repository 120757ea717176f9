import { lazyStringWidth } from './lazy-string-width.js';
import { leftOutOfExceljs, leftOutOfPg } from './left-out.js';
import { leftOutOfNodemailer } from './left-out-of-nodemailer.js';
import { leftOutOfUndici } from './left-out-of-undici.js';
import { ownSourceMapsOnly } from './own-source-maps.js';

/**
 * What every bundle of ours is made with: the one that is published, and the one inside the single executable.
 * @type {import('esbuild').BuildOptions & { metafile: true }}
 */
export const options = {
  bundle: true,
  platform: 'node',
  target: 'node20.18',
  charset: 'utf8',
  minifySyntax: true,
  minifyWhitespace: true,
  metafile: true,
  plugins: [leftOutOfExceljs, leftOutOfPg, leftOutOfNodemailer, leftOutOfUndici, lazyStringWidth, ownSourceMapsOnly],
  logLevel: 'warning',
};
