import type { Context } from '../context.ts';
import { cellWidth, truncateCells } from './cell-width.ts';
import { visibleText } from './visible-text.ts';

/** Shows the current activity on standard error when there is no total to count to. */
export interface StatusLine {
  /** '' when it is over */
  show(text: string): void;
  /** removes the line; nothing is written afterward */
  clear(): void;
}

/** One line that is updated in place on a terminal; elsewhere an occasional line, to keep logs short. */
export function createStatusLine(ctx: Pick<Context, 'env' | 'stderr' | 'now'>, quiet: boolean): StatusLine {
  if (quiet) return { show: () => undefined, clear: () => undefined };
  const { stderr } = ctx;
  return stderr.isTTY && ctx.env.TERM !== 'dumb' ? createChanging(stderr) : createLines(ctx);
}

function createChanging(stderr: Context['stderr']): StatusLine {
  let shown = '';
  let cleared = false;
  const show = (text: string) => {
    // A full line wraps in some terminals.
    const line = truncateCells(visibleText(text), Math.max(1, stderr.columns - 1));
    if (cleared || line === shown) return;
    // Blanks erase what was longer; a terminal without color may know no control sequences either.
    const blanks = ' '.repeat(Math.max(0, cellWidth(shown) - cellWidth(line)));
    shown = line;
    stderr.write(`\r${line}${blanks}${line === '' ? '\r' : ''}`);
  };
  return {
    show,
    clear() {
      show('');
      cleared = true;
    },
  };
}

const SELDOM_MS = 10_000;

function createLines({ stderr, now }: Pick<Context, 'stderr' | 'now'>): StatusLine {
  let shownAt = now().getTime();
  let cleared = false;
  return {
    show(text) {
      const at = now().getTime();
      if (cleared || text === '' || at - shownAt < SELDOM_MS) return;
      shownAt = at;
      stderr.write(`${visibleText(text)}\n`);
    },
    clear() {
      cleared = true;
    },
  };
}
