import { inflateRawSync } from 'node:zlib';
import type { Style } from 'exceljs';
import type { PlainCell } from '../roster/participant.ts';
import { packedPieces } from '../zip/plain-zip.ts';
import { type ZipEntry, zipArchive } from '../zip/zip-archive.ts';
import { rowsXml } from './rows-xml.ts';
import { SharedTexts } from './shared-texts.ts';
import { zipHeaders } from './zip-walk.ts';

/** What a sheet is filled with. */
export interface SheetFilling {
  /** of the cells of its second row, in their order */
  styles: readonly Partial<Style>[];
  rows: Iterable<readonly PlainCell[]>;
  /** of a column's numbers */
  numbers: readonly (Partial<Style> | undefined)[];
}

/**
 * Fills the sheets of an .xlsx, in their order, with any number of rows: one row after the other is made and packed, and only what is packed is kept.
 * exceljs wrote each sheet with two rows: the header, which stays, and a pattern, which tells the number of each style.
 */
export async function fillSheets(workbook: Uint8Array, fillings: readonly SheetFilling[]): Promise<Uint8Array> {
  const entries = new Map([...zipEntries(workbook)].map((entry) => [entry.name, entry]));
  const texts = new SharedTexts(xmlOf(entries, TEXTS));
  for (const [index, filling] of fillings.entries()) {
    const name = `xl/worksheets/sheet${index + 1}.xml`;
    entries.set(name, { name, ...(await packedPieces(filledSheet(xmlOf(entries, name), filling, texts))) });
  }
  entries.set(TEXTS, { name: TEXTS, ...(await packedPieces(texts.xml())) });
  return zipArchive([...entries.values()]);
}

const TEXTS = 'xl/sharedStrings.xml';

function* zipEntries(zip: Uint8Array): Generator<ZipEntry> {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  for (const { central, local } of zipHeaders(view)) {
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const nameStart = central + 46;
    yield {
      name: Buffer.from(zip.subarray(nameStart, nameStart + view.getUint16(central + 28, true))).toString('utf8'),
      data: zip.subarray(start, start + view.getUint32(central + 20, true)),
      size: view.getUint32(central + 24, true),
      crc: view.getUint32(central + 16, true),
      method: view.getUint16(central + 10, true),
    };
  }
}

function xmlOf(entries: ReadonlyMap<string, ZipEntry>, name: string): string {
  const entry = entries.get(name);
  if (entry === undefined) throw new Error(`The workbook has no ${name}.`);
  return Buffer.from(entry.method === 0 ? entry.data : inflateRawSync(entry.data)).toString('utf8');
}

/** How exceljs writes the second row; anything else is a newer exceljs, which has to be looked at. */
const PATTERN = /<row r="2"[^>]*>(.*?)<\/row>/s;
/** It is that of header and pattern; without it a reader counts for itself. */
const DIMENSION = /<dimension ref="[^"]*"\/>/;

function filledSheet(xml: string, { styles, rows, numbers }: SheetFilling, texts: SharedTexts): Iterable<Buffer> {
  const [pattern, cells = ''] = PATTERN.exec(xml) ?? [];
  const attributes = [...cells.matchAll(/<c r="[A-Z]+2"( s="\d+")?>/g)].map(([, style = '']) => style);
  if (pattern === undefined || attributes.length !== styles.length) throw new Error('The sheet has no pattern.');
  const [before = '', after = ''] = xml.replace(DIMENSION, '').split(pattern);
  const attributeOf = new Map(styles.map((style, index) => [style, attributes[index] ?? '']));
  return rowsXml({ before, rows, numbers, attributeOf, texts, after });
}
