import { readFileSync } from 'node:fs';

// One mapping for a whole file: esbuild takes a file's own map in place of mapping each of its lines.
const NO_MAP = Buffer.from('{"version":3,"sources":[""],"mappings":"AAAA"}').toString('base64');

/**
 * Source maps for our own files only: those of the packages would be a third of what users download.
 * @type {import('esbuild').Plugin}
 */
export const ownSourceMapsOnly = {
  name: 'own-source-maps-only',
  setup(build) {
    build.onLoad({ filter: /[\\/]node_modules[\\/].*\.[cm]?js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${NO_MAP}`,
      loader: 'js',
    }));
  },
};
