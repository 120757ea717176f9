import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/cli.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RELEASE = join(ROOT, 'release');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const PINNED = JSON.parse(readFileSync(join(ROOT, 'build', 'program', 'pinned-node.json'), 'utf8'));
const archives = readdirSync(RELEASE).filter(
  (name) => name.startsWith(`orkeys-${version}-`) && /\.(?:zip|tar\.gz)$/.test(name),
);
const sumOf = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
const read = (...path: string[]) => readFileSync(join(RELEASE, ...path), 'utf8');
/** The build is JavaScript, so this is without types. */
const ofBuild = (name: string) => import(pathToFileURL(join(ROOT, 'build', 'program', name)).href);

test('an archive holds the program, its licenses, an example and a few lines to read, and unpacks to a program that may run', () => {
  const unix = archives.filter((name) => name.endsWith('.tar.gz'));
  if (process.platform !== 'win32') expect(unix.length).toBeGreaterThan(0);
  for (const name of unix) {
    const folder = temporaryFolder();
    execFileSync('tar', ['xzf', join(RELEASE, name)], { cwd: folder });
    const [unpacked = ''] = readdirSync(folder);
    expect(`${unpacked}.tar.gz`).toBe(name);
    const files = readdirSync(join(folder, unpacked)).sort();
    expect(files).toEqual(['LICENSE.txt', 'README.txt', 'THIRD-PARTY-LICENSES.txt', 'orkeys', 'participants.xlsx']);
    if (process.platform !== 'win32') expect(statSync(join(folder, unpacked, 'orkeys')).mode & 0o777).toBe(0o755);
    for (const file of files) {
      expect(sumOf(readFileSync(join(folder, unpacked, file)))).toBe(
        sumOf(readFileSync(join(RELEASE, unpacked, file))),
      );
    }
  }
});

test('the licenses are those of Node and of each package inside', () => {
  for (const name of archives) {
    const text = read(name.replace(/\.(?:zip|tar\.gz)$/, ''), 'THIRD-PARTY-LICENSES.txt');
    for (const inside of ['commander', 'exceljs', 'sql.js', 'undici', 'zod']) {
      expect(text).toMatch(new RegExp(`^${inside} \\d+\\.\\d+\\.\\d+ \\(.+\\)$`, 'm'));
    }
    expect(text).toContain(`\nNode.js ${PINNED.version}\n`);
    expect(text).toMatch(/OpenSSL[\s\S]+V8/);
  }
});

test('the lines to read are few', () => {
  for (const name of archives) {
    const lines = read(name.replace(/\.(?:zip|tar\.gz)$/, ''), 'README.txt')
      .trim()
      .split(/\r?\n/);
    expect(lines.length).toBeLessThanOrEqual(11);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(120);
  }
});

test('SHA256SUMS has every file of the release, with its sum', () => {
  const listed = Object.fromEntries(
    read('SHA256SUMS')
      .trim()
      .split('\n')
      .map((line) => line.split('  ').reverse()),
  );
  const files = readdirSync(RELEASE).filter((name) => statSync(join(RELEASE, name)).isFile() && name !== 'SHA256SUMS');
  expect(listed).toEqual(Object.fromEntries(files.map((name) => [name, sumOf(readFileSync(join(RELEASE, name)))])));
  expect(Object.keys(listed)).toEqual(expect.arrayContaining(archives));
});

test('the bill of materials has Node, what Node is made of, and every package of the licenses', () => {
  const { components, dependencies, ...head } = JSON.parse(read(`orkeys-${version}.cdx.json`));
  expect(head).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', metadata: { component: { version } } });
  const [node, ...packages] = components;
  expect(node).toMatchObject({ name: 'node', version: PINNED.version });
  expect(node.components.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['openssl', 'v8', 'uv']),
  );
  const licenses = read(`${archives[0]?.replace(/\.(?:zip|tar\.gz)$/, '')}`, 'THIRD-PARTY-LICENSES.txt');
  const named = [...licenses.matchAll(/^-{80}\n\n(\S+) (\d\S+) \((.+)\)$/gm)].map(([, name, of]) => `${name} ${of}`);
  expect(named.length).toBeGreaterThan(15);
  expect(packages.map(({ name, version: of }: { name: string; version: string }) => `${name} ${of}`)).toEqual(named);
  const refs = [node, ...packages].map((component) => component['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  expect(dependencies[0].dependsOn).toEqual(refs);
});

test('Scoop and Homebrew get the address and the sum of each archive', async () => {
  const { scoopManifest, homebrewFormula } = await ofBuild('manifests.js');
  const about = {
    version: '1.2.3',
    description: 'Keys "for #all"',
    archives: ['darwin-arm64', 'darwin-x64', 'linux-x64', 'win-arm64', 'win-x64'].map((platform) => ({
      platform,
      folder: `orkeys-1.2.3-${platform}`,
      url: `https://files.example.org/${platform}`,
      sum: `sum-of-${platform}`,
    })),
  };
  expect(JSON.parse(scoopManifest(about))).toEqual({
    version: '1.2.3',
    description: 'Keys "for #all"',
    license: 'MIT',
    architecture: {
      arm64: {
        url: 'https://files.example.org/win-arm64',
        hash: 'sum-of-win-arm64',
        extract_dir: 'orkeys-1.2.3-win-arm64',
      },
      '64bit': {
        url: 'https://files.example.org/win-x64',
        hash: 'sum-of-win-x64',
        extract_dir: 'orkeys-1.2.3-win-x64',
      },
    },
    bin: 'orkeys.exe',
  });
  expect(homebrewFormula(about)).toMatchInlineSnapshot(`
    "class Orkeys < Formula
      desc "Keys \\"for \\#all\\""
      version "1.2.3"
      license "MIT"

      on_macos do
        on_arm do
          url "https://files.example.org/darwin-arm64"
          sha256 "sum-of-darwin-arm64"
        end
        on_intel do
          url "https://files.example.org/darwin-x64"
          sha256 "sum-of-darwin-x64"
        end
      end

      on_linux do
        on_intel do
          url "https://files.example.org/linux-x64"
          sha256 "sum-of-linux-x64"
        end
      end

      def install
        bin.install "orkeys"
        prefix.install Dir["*.txt"]
        generate_completions_from_executable(bin/"orkeys", "completion", shells: [:bash, :zsh, :fish])
      end

      test do
        assert_match version.to_s, shell_output("#{bin}/orkeys --version")
      end
    end
    "
  `);
  expect([scoopManifest({ ...about, archives: [] }), homebrewFormula({ ...about, archives: [] })]).toEqual([
    undefined,
    undefined,
  ]);
});

test('of Node only what has the pinned sum is packed, whatever it is called', async () => {
  const { findNodes, sha256 } = await ofBuild('find-nodes.js');
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'node'), 'another Node');
  writeFileSync(join(folder, 'LICENSE'), 'another license');
  expect(() => findNodes(['win-arm64'], folder)).toThrow(/^Not found: Node [\d.]+ for win-arm64, .*its LICENSE/);
  expect(sha256('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('the workflow of the release runs the Node that is pinned', () => {
  const workflow = readFileSync(join(ROOT, '.github', 'workflows', 'ci.yml'), 'utf8');
  const jobs = workflow.slice(workflow.indexOf('\n  programs:\n'), workflow.indexOf('\n  release:\n'));
  const versions = [...jobs.matchAll(/node-version: (\S+)/g)].map(([, of]) => of);
  expect(versions).toEqual([PINNED.version, PINNED.version]);
});

test('the signature of those who made Node is taken from a program for Windows', async () => {
  const { withoutSignature } = await ofBuild('executable.js');
  const [header, signature] = [0x80, 16];
  const program = Buffer.alloc(512, 'x');
  program.writeUInt32LE(header, 0x3c);
  program.writeUInt16LE(0x20b, header + 24);
  const entry = header + 24 + 112 + 4 * 8;
  program.writeUInt32LE(512 - signature, entry);
  program.writeUInt32LE(signature, entry + 4);
  const bare: Buffer = withoutSignature(program);
  expect(bare.length).toBe(512 - signature);
  expect([bare.readUInt32LE(entry), bare.readUInt32LE(entry + 4)]).toEqual([0, 0]);
  expect(bare.subarray(entry + 8).equals(program.subarray(entry + 8, 512 - signature))).toBe(true);
  expect(withoutSignature(bare)).toEqual(bare);
  expect(() => withoutSignature(Buffer.concat([program, Buffer.from('more')]))).toThrow('not at its end');
});

test('the same files are the same archive', async () => {
  const { archive } = await ofBuild('archive.js');
  const files = [{ name: 'orkeys', bytes: Buffer.from('x'), isProgram: true }];
  for (const kind of ['zip', 'tar.gz']) {
    const [one, other] = await Promise.all([0, 1].map(() => archive({ name: 'a', kind, files })));
    expect(Buffer.from(one).equals(Buffer.from(other))).toBe(true);
  }
});
