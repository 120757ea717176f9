import { copyFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Stands in for esbuild, which does not run under Wine: the bundles lie beside the tests already. */
export async function build({ entryPoints: [source], outfile }) {
  copyFileSync(join(import.meta.dirname, `${basename(source)}.mjs`), outfile);
}
