import { readFile } from 'node:fs/promises';
import { transform } from 'esbuild';

// One mapping for a whole file: esbuild takes a file's own map in place of mapping each of its lines.
const NO_MAP = Buffer.from('{"version":3,"sources":[""],"mappings":"AAAA"}').toString('base64');

/**
 * Packages whose local names are shortened, which is a tenth of them. Not those that ask how a class is called: exceljs, zod, commander. Our own
 * names stay, for stack traces.
 */
const SHORTENED =
  /[\\/]node_modules[\\/](?:cli-progress|csv-parse|dotenv|jszip|nodemailer|pako|pg|pg-protocol|picomatch|sql\.js|saxes|undici|yauzl)[\\/]/;

/**
 * Source maps for our own files only: those of the packages would be a third of what users download.
 * @type {import('esbuild').Plugin}
 */
export const ownSourceMapsOnly = {
  name: 'own-source-maps-only',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const code = SHORTENED.test(path) ? (await transform(text, { minifyIdentifiers: true })).code : text;
      return { contents: `${code}\n//# sourceMappingURL=data:application/json;base64,${NO_MAP}`, loader: 'js' };
    });
  },
};
