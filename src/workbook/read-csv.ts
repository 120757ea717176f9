import { CsvError, parse } from 'csv-parse/sync';
import type { Sheet } from '../roster/sheet.ts';
import { cellTooLong, LONGEST_CELL } from './cell-length.ts';
import { DELIMITERS, findDelimiter } from './delimiter.ts';
import { corrupt, MAX_ROWS, noRows, tooBig, tooManyRows } from './refusals.ts';

/** Reads CSV or TSV text. Rows are numbered as a spreadsheet program shows them: a `sep=` line does not count. */
export function readCsv(file: string, text: string): Sheet {
  const declared = /^sep=(.)\r?\n/i.exec(text);
  const body = unwrapped(declared ? text.slice(declared[0].length) : text);
  if (body.trim() === '') throw noRows(file);
  if (hasLongLine(body)) throw tooBig(file, 'a line has more than a million characters');
  const records = oneEach(withHeader(parseRecords(file, body, declared?.[1] ?? findDelimiter(body))));
  const rows = records.map((record, index) => ({
    number: index + 1,
    hidden: false,
    cells: record.flatMap((value, column) => {
      if (value.length > LONGEST_CELL) throw cellTooLong({ file, sheet: '', row: index + 1, column });
      return value === '' ? [] : [{ column, value: asText(value), link: undefined, mark: undefined }];
    }),
  }));
  return { name: '', hidden: false, rows: rows.filter((row) => row.cells.length > 0), merges: [] };
}

/** Not by a pattern: one would look at each character of a long line again from every character before it. */
function hasLongLine(text: string): boolean {
  if (text.length < LONGEST_ROW) return false;
  let start = 0;
  for (const { index, 0: ends } of text.matchAll(/[\r\n]+/g)) {
    if (index - start >= LONGEST_ROW) return true;
    start = index + ends.length;
  }
  return text.length - start >= LONGEST_ROW;
}

/** Some exports quote each line as a whole, with the quotes inside doubled. */
function unwrapped(text: string): string {
  const lines = text.trimEnd().split(/\r?\n/);
  const whole = lines.every((line) => line === '' || /^"(?:[^"]|"")*[,;\t](?:[^"]|"")*"$/.test(line));
  if (!whole || lines.length < 2) return text;
  return lines.map((line) => line.slice(1, -1).replaceAll('""', '"')).join('\n');
}

/** in bytes: a record that never ends would take all the memory */
const LONGEST_ROW = 1_000_000;
/** as Excel's */
const MOST_COLUMNS = 16_384;

/** A single line of nothing but addresses, as a mail program's "To" field has it, is a list: one row each. */
function oneEach(records: string[][]): string[][] {
  const [only = [], ...more] = records.filter((record) => record.some((field) => field.trim() !== ''));
  const fields = only.filter((field) => field.trim() !== '');
  return more.length === 0 && fields.length > 1 && fields.every((field) => field.includes('@'))
    ? fields.map((field) => [field])
    : records;
}

/** a title or two may stand above a header */
const FIRST_RECORDS = 10;

/** A header whose separator is another one than its rows' is split by it into as many fields as the row below has. */
function withHeader(records: string[][]): string[][] {
  for (const [at, header] of records.slice(0, FIRST_RECORDS).entries()) {
    const [only] = header;
    const below = records[at + 1];
    if (only === undefined || header.length !== 1 || below === undefined || below.length < 2 || only.includes('@'))
      continue;
    const fields = DELIMITERS.map((delimiter) => only.split(delimiter)).find(({ length }) => length === below.length);
    if (fields) return records.with(at, fields);
  }
  return records;
}

/** `="007"`: how exports make Excel keep a text a text */
function asText(value: string): string {
  const text = /^="(.*)"$/s.exec(value)?.[1];
  return text === undefined ? value : text.replaceAll('""', '"');
}

function parseRecords(file: string, text: string, delimiter: string): string[][] {
  const options = {
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: false,
    ltrim: /[,;|] +"/.test(text.slice(0, 10_000)),
  };
  try {
    return parse(text, {
      ...options,
      max_record_size: LONGEST_ROW,
      on_record: (record: string[], { records }: { records: number }) => {
        if (records > MAX_ROWS) throw tooManyRows(file);
        if (record.length > MOST_COLUMNS) throw tooBig(file, 'a row has more than 16,384 fields');
        return record;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_MAX_RECORD_SIZE')
      throw tooBig(file, 'a row has more than a million characters; perhaps a quotation mark is never closed');
    throw corrupt(file, `a quotation mark is never closed (${error.message})`, error);
  }
}
