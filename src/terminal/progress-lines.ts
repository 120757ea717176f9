import type { Progress, ProgressOptions } from './progress-types.ts';
import { formatDuration } from './time.ts';
import { visibleText } from './visible-text.ts';

/** Plain lines for logs: the start, about every tenth of the work, each new note, the end; at least every 30 s for a slow job, at most every 2 s for a fast one. */
export function createProgressLines({ ctx, total, label }: ProgressOptions): Progress {
  const startedAt = ctx.now().getTime();
  let done = 0;
  let shownDone = 0;
  let shownAt = startedAt;
  let shownNote = '';
  let stopped = false;

  const elapsed = (): number => ctx.now().getTime() - startedAt;
  const show = (text: string): void => {
    shownDone = done;
    shownAt = ctx.now().getTime();
    ctx.stderr.write(`${visibleText(label)}: ${visibleText(text)}\n`);
  };
  show(`0 of ${total}`);

  return {
    step(n = 1) {
      if (stopped) return;
      done += n;
      const since = ctx.now().getTime() - shownAt;
      const tenth = done - shownDone >= total / 10;
      if (done < total && ((tenth && since >= QUICKEST_MS) || since >= SLOWEST_MS)) show(`${done} of ${total}`);
    },
    note(text) {
      const since = ctx.now().getTime() - shownAt;
      if (stopped || text === '' || (text === shownNote && since < SLOWEST_MS)) return;
      shownNote = text;
      show(text);
    },
    stop() {
      if (stopped) return;
      stopped = true;
      const verb = done < total ? 'stopped at ' : '';
      show(`${verb}${done} of ${total} after ${formatDuration(elapsed())}`);
    },
  };
}

const QUICKEST_MS = 2_000;
const SLOWEST_MS = 30_000;
