import { crc32 } from 'node:zlib';

/** An uncompressed zip of a few small texts, in memory: how the cleaned package reaches exceljs. */
export function storedZip(parts: Readonly<Record<string, string>>): ArrayBuffer {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(parts)) {
    const nameBytes = Buffer.from(name, 'utf8');
    const data = Buffer.from(text, 'utf8');
    const common = header(data, nameBytes.length);
    const local = Buffer.concat([bytes(4, 0x04034b50), common, nameBytes, data]);
    const central = [
      bytes(4, 0x02014b50),
      bytes(2, 20),
      common,
      bytes(2, 0),
      bytes(2, 0),
      bytes(2, 0),
      bytes(4, 0),
      bytes(4, offset),
    ];
    directory.push(...central, nameBytes);
    files.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const count = bytes(2, files.length);
  const end = [
    bytes(4, 0x06054b50),
    bytes(4, 0),
    count,
    count,
    bytes(4, central.length),
    bytes(4, offset),
    bytes(2, 0),
  ];
  const all = [...files, central, ...end];
  const zip = new Uint8Array(all.reduce((sum, part) => sum + part.length, 0));
  let position = 0;
  for (const part of all) {
    zip.set(part, position);
    position += part.length;
  }
  return zip.buffer;
}

/** The fields that the local and the central header share: version, flags, method, time, CRC, sizes, lengths. */
function header(data: Buffer, nameLength: number): Buffer {
  const size = bytes(4, data.length);
  return Buffer.concat([
    bytes(2, 20),
    bytes(2, 0x0800),
    bytes(2, 0),
    bytes(4, 0x00210000),
    bytes(4, crc32(data)),
    size,
    size,
    bytes(2, nameLength),
    bytes(2, 0),
  ]);
}

function bytes(length: number, value: number): Buffer {
  const buffer = Buffer.alloc(length);
  buffer.writeUIntLE(value, 0, length);
  return buffer;
}
