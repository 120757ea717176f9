import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HOST } from './find-nodes.js';

/** By this text, fixed by Node, a binary of Node knows that it carries a program. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';

/**
 * Writes the program as one executable of a platform. Not stripped: that breaks it.
 * @param {{ platform: string, binaries: Record<string, string>, program: Awaited<ReturnType<import('./bundle.js').bundle>>, file: string }} request
 */
export function writeExecutable({ platform, binaries, program, file }) {
  const isMac = platform.startsWith('darwin-');
  if (platform.startsWith('win-')) writeFileSync(file, withoutSignature(readFileSync(binaries[platform])));
  else copyFileSync(binaries[platform], file);
  chmodSync(file, 0o755);
  const canSign = process.platform === 'darwin';
  if (isMac && canSign) execFileSync('codesign', ['--remove-signature', file]);
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-program-'));
  try {
    const blob = writeBlob({ platform, node: binaries[HOST], program, folder });
    const segment = isMac ? ['--macho-segment-name', 'NODE_SEA'] : [];
    // By its command: it warns of harmless things, which are told only if it fails.
    execFileSync(process.execPath, [POSTJECT, file, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', FUSE, ...segment], QUIET);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  if (isMac && canSign) execFileSync('codesign', ['--sign', '-', file]);
  return { isSigned: isMac && canSign };
}

/** What is put into the executable, made by the same version of Node: the program, its files, and how Node starts it. */
function writeBlob({ platform, node, program, folder }) {
  const write = (name, bytes) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  const output = join(folder, 'blob');
  const config = {
    main: write('main.js', program.main),
    output,
    assets: Object.fromEntries(Object.entries(program.assets).map(([name, bytes]) => [name, write(name, bytes)])),
    disableExperimentalSEAWarning: true,
    // Compiled code is for the platform that compiled it.
    useCodeCache: platform === HOST,
    // Schools and companies put the certificates of their proxies there; on Linux they are part of no system.
    execArgv: platform.startsWith('linux-') ? [] : ['--use-system-ca'],
    // NODE_OPTIONS does not count: it could make the program run other code.
    execArgvExtension: 'none',
  };
  execFileSync(node, ['--experimental-sea-config', write('config.json', JSON.stringify(config))], QUIET);
  return output;
}

/** What they print is shown if they fail. Nothing of the environment may change what they make. */
const QUIET = { stdio: 'pipe', env: {} };
const POSTJECT = join(dirname(fileURLToPath(import.meta.resolve('postject'))), 'cli.js');

/**
 * A program for Windows without the signature of those who made Node. It does not hold for the program that carries ours, and a broken signature looks worse
 * than none. https://learn.microsoft.com/windows/win32/debug/pe-format: "Optional Header Data Directories".
 * @param {Buffer} bytes
 */
export function withoutSignature(bytes) {
  const optionalHeader = bytes.readUInt32LE(0x3c) + 24;
  if (bytes.readUInt16LE(optionalHeader) !== PE32_PLUS) throw new Error('This is no 64-bit program for Windows.');
  const entry = optionalHeader + 112 + 8 * CERTIFICATE_TABLE;
  const [start, size] = [bytes.readUInt32LE(entry), bytes.readUInt32LE(entry + 4)];
  if (size === 0) return bytes;
  if (start + size !== bytes.length) throw new Error('The signature of this program is not at its end.');
  const rest = Buffer.from(bytes.subarray(0, start));
  rest.fill(0, entry, entry + 8);
  return rest;
}

const PE32_PLUS = 0x20b;
const CERTIFICATE_TABLE = 4;
