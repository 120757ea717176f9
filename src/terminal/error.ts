import { inspect } from 'node:util';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { renderIssues } from './issues.ts';
import { renderJsonLine } from './json.ts';
import { createStyle } from './style.ts';
import { visibleText } from './visible-text.ts';
import { wrapText } from './wrap.ts';

export interface ErrorOptions {
  ctx: Pick<Context, 'env' | 'stderr' | 'redactor'>;
  json: boolean;
  /** of orkeys, for a bug report */
  version: string;
}

/** An error as text for standard error, ending with a line break. Secrets are masked. */
export function renderError(error: unknown, { ctx, json, version }: ErrorOptions): string {
  const text = json ? renderJsonError(error, version) : renderHumanError(error, version, ctx);
  return `${ctx.redactor.redact(text)}\n`;
}

function renderJsonError(error: unknown, version: string): string {
  if (!(error instanceof CliError)) {
    return renderJsonLine({
      error: { code: 'unexpected', message: describeUnknown(error), hint: reportHint(version) },
    });
  }
  const { code, message, issues } = error;
  const hint = error.hint ?? null;
  return renderJsonLine({ error: { code, message, hint, ...(issues.length > 0 && { issues }) } });
}

function renderHumanError(error: unknown, version: string, ctx: ErrorOptions['ctx']): string {
  const style = createStyle(ctx.env, ctx.stderr);
  if (!(error instanceof CliError)) {
    return [
      titled('Error:', `internal error: ${describeUnknown(error)}`, style.red, ctx),
      ...stackFrames(error).map((frame) => style.dim(`  ${frame}`)),
      titled(HINT, reportHint(version), style.bold, ctx),
    ].join('\n');
  }
  if (error.code === 'cancelled') return error.message;
  const parts = [titled('Error:', error.message, style.red, ctx)];
  if (error.issues.length > 0) parts.push('', renderIssues(error.issues, ctx.stderr), '');
  if (error.hint !== undefined) parts.push(titled(HINT, error.hint, style.bold, ctx));
  return parts.join('\n').trimEnd();
}

const HINT = 'Hint:';

/** Our own sentences may contain line breaks, but no other control characters. Wrapped on a terminal. */
function titled(title: string, text: string, paint: (text: string) => string, { stderr }: ErrorOptions['ctx']): string {
  const cells = (stderr.isTTY ? stderr.columns : Number.POSITIVE_INFINITY) - INDENT.length;
  const lines = `${title} ${text}`.split('\n').flatMap((line) => wrapText(visibleText(line), cells));
  return paint(title) + lines.join(`\n${INDENT}`).slice(title.length);
}

const INDENT = '  ';

function describeUnknown(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error, { depth: 1, breakLength: Number.POSITIVE_INFINITY });
  return error.message === '' ? error.name : `${error.name}: ${error.message}`;
}

/** Without a stack trace, a bug report is of little use. */
function stackFrames(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  const lines = (error.stack ?? '').split('\n').map((line) => visibleText(line.trim()));
  return lines.filter((line) => line.startsWith('at ') && !line.includes('(node:internal/')).slice(0, 4);
}

function reportHint(version: string): string {
  return `This is a bug in orkeys ${version}. Report it with the text above.`;
}
