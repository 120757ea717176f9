import { crc32, inflateRawSync } from 'node:zlib';
import { packed } from '../zip/plain-zip.ts';
import { type ZipEntry, zipArchive } from '../zip/zip-archive.ts';
import { writableText } from './cell-text.ts';
import { xmlText } from './xml-text.ts';
import { zipHeaders } from './zip-walk.ts';

export type ManyRow = readonly (string | number | null)[];

/**
 * Fills a sheet of an .xlsx with more rows than exceljs can hold, whose cells take more than 1 kB of memory each. exceljs wrote it
 * with two rows: the header, which stays, and a pattern, whose cells have the style of each column. Texts stay texts, whatever they
 * look like. The same rows give the same bytes.
 */
export function withManyRows(workbook: Uint8Array, sheet: string, rows: Iterable<ManyRow>): Uint8Array {
  let isFilled = false;
  const entries = [...zipEntries(workbook)].map((entry): ZipEntry => {
    if (entry.name !== sheet) return entry;
    isFilled = true;
    const xml = entry.method === 0 ? entry.data : inflateRawSync(entry.data);
    const bytes = filledSheet(Buffer.from(xml).toString('utf8'), rows);
    return { name: sheet, size: bytes.length, crc: crc32(bytes), ...packed(bytes) };
  });
  if (!isFilled) throw new Error(`The workbook has no ${sheet}.`);
  return zipArchive(entries);
}

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

/** How exceljs writes the second row; anything else is a newer exceljs, which has to be looked at. */
const PATTERN = /<row r="2"[^>]*>(.*?)<\/row>/s;
/** so many rows become one buffer */
const BATCH = 5_000;

function filledSheet(xml: string, rows: Iterable<ManyRow>): Buffer {
  const [pattern, cells = ''] = PATTERN.exec(xml) ?? [];
  if (pattern === undefined) throw new Error('The sheet has no second row.');
  const styles = [...cells.matchAll(/<c r="([A-Z]+)2" s="(\d+)"/g)].map(([, column, style]) => ({ column, style }));
  const [before = '', after = ''] = xml.split(pattern);
  const parts: Buffer[] = [];
  let texts: string[] = [];
  /** by text: people, days and models come again and again */
  const written = new Map<string, string>();
  let number = 1;
  for (const row of rows) {
    number += 1;
    texts.push(`<row r="${number}">`);
    for (const [at, { column, style }] of styles.entries()) {
      texts.push(cellXml(row[at] ?? null, `r="${column}${number}" s="${style}"`, written));
    }
    texts.push('</row>');
    if (number % BATCH === 0) {
      parts.push(Buffer.from(texts.join('')));
      texts = [];
    }
  }
  const last = styles.at(-1)?.column ?? 'A';
  const head = before.replace(/<dimension ref="[^"]*"\/>/, `<dimension ref="A1:${last}${number}"/>`);
  return Buffer.concat([Buffer.from(head), ...parts, Buffer.from(texts.join('')), Buffer.from(after)]);
}

function cellXml(value: string | number | null, where: string, written: Map<string, string>): string {
  if (value === null || value === '') return '';
  if (typeof value === 'number') return `<c ${where}><v>${value}</v></c>`;
  const text = written.get(value) ?? textXml(value);
  written.set(value, text);
  return `<c ${where} t="inlineStr"><is>${text}</is></c>`;
}

/** Without `preserve`, spaces at the ends and line breaks are lost. */
function textXml(text: string): string {
  return `<t${/^\s|\s$|\n/.test(text) ? ' xml:space="preserve"' : ''}>${xmlText(writableText(text))}</t>`;
}
