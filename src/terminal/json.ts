import type { Context } from '../context.ts';
import { visibleJson } from './visible-text.ts';

/**
 * Writes a result to standard output as JSON: indented by two spaces, a line break at the end. Letters are as they are, except where Windows
 * PowerShell may read them: it takes what comes through a pipe for the code page of the console, so that `ņ` arrives as two other letters.
 */
export function printJson({ stdout, platform }: Pick<Context, 'stdout' | 'platform'>, value: unknown): void {
  const isAscii = platform === 'win32' && !stdout.isTTY;
  for (const piece of indentedJson(value)) {
    const json = visibleJson(piece);
    stdout.write(isAscii ? asciiJson(json) : json);
  }
  stdout.write('\n');
}

/** characters at least, except for the last piece */
const PIECE = 65_536;

/** `JSON.stringify(value, null, 2)` in pieces: that of 10,000 people and 90 days has 200 MB, and no text has more than 500 MB. */
function* indentedJson(value: unknown): Generator<string> {
  let ready = '';
  for (const part of partsOf(value)) {
    ready += part;
    if (ready.length < PIECE) continue;
    yield ready;
    ready = '';
  }
  yield ready;
}

/** The fields of a record, and the elements of a list that is one of them, each by itself. */
function* partsOf(value: unknown): Generator<string> {
  if (!isRecord(value)) {
    yield JSON.stringify(value, null, 2);
    return;
  }
  let before = '{\n';
  for (const [field, inner] of Object.entries(value)) {
    const name = `${before}  ${JSON.stringify(field)}: `;
    if (Array.isArray(inner) && inner.length > 0) {
      yield `${name}[\n`;
      for (const [at, element] of inner.entries())
        yield `${at === 0 ? '' : ',\n'}    ${indented(element, '    ') ?? 'null'}`;
      yield '\n  ]';
    } else {
      const json = indented(inner, '  ');
      if (json === undefined) continue;
      yield name + json;
    }
    before = ',\n';
  }
  yield before === '{\n' ? '{}' : '\n}';
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !('toJSON' in value);
}

/** Undefined for what JSON does not have, such as undefined. A line break in JSON is never part of a text. */
function indented(value: unknown, by: string): string | undefined {
  const json: string | undefined = JSON.stringify(value, null, 2);
  return json?.replaceAll('\n', `\n${by}`);
}

/** The same data in ASCII, as `\u0146`. */
function asciiJson(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** JSON on one line, for logs and errors; no line break at the end. */
export function renderJsonLine(value: unknown): string {
  return visibleJson(JSON.stringify(value));
}
