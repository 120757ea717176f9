// npm run build:program -- [platform …] [--nodes <folder>] [--url <address>]: the program as one executable, with Node inside, for each platform, in release/.
// Then writes what belongs to all archives there: sums, the bill of materials, and manifests for Scoop and Homebrew. Without a platform it does only that.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { thirdPartyLicences } from './licences.js';
import { archive } from './program/archive.js';
import { bundle } from './program/bundle.js';
import { writeExecutable } from './program/executable.js';
import { findNodes, HOST, PINNED, sha256 } from './program/find-nodes.js';
import { homebrewFormula, scoopManifest } from './program/manifests.js';
import { readMe } from './program/read-me.js';
import { billOfMaterials } from './program/sbom.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RELEASE = join(ROOT, 'release');
// The packages of the bundle are named as esbuild sees them from here.
process.chdir(ROOT);
const { positionals: platforms, values } = parseArgs({
  allowPositionals: true,
  options: { nodes: { type: 'string' }, url: { type: 'string' } },
});
const unknown = platforms.filter((platform) => !(platform in PINNED.binaries));
if (unknown.length > 0) {
  throw new Error(`There is ${Object.keys(PINNED.binaries).join(', ')}; not ${unknown.join(', ')}.`);
}
const { version, description, homepage } = JSON.parse(readFileSync('package.json', 'utf8'));
const nodes = findNodes(platforms, values.nodes);
const program = await bundle();
const licenses = `${thirdPartyLicences(program.metafile)}\n${'-'.repeat(80)}\n\nNode.js ${PINNED.version}\n\n${nodes.license}`;
mkdirSync(RELEASE, { recursive: true });
for (const platform of platforms) await build(platform);
writeLists();

async function build(platform) {
  const name = `orkeys-${version}-${platform}`;
  const isWindows = platform.startsWith('win-');
  const executable = isWindows ? 'orkeys.exe' : 'orkeys';
  rmSync(join(RELEASE, name), { recursive: true, force: true });
  mkdirSync(join(RELEASE, name));
  const file = join(RELEASE, name, executable);
  const { isSigned } = writeExecutable({ platform, binaries: nodes.binaries, program, file });
  const others = {
    'LICENSE.txt': readFileSync('LICENSE'),
    'README.txt': Buffer.from(readMe({ version, platform })),
    'THIRD-PARTY-LICENSES.txt': Buffer.from(licenses),
    'participants.xlsx': readFileSync('examples/participants.xlsx'),
  };
  for (const [other, content] of Object.entries(others)) writeFileSync(join(RELEASE, name, other), content);
  const kind = isWindows ? 'zip' : 'tar.gz';
  const files = [
    { name: executable, bytes: readFileSync(file), isProgram: true },
    ...Object.entries(others).map(([other, content]) => ({ name: other, bytes: content })),
  ];
  const bytes = await archive({ name, kind, files });
  writeFileSync(join(RELEASE, `${name}.${kind}`), bytes);
  console.log(`release/${name}.${kind}  ${(bytes.length / 1e6).toFixed(1)} MB, Node ${PINNED.version}`);
  if (platform.startsWith('darwin-') && !isSigned) {
    console.error('  Not signed, so macOS will not run it: only a Mac can sign it.');
  }
}

function writeLists() {
  const ofVersion = new RegExp(`^(orkeys-${RegExp.escape?.(version) ?? version}-(\\w+-\\w+))\\.(?:zip|tar\\.gz)$`);
  const base = values.url ?? pathToFileURL(RELEASE).href;
  const archives = readdirSync(RELEASE).flatMap((name) => {
    const [, folder, platform] = ofVersion.exec(name) ?? [];
    if (folder === undefined) return [];
    return [{ name, folder, platform, url: `${base}/${name}`, sum: sha256(readFileSync(join(RELEASE, name))) }];
  });
  const about = { version, description, homepage, archives };
  const lists = {
    [`orkeys-${version}.cdx.json`]: billOfMaterials({
      ...about,
      metafile: program.metafile,
      node: nodes.binaries[HOST],
    }),
    'orkeys.json': scoopManifest(about),
    'orkeys.rb': homebrewFormula(about),
  };
  for (const [name, text] of Object.entries(lists)) {
    if (text === undefined) rmSync(join(RELEASE, name), { force: true });
    else writeFileSync(join(RELEASE, name), text);
  }
  const listed = [
    ...archives.map(({ name }) => name),
    ...Object.keys(lists).filter((name) => lists[name] !== undefined),
  ];
  const sums = listed.sort().map((name) => `${sha256(readFileSync(join(RELEASE, name)))}  ${name}\n`);
  writeFileSync(join(RELEASE, 'SHA256SUMS'), sums.join(''));
}
