import { usageError } from '../errors.ts';
import { nearMisses } from '../near-misses.ts';

/** `--fields a,b` as a list; undefined if the option was not given. Throws `unknown_field`, which lists the available fields. */
export function parseFields(typed: string | undefined, known: readonly string[]): string[] | undefined {
  if (typed === undefined) return undefined;
  const fields = typed.split(',').map((field) => field.trim());
  const unknown = fields.find((field) => !known.includes(field));
  if (unknown === undefined) return [...new Set(fields)];
  const near = nearMisses(unknown, known, 1)[0];
  throw usageError('unknown_field', `Unknown field ${unknown === '' ? '""' : unknown} in --fields ${typed}.`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}Available fields: ${known.join(', ')}`,
  });
}

/** The requested fields of a JSON object, in that order; null where the object has no such field. */
export function pickFields(json: object, fields: readonly string[] | undefined): object {
  if (!fields) return json;
  const values = new Map<string, unknown>(Object.entries(json));
  return Object.fromEntries(fields.map((field) => [field, values.get(field) ?? null]));
}

/** A JSON value as the text of a table cell, unformatted: for scripts, and for fields without a column of their own. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
