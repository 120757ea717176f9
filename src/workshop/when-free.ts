import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { stopIfCancelled } from '../terminal/confirm.ts';
import { formatDuration } from '../terminal/time.ts';

/** ms between two tries */
const PAUSE = 1000;

/** Takes a lock; as long as another run has it, waits for it with the patience that the user asked for. Throws what `take` throws. */
export async function whenFree<T>(take: () => Promise<T>, ctx: Context): Promise<T> {
  const { patienceMs: ms = 0, isQuiet } = ctx;
  for (let waited = 0; ; waited += PAUSE) {
    try {
      return await take();
    } catch (error) {
      if (!(error instanceof CliError) || error.code !== 'locked' || waited >= ms) throw error;
      if (waited === 0 && !isQuiet) ctx.stderr.write(`${error.message} Waiting ${formatDuration(ms)} at most.\n`);
      await ctx.sleep(PAUSE, ctx.interrupts.stop);
      stopIfCancelled(ctx);
    }
  }
}
