import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/**
 * What users download: one folder with all files. The same files give the same bytes.
 * @param {{ name: string, kind: 'zip' | 'tar.gz', files: { name: string, bytes: Uint8Array, isProgram?: boolean }[] }} request
 * @returns {Promise<Uint8Array>}
 */
export async function archive({ name, kind, files }) {
  const inFolder = files.map((file) => ({ ...file, name: `${name}/${file.name}` }));
  return kind === 'zip' ? (await ourZip()).plainZip(inFolder) : gzipSync(tar(inFolder), { level: 9 });
}

/** The program's own writer of ZIP archives. */
async function ourZip() {
  const { outputFiles } = await build({
    entryPoints: ['src/zip/plain-zip.ts'],
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`);
}

/** The format "ustar" of POSIX, which every tar reads: a header of 512 bytes before each file, and two empty ones at the end. */
function tar(files) {
  const blocks = files.flatMap(({ name, bytes, isProgram }) => [
    header({ name, size: bytes.length, mode: isProgram ? 0o755 : 0o644 }),
    bytes,
    Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK),
  ]);
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}

function header({ name, size, mode }) {
  const block = Buffer.alloc(BLOCK);
  const octal = (value, digits, at) => block.write(`${value.toString(8).padStart(digits, '0')}\0`, at, 'latin1');
  block.write(name, 0, 100, 'latin1');
  octal(mode, 7, 100);
  octal(0, 7, 108); // user
  octal(0, 7, 116); // group
  octal(size, 11, 124);
  octal(EPOCH, 11, 136);
  block.write('        0', 148, 'latin1'); // spaces in place of the sum, and the type: a plain file
  block.write('ustar\u000000', 257, 'latin1');
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    6,
    148,
  );
  return block;
}

const BLOCK = 512;
/** 1980-01-01, as in our ZIP archives: some programs complain about 1970 */
const EPOCH = 315_532_800;
