import { type Options, SingleBar } from 'cli-progress';
import type { Output } from '../context.ts';
import { type ProgressState, renderProgressLine } from './progress-line.ts';
import type { Progress, ProgressOptions } from './progress-types.ts';

/** A progress bar on one line of a terminal. It never hides the cursor or turns off line wrapping, so a killed process cannot leave the terminal that way. */
export function createProgressBar({ ctx, total, label }: ProgressOptions): Progress {
  const startedAt = ctx.now().getTime();
  const state: ProgressState = { label, total, done: 0, note: '', elapsedMs: 0, stopped: false };
  const options: Options & { terminal: BarTerminal } = {
    format: () => {
      state.elapsedMs = ctx.now().getTime() - startedAt;
      return renderProgressLine(state, ctx.stderr.columns);
    },
    fps: 8,
    terminal: createBarTerminal(ctx.stderr),
  };
  const bar = new SingleBar(options);
  bar.start(total, 0);

  return {
    step(n = 1) {
      if (state.stopped) return;
      state.done += n;
      bar.update(state.done);
    },
    note(text) {
      if (state.stopped) return;
      state.note = text;
      // A note explains the wait that follows, so show it immediately.
      bar.render();
    },
    stop() {
      if (state.stopped) return;
      state.stopped = true;
      state.note = '';
      bar.stop();
    },
  };
}

/** The interface that cli-progress expects of a terminal (its lib/terminal.js); the option `terminal` replaces its own. */
interface BarTerminal {
  isTTY(): boolean;
  getWidth(): number;
  write(line: string): void;
  newline(): void;
  cursorTo(x: number | null, y: number | null): void;
  clearRight(): void;
  clearLine(): void;
  cursorSave(): void;
  cursorRestore(): void;
  cursor(shown: boolean): void;
  lineWrapping(on: boolean): void;
}

function createBarTerminal(output: Output): BarTerminal {
  const nothing = (): void => undefined;
  return {
    isTTY: () => true,
    getWidth: () => output.columns,
    write: (line) => output.write(line),
    newline: () => output.write('\n'),
    cursorTo: () => output.write('\r'),
    clearRight: () => output.write('\u001b[0K'),
    clearLine: nothing,
    cursorSave: nothing,
    cursorRestore: nothing,
    cursor: nothing,
    lineWrapping: nothing,
  };
}
