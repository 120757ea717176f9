import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { resultsOf } from '../../journal/results.ts';
import { printJson } from '../../terminal/json.ts';
import { filesJson } from '../../views/key-json.ts';
import { type LocalFlags, readLocalWorkshop } from '../../workshop/local-workshop.ts';
import { saveResults } from '../../workshop/save-results.ts';
import { openWorkshop } from '../../workshop/workshop.ts';
import { commandFor } from '../../workshop/workshop-id.ts';
import { renderExported } from './screen.ts';

/** Rebuilds keys.json and keys.xlsx from the journal. */
export async function runExport(prefix: string | undefined, flags: LocalFlags, ctx: Context): Promise<ExitCode> {
  const { id, bytes, journalPath } = await readLocalWorkshop(prefix, flags, ctx);
  if (bytes === undefined) {
    throw usageError('journal_missing', `Nothing to export: ${journalPath} is missing.`, {
      hint: `Restore it, or rebuild it from keys.json with: ${commandFor(id, 'journal', 'rebuild')}`,
    });
  }
  const workshop = await openWorkshop(id, 'export', ctx);
  try {
    const files = await saveResults({ ...workshop, writesResults: true }, ctx);
    const keys = resultsOf(workshop.journal.state).keys.length;
    if (flags.json) {
      printJson(ctx, {
        version: 1,
        command: 'export',
        sandbox: flags.sandbox,
        prefix: workshop.prefix,
        folder: workshop.folder,
        totals: { count: keys },
        files: filesJson(files),
      });
    } else {
      ctx.stdout.write(renderExported({ folder: workshop.folder, keys, files }));
    }
    return files.some(({ failed }) => failed !== undefined) ? EXIT.CANNOT_SAVE : EXIT.OK;
  } finally {
    await workshop.close();
  }
}
