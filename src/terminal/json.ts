import type { Context } from '../context.ts';
import { visibleJson } from './visible-text.ts';

/** Writes a result to standard output as JSON: indented by two spaces, non-ASCII letters unescaped, a line break at the end. */
export function printJson(ctx: Pick<Context, 'stdout'>, value: unknown): void {
  ctx.stdout.write(`${visibleJson(JSON.stringify(value, null, 2))}\n`);
}

/** JSON on one line, for logs and errors; no line break at the end. */
export function renderJsonLine(value: unknown): string {
  return visibleJson(JSON.stringify(value));
}
