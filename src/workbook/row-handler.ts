import { columnIndex, type Merge } from '../roster/sheet.ts';
import { createStringBuilder } from './read-strings.ts';
import { type Attributes, attribute, type XmlHandler } from './read-xml.ts';

/** A cell as the cleaned package shall have it. */
export interface CleanCell {
  /** 0-based */
  column: number;
  type: 'string' | 'number' | 'boolean' | 'date' | 'error';
  /** a shared string's index, an `<si>` of its own, or the text of a number, boolean, ISO date or error */
  value: number | string;
  /** index of its cell style */
  style: number;
  /** undefined = no formula; '' = a formula of no interest; otherwise the first characters of the formula */
  formula: string | undefined;
}

export interface CleanRow {
  number: number;
  hidden: boolean;
  /** cells that hold something, ascending */
  cells: CleanCell[];
}

/** What stands behind a sheet's rows; complete when all rows were read. */
export interface SheetExtras {
  merges: Merge[];
  /** hyperlinks: where they stand, and the id of their relationship or their inner location */
  links: { area: Merge; relationship: string | undefined; location: string | undefined }[];
}

const MAX_ROW = 1_048_576;
const MAX_COLUMN = 16_383;
/** more merges than any roster has; beyond it they only cost memory */
const MAX_MERGES = 20_000;
/** enough of a formula to find the target of HYPERLINK("…") */
const FORMULA_LENGTH = 2_000;

interface OpenCell {
  column: number;
  type: string;
  style: number;
  formula: string | undefined;
  value: string | undefined;
}

/** Listens to a sheet's XML and hands over each row that holds something. Positions are trusted only where they make sense. */
export function createRowHandler(extras: SheetExtras, onRow: (row: CleanRow) => void): XmlHandler {
  const strings = createStringBuilder();
  let row: CleanRow | undefined;
  let cell: OpenCell | undefined;
  let lastRow = 0;
  let lastColumn = -1;
  let inside = '';
  return {
    open(name, attributes) {
      if (name === 'row') {
        lastRow = rowNumber(attribute(attributes, 'r')) ?? lastRow + 1;
        lastColumn = -1;
        row = { number: lastRow, hidden: isTrue(attribute(attributes, 'hidden')), cells: [] };
      } else if (name === 'c') {
        lastColumn = Math.min(columnOf(attribute(attributes, 'r')) ?? lastColumn + 1, MAX_COLUMN);
        const style = Number(attribute(attributes, 's') ?? 0);
        cell = {
          column: lastColumn,
          type: attribute(attributes, 't') ?? 'n',
          style,
          formula: undefined,
          value: undefined,
        };
      } else if (cell) {
        inside = name;
        if (name === 'f') cell.formula ??= '';
        else if (name === 'v') cell.value ??= '';
        else strings.open(name, attributes);
      } else if (name === 'mergeCell' && extras.merges.length < MAX_MERGES) {
        const area = parseArea(attribute(attributes, 'ref'));
        if (area) extras.merges.push(area);
      } else if (name === 'hyperlink') {
        addLink(extras, attributes);
      }
    },
    text(text) {
      if (!cell) return;
      if (inside === 'v') cell.value += text;
      else if (inside === 'f') cell.formula = ((cell.formula ?? '') + text).slice(0, FORMULA_LENGTH);
      else strings.text(text);
    },
    close(name) {
      if (name === 'c' && cell) {
        const clean = cleanCell(cell, strings.take());
        if (clean && row) row.cells.push(clean);
        cell = undefined;
      } else if (name === 'row' && row) {
        if (row.cells.length > 0) onRow(row);
        row = undefined;
      } else if (cell) {
        inside = '';
        strings.close(name);
      }
    },
  };
}

/** Undefined for a cell without content. Strings of all kinds become shared strings, ISO dates become text that is read later. */
function cleanCell(cell: OpenCell, inline: string | undefined): CleanCell | undefined {
  const { column, style, formula, type } = cell;
  const value = cell.value ?? '';
  const clean = (kind: CleanCell['type'], content: number | string): CleanCell => ({
    column,
    type: kind,
    value: content,
    style,
    formula,
  });
  if (inline !== undefined) return clean('string', inline);
  if (value === '')
    return formula === undefined || (type === 'str' && cell.value !== undefined)
      ? undefined
      : { ...clean('error', ''), formula };
  if (type === 's') return clean('string', Number(value));
  if (type === 'd' && isoDate(value)) return clean('date', value);
  if (type === 'str' || type === 'inlineStr' || type === 'd') return clean('string', textItem(value));
  if (type === 'b') return clean('boolean', isTrue(value) ? '1' : '0');
  if (type === 'e') return clean('error', value);
  return Number.isFinite(Number(value)) ? clean('number', value.trim()) : clean('string', textItem(value));
}

function isoDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text));
}

function textItem(text: string): string {
  const builder = createStringBuilder();
  builder.open('t');
  builder.text(text);
  builder.close('t');
  return builder.take() ?? '';
}

function addLink(extras: SheetExtras, attributes: Attributes): void {
  const area = parseArea(attribute(attributes, 'ref'));
  const relationship = Object.entries(attributes).find(([name]) => name.endsWith(':id'))?.[1];
  if (area) extras.links.push({ area, relationship, location: attribute(attributes, 'location') });
}

function parseArea(ref: string | undefined): Merge | undefined {
  const [from, to] = (ref ?? '').replaceAll('$', '').split(':');
  const [left, top] = [columnOf(from), rowNumber(/\d+$/.exec(from ?? '')?.[0])];
  const [right, bottom] = to === undefined ? [left, top] : [columnOf(to), rowNumber(/\d+$/.exec(to)?.[0])];
  if (left === undefined || top === undefined || right === undefined || bottom === undefined) return undefined;
  return { top, left, bottom, right };
}

function rowNumber(text: string | undefined): number | undefined {
  const number = Number(text);
  return Number.isInteger(number) && number >= 1 && number <= MAX_ROW ? number : undefined;
}

function columnOf(ref: string | undefined): number | undefined {
  const index = columnIndex(/^[A-Za-z]+/.exec(ref ?? '')?.[0] ?? '');
  return index === undefined || index > MAX_COLUMN ? undefined : index;
}

function isTrue(text: string | undefined): boolean {
  return text === '1' || text?.toLowerCase() === 'true';
}
