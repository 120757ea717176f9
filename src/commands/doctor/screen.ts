import type { Context } from '../../context.ts';
import { cellWidth, padCells } from '../../terminal/cell-width.ts';
import { createStyle, type Style } from '../../terminal/style.ts';
import { tableWidth } from '../../terminal/table.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { wrapText } from '../../terminal/wrap.ts';
import { type Check, exitCodeOf, type Verdict } from './check.ts';

/** A workshop with what was found of it. */
export interface ExaminedWorkshop {
  prefix: string;
  /** its folder, git, journal and lock */
  checks: readonly Check[];
  /** what earlier runs left unresolved */
  operations: Check;
}

/** What is wrong with a workshop, or one line where nothing is. */
export function inBrief({ prefix, checks, operations }: ExaminedWorkshop): Check[] {
  const wrong = [...checks, operations].filter(({ verdict }) => verdict === 'problem' || verdict === 'warning');
  return wrong.length > 0 ? wrong : [{ ...operations, title: prefix }];
}

/** A check a line, what to do below it, and what it comes to. */
export function renderDoctor(checks: readonly Check[], ctx: Pick<Context, 'env' | 'stdout'>): string {
  const style = createStyle(ctx.env, ctx.stdout);
  const titleWidth = Math.max(...checks.map(({ title }) => cellWidth(visibleText(title))));
  const indent = VERDICT_WIDTH + titleWidth + 4;
  const width = Math.max(30, tableWidth(ctx.stdout) - indent);
  const lines = checks.flatMap(({ verdict, title, says, next }) => {
    const found = wrapText(visibleText(says), width);
    const steps = next?.split('\n') ?? [];
    const todo = steps.flatMap((step) => wrapText(`→ ${visibleText(step)}`, width)).map((line) => style.bold(line));
    const start = `${paint(verdict, style)}  ${padCells(visibleText(title), titleWidth, 'left')}  `;
    return [...found, ...todo].map((line, at) => (at === 0 ? start : ' '.repeat(indent)) + line);
  });
  return `${lines.join('\n')}\n\n${summary(checks)}\n`;
}

export function doctorJson(checks: readonly Check[], { dryRun, sandbox }: { dryRun: boolean; sandbox: boolean }) {
  return {
    version: 1,
    command: 'doctor',
    dry_run: dryRun,
    sandbox,
    exit_code: exitCodeOf(checks),
    checks: checks.map(({ id, title, verdict, says, next }) => ({ id, title, verdict, says, next: next ?? null })),
  };
}

const VERDICT_WIDTH = 'warning'.length;

function paint(verdict: Verdict, style: Style): string {
  const text = padCells(verdict, VERDICT_WIDTH, 'left');
  if (verdict === 'ok') return style.green(text);
  if (verdict === 'warning') return style.yellow(text);
  return verdict === 'problem' ? style.red(text) : style.dim(text);
}

function summary(checks: readonly Check[]): string {
  const count = (verdict: Verdict, thing: string) => {
    const n = checks.filter((check) => check.verdict === verdict).length;
    return n === 0 ? [] : [`${n} ${thing}${n === 1 ? '' : 's'}`];
  };
  const found = [...count('problem', 'problem'), ...count('warning', 'warning')];
  return found.length === 0 ? 'No problems found.' : `${found.join(', ')}.`;
}
