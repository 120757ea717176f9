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
