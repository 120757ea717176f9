import type { PlainCell } from '../roster/participant.ts';

/** A value of exceljs as plain data; null where there is nothing. Its shapes: text, number, boolean, Date, `{richText}`, `{}`. */
export function plainCellOf(value: unknown): PlainCell {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : { date: value.toISOString() };
  if (typeof value === 'string') return value === '' ? null : value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'object' || value === null) return null;
  if ('richText' in value && Array.isArray(value.richText)) return plainCellOf(value.richText.map(runText).join(''));
  if ('result' in value) return plainCellOf(value.result);
  if ('text' in value) return plainCellOf(value.text);
  return null;
}

function runText(run: unknown): string {
  return typeof run === 'object' && run !== null && 'text' in run && typeof run.text === 'string' ? run.text : '';
}

/** Whether a text of several fonts is crossed out, as a whole or in part. */
export function struckRuns(value: unknown): true | 'part' | undefined {
  if (typeof value !== 'object' || value === null || !('richText' in value) || !Array.isArray(value.richText))
    return undefined;
  const runs = value.richText.filter((run) => runText(run).trim() !== '');
  const struck = runs.filter(isStruck).length;
  if (struck === 0) return undefined;
  return struck === runs.length ? true : 'part';
}

function isStruck(run: unknown): boolean {
  if (typeof run !== 'object' || run === null || !('font' in run)) return false;
  const { font } = run;
  return typeof font === 'object' && font !== null && 'strike' in font && font.strike === true;
}
