import type { Style } from 'exceljs';
import type { PlainCell } from '../roster/participant.ts';
import { writableText } from './cell-text.ts';

export interface ShownCell {
  value: string | number | boolean | Date;
  style: Partial<Style>;
}

// One object for all cells of a kind: by it the writer finds its number in the workbook.
const TEXT = { numFmt: '@' };
const GENERAL = {};
const DAY = { numFmt: 'yyyy-mm-dd' };
const MOMENT = { numFmt: 'yyyy-mm-dd hh:mm:ss' };

/** All that `cellValue` gives. */
export const BASIC_STYLES: readonly Partial<Style>[] = [TEXT, GENERAL, DAY, MOMENT];

/** What to put into a cell, and how it is shown; undefined for an empty one. */
export function cellValue(cell: PlainCell): ShownCell | undefined {
  if (cell === null) return undefined;
  if (typeof cell === 'string') return textValue(cell);
  if (typeof cell === 'number')
    return Number.isFinite(cell) ? { value: cell, style: GENERAL } : textValue(String(cell));
  if (typeof cell === 'boolean') return { value: cell, style: GENERAL };
  return dateValue(cell.date);
}

/** The format `@` keeps a text a text when it is edited: without it, Excel takes `=1+1` for a formula then. */
function textValue(text: string): ShownCell | undefined {
  const value = writableText(text);
  return value === '' ? undefined : { value, style: TEXT };
}

const ISO_DATE = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/;
/** Excel's calendar has a 29 February 1900; days before it are off by one */
const FIRST_DAY = Date.UTC(1900, 2, 1);

/** A date without zone is taken as it stands; one with a zone is shown in UTC. Excel knows no zones. */
function dateValue(iso: string): ShownCell | undefined {
  const match = ISO_DATE.exec(iso);
  if (match === null || !isDay(iso.slice(0, 10))) return textValue(iso);
  const at = Date.parse(iso.length > 10 && match[1] === undefined ? `${iso}Z` : iso);
  if (Number.isNaN(at) || at < FIRST_DAY) return textValue(iso);
  return { value: new Date(at), style: at % 86_400_000 === 0 ? DAY : MOMENT };
}

/** `Date.parse` makes 3 March of 31 February. */
function isDay(day: string): boolean {
  const at = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day);
}
