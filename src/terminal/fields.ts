import { usageError } from '../errors.ts';
import { nearMisses } from '../near-misses.ts';

/** `--fields a,b` as a list; undefined when it was not typed. Throws `unknown_field`, which lists the known ones. */
export function parseFields(typed: string | undefined, known: readonly string[]): string[] | undefined {
  if (typed === undefined) return undefined;
  const fields = typed.split(',').map((field) => field.trim());
  const unknown = fields.find((field) => !known.includes(field));
  if (unknown === undefined) return [...new Set(fields)];
  const near = nearMisses(unknown, known, 1)[0];
  throw usageError('unknown_field', `--fields ${typed}: there is no field ${unknown === '' ? '""' : unknown}.`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}The fields are: ${known.join(', ')}.`,
  });
}

/** Of one thing's JSON the fields that were asked for, in that order; null where it lacks one. */
export function pickFields(json: object, fields: readonly string[] | undefined): object {
  if (!fields) return json;
  const values = new Map<string, unknown>(Object.entries(json));
  return Object.fromEntries(fields.map((field) => [field, values.get(field) ?? null]));
}

/** A value of a thing's JSON for a table's cell, as it is: for scripts and for fields without a column of their own. */
export function plainValue(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}
