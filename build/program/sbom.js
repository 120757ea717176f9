import { execFileSync } from 'node:child_process';
import { bundledPackages } from '../licences.js';
import { PINNED } from './find-nodes.js';

/**
 * What is inside, for those who look for known faults: CycloneDX 1.6, https://cyclonedx.org/docs/1.6/json/. Only packages of which code is in the program,
 * Node, and what Node says it is made of. Without times and numbers of chance: the same program gives the same list.
 * @param {{ version: string, description: string, metafile: import('esbuild').Metafile, node: string }} request `node`: one of the pinned binaries, which runs here
 */
export function billOfMaterials({ version, description, metafile, node }) {
  const packages = bundledPackages(metafile).map((found) => ({
    type: 'library',
    'bom-ref': `pkg:npm/${found.name.replace('@', '%40')}@${found.version}`,
    name: found.name,
    version: found.version,
    licenses: [{ expression: found.license }],
    purl: `pkg:npm/${found.name.replace('@', '%40')}@${found.version}`,
  }));
  const nodeRef = `pkg:generic/node@${PINNED.version}`;
  const program = `pkg:generic/orkeys@${version}`;
  const list = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': program,
        name: 'orkeys',
        version,
        description,
        licenses: [{ license: { id: 'MIT' } }],
      },
    },
    components: [
      {
        type: 'platform',
        'bom-ref': nodeRef,
        name: 'node',
        version: PINNED.version,
        purl: nodeRef,
        cpe: `cpe:2.3:a:nodejs:node.js:${PINNED.version}:*:*:*:*:*:*:*`,
        licenses: [{ license: { id: 'MIT' } }],
        properties: Object.entries(PINNED.binaries).map(([name, sum]) => ({ name: `sha256:${name}`, value: sum })),
        components: partsOfNode(node).map(([name, of]) => ({ type: 'library', name, version: of })),
      },
      ...packages,
    ],
    dependencies: [{ ref: program, dependsOn: [nodeRef, ...packages.map((found) => found['bom-ref'])] }],
  };
  return `${JSON.stringify(list, null, 2)}\n`;
}

/** OpenSSL, V8 and the others. */
function partsOfNode(node) {
  const versions = JSON.parse(
    execFileSync(node, ['-p', 'JSON.stringify(process.versions)'], { encoding: 'utf8', env: {} }),
  );
  // `modules` and `napi` number interfaces.
  return Object.entries(versions).filter(([name]) => !['node', 'modules', 'napi'].includes(name));
}
