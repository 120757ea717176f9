import { createProgressLines } from './progress-lines.ts';
import type { Progress, ProgressOptions } from './progress-types.ts';

/** A bar on a terminal, plain lines elsewhere; no output when quiet or when there is nothing to do. */
export async function createProgress(options: ProgressOptions): Promise<Progress> {
  const { env, stderr } = options.ctx;
  if (options.quiet || options.total <= 0) return SILENT;
  if (!stderr.isTTY || env.TERM === 'dumb') return createProgressLines(options);
  const { createProgressBar } = await import('./progress-bar.ts');
  return createProgressBar(options);
}

const SILENT: Progress = { step: () => undefined, note: () => undefined, stop: () => undefined };
