import { encrypted, noRows, notXlsx } from './refusals.ts';

const SAVE_AS = 'Open it in a spreadsheet program and save it as .xlsx.';

/** Tells a file by its bytes, not by its name: a zip that may be a workbook, or text that may be CSV. Throws for everything else. */
export function fileKind(file: string, bytes: Uint8Array): 'zip' | 'text' {
  const extension = /\.([a-z0-9]+)$/i.exec(file)?.[1]?.toLowerCase() ?? '';
  const expectsWorkbook = /^(xls[xmb]?|xlt[xm]?|ods)$/.test(extension);
  if (bytes.length === 0) {
    throw expectsWorkbook ? notXlsx(file, 'an empty file', 'Download the file or save it again.') : noRows(file);
  }
  if (starts(bytes, [0x50, 0x4b, 3, 4]) || starts(bytes, [0x50, 0x4b, 5, 6])) return 'zip';
  if (starts(bytes, [0xd0, 0xcf, 0x11, 0xe0])) throw compoundFile(file, bytes);
  const binary = BINARY.find(({ magic }) => starts(bytes, magic));
  if (binary) throw notXlsx(file, binary.what, SAVE_AS);
  refuseMarkup(file, bytes);
  if (!expectsWorkbook) return 'text';
  if (looksLikeText(bytes)) {
    throw notXlsx(
      file,
      `plain text (CSV) with the extension .${extension}`,
      'Rename it to .csv, or open it in Excel and save it as .xlsx.',
    );
  }
  throw notXlsx(file, 'a file of unknown type', SAVE_AS);
}

const BINARY = [
  { magic: [0x25, 0x50, 0x44, 0x46], what: 'a PDF document' },
  { magic: [0x7b, 0x5c, 0x72, 0x74, 0x66], what: 'an RTF document' },
  { magic: [0x89, 0x50, 0x4e, 0x47], what: 'a picture (PNG)' },
  { magic: [0xff, 0xd8, 0xff], what: 'a picture (JPEG)' },
  { magic: [0x47, 0x49, 0x46, 0x38], what: 'a picture (GIF)' },
  { magic: [0x1f, 0x8b], what: 'a gzip archive' },
  { magic: [0x52, 0x61, 0x72, 0x21], what: 'a RAR archive' },
  { magic: [0x37, 0x7a, 0xbc, 0xaf], what: 'a 7-Zip archive' },
  { magic: [0x53, 0x51, 0x4c, 0x69], what: 'an SQLite database' },
  { magic: [0x50, 0x41, 0x52, 0x31], what: 'a Parquet file' },
  { magic: [0x09, 0x08], what: 'an old Excel workbook (.xls)' },
  { magic: [0x09, 0x04], what: 'an old Excel workbook (.xls)' },
  { magic: [0x09, 0x02], what: 'an old Excel workbook (.xls)' },
];

/** OLE compound files hold encrypted workbooks, old .xls and .doc; their folder names are UTF-16. */
function compoundFile(file: string, bytes: Uint8Array): Error {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const has = (name: string) => text.includes([...name].join('\0'));
  if (has('EncryptedPackage') || has('EncryptionInfo')) return encrypted(file);
  if (has('WordDocument')) return notXlsx(file, 'an old Word document (.doc)', SAVE_AS);
  if (has('Workbook') || has('Book'))
    return notXlsx(file, 'an old Excel workbook (.xls)', 'Open it in Excel and save it as .xlsx.');
  return notXlsx(file, 'an old Office document', SAVE_AS);
}

function refuseMarkup(file: string, bytes: Uint8Array): void {
  const head = Buffer.from(bytes.subarray(0, 4096))
    .toString('latin1')
    .replaceAll('\0', '')
    .replace(/^(?:ï»¿|ÿþ|þÿ)/, '')
    .trimStart();
  if (
    /^<(?:!doctype html|html|head|body|table|meta|style|div|!--)/i.test(head) ||
    /^<\?xml[\s\S]{0,500}<html/i.test(head)
  ) {
    throw notXlsx(file, 'a web page (HTML)', 'Open it in Excel and save it as .xlsx.');
  }
  if (/^<\?xml/i.test(head)) {
    const what = /urn:schemas-microsoft-com:office:spreadsheet/i.test(head)
      ? 'an XML spreadsheet of Excel 2003'
      : /opendocument/i.test(head)
        ? 'a flat OpenDocument file'
        : 'an XML file';
    throw notXlsx(file, what, SAVE_AS);
  }
  if (/^(?:[{[]\s*["{[\]}])/.test(head) && !/^\[[^\]{]*\][,;\t]/.test(head))
    throw notXlsx(file, 'a JSON file', SAVE_AS);
  if (/^ID;P/.test(head)) throw notXlsx(file, 'a SYLK file', SAVE_AS);
  if (/^MIME-Version:/i.test(head)) throw notXlsx(file, 'a web archive (MHTML)', SAVE_AS);
}

function looksLikeText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4096);
  if (starts(head, [0xff, 0xfe]) || starts(head, [0xfe, 0xff])) return true;
  return head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13);
}

function starts(bytes: Uint8Array, magic: readonly number[]): boolean {
  return magic.every((byte, index) => bytes[index] === byte);
}
