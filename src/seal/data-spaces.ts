import type { CompoundEntry } from './compound-file.ts';

/**
 * The storage that says which stream of a compound file is encrypted, and how: MS-OFFCRYPTO 2.1 and 2.2. It is the same in every
 * workbook with a password; Excel does not open one without it.
 */
export function dataSpaces(): CompoundEntry {
  return {
    name: '\u0006DataSpaces',
    children: [
      { name: 'Version', bytes: Buffer.concat([text('Microsoft.Container.DataSpaces'), VERSIONS]) },
      { name: 'DataSpaceMap', bytes: dataSpaceMap() },
      {
        name: 'DataSpaceInfo',
        children: [{ name: DATA_SPACE, bytes: Buffer.concat([uint32(8), uint32(1), text(TRANSFORM)]) }],
      },
      {
        name: 'TransformInfo',
        children: [{ name: TRANSFORM, children: [{ name: '\u0006Primary', bytes: transformInfo() }] }],
      },
    ],
  };
}

const DATA_SPACE = 'StrongEncryptionDataSpace';
const TRANSFORM = 'StrongEncryptionTransform';
/** of reader, updater and writer: 1.0 */
const VERSIONS = Buffer.from('010000000100000001000000', 'hex');

/** 2.1.6: one entry, which leads from the stream to its data space. */
function dataSpaceMap(): Buffer {
  const stream = 0;
  const entry = Buffer.concat([uint32(1), uint32(stream), text('EncryptedPackage'), text(DATA_SPACE)]);
  return Buffer.concat([uint32(8), uint32(1), uint32(entry.length + 4), entry]);
}

/** 2.1.8 and 2.1.9: the encryption is described elsewhere, so its name here is empty and its numbers are 0. */
function transformInfo(): Buffer {
  const password = 1;
  const id = text('{FF9A3F03-56EF-4613-BDD5-5A41C1D07246}');
  const name = text('Microsoft.Container.EncryptionTransform');
  const encryption = Buffer.concat([uint32(0), uint32(0), uint32(0), uint32(4)]);
  return Buffer.concat([uint32(8 + id.length), uint32(password), id, name, VERSIONS, encryption]);
}

/** 2.1.2: a text in UTF-16 after its length, padded to four bytes. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf16le');
  return Buffer.concat([uint32(bytes.length), bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
