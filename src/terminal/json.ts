import type { Context } from '../context.ts';
import { visibleJson } from './visible-text.ts';

/**
 * Writes a result to standard output as JSON: indented by two spaces, a line break at the end. Letters are as they are, except where Windows
 * PowerShell may read them: it takes what comes through a pipe for the code page of the console, so that `ņ` arrives as two other letters.
 */
export function printJson({ stdout, platform }: Pick<Context, 'stdout' | 'platform'>, value: unknown): void {
  const json = visibleJson(JSON.stringify(value, null, 2));
  stdout.write(`${platform === 'win32' && !stdout.isTTY ? asciiJson(json) : json}\n`);
}

/** The same data in ASCII, as `\u0146`. */
function asciiJson(json: string): string {
  return json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** JSON on one line, for logs and errors; no line break at the end. */
export function renderJsonLine(value: unknown): string {
  return visibleJson(JSON.stringify(value));
}
