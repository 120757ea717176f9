import type { Context } from '../context.ts';
import { saveResults } from '../workshop/save-results.ts';
import { openWorkshop, type Workshop } from '../workshop/workshop.ts';
import type { KeyGroup } from './key-groups.ts';

/** A run that was killed between its last change and its files left them as they were before. */
export async function refreshResults(
  groups: readonly KeyGroup[],
  command: string,
  report: () => void,
  ctx: Context,
): Promise<void> {
  const opened: Workshop[] = [];
  try {
    for (const { id, state } of groups) {
      if (state.tags.size === 0 && state.unreported.size === 0) continue;
      const workshop = await openWorkshop(id, command, ctx);
      opened.push(workshop);
      if (state.tags.size > 0) await saveResults(workshop, ctx);
    }
    report();
    await noteReported(opened);
  } finally {
    for (const workshop of opened) await workshop.close();
  }
}

/** From here on the same command means once more. */
export async function noteReported(workshops: readonly Workshop[]): Promise<void> {
  for (const { journal } of workshops) {
    if (journal.state.unreported.size > 0) await journal.append({ type: 'reported' });
  }
}
