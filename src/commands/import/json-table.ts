import { parseJson } from '../../parse-json.ts';

/**
 * JSON with keys in it as CSV, so that it is understood as any other table: a list of objects, such as `{email, name, api_key}`, by itself or
 * as a field of an object; or an object of people, each with a key. Undefined for what is no JSON, empty where nobody is in it.
 */
export function tableOfJson(bytes: Uint8Array): Uint8Array | undefined {
  const text = new TextDecoder().decode(bytes);
  if (!/^\s*[[{]/.test(text)) return undefined;
  const rows = rowsOf(parseJson(text)).map((row) => new Map(row));
  if (rows.length === 0) return new Uint8Array();
  const header = [...new Set(rows.flatMap((row) => [...row.keys()]))];
  const lines = [header, ...rows.map((row) => header.map((name) => row.get(name) ?? ''))];
  return new TextEncoder().encode(`${lines.map((line) => line.map(quoted).join(',')).join('\n')}\n`);
}

type Row = [name: string, text: string][];

function rowsOf(value: unknown): Row[] {
  if (Array.isArray(value)) return value.filter(isObject).map(rowOf);
  if (!isObject(value)) return [];
  const lists = Object.values(value).filter((each) => Array.isArray(each) && each.some(isObject));
  const [list] = lists;
  if (lists.length === 1) return rowsOf(list);
  const [only, ...others] = Object.values(value);
  // One person's key would be a text.
  if (others.length === 0 && isObject(only) && Object.values(only).every(holdsKey)) return rowsOf(only);
  return Object.entries(value).flatMap(([who, what]): Row[] => {
    const person: Row = [[who.includes('@') ? 'email' : 'name', who]];
    if (typeof what === 'string') return [[...person, ['api_key', what]]];
    return isObject(what) ? [[...person, ...rowOf(what)]] : [];
  });
}

/** The fields of fields too: a participant may be an object of its own. */
function rowOf(value: Readonly<Record<string, unknown>>): Row {
  return Object.entries(value).flatMap(([name, field]): Row => {
    if (isObject(field)) return rowOf(field);
    if (Array.isArray(field)) return [[name, field.filter(isText).join(', ')]];
    return isText(field) ? [[name, String(field)]] : [];
  });
}

function holdsKey(value: unknown): boolean {
  return typeof value === 'string' ? value.startsWith('sk-or-') : isObject(value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
