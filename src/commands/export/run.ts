import type { Context } from '../../context.ts';
import { EXIT, type ExitCode, usageError } from '../../errors.ts';
import { attemptName } from '../../journal/attempt.ts';
import { withoutAttempts } from '../../journal/fold.ts';
import { resultsOf } from '../../journal/results.ts';
import { compareWithAccount } from '../../selection/compare-with-account.ts';
import { printJson } from '../../terminal/json.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { filesJson } from '../../views/key-json.ts';
import { type LocalFlags, readLocalWorkshop } from '../../workshop/local-workshop.ts';
import { saveResults } from '../../workshop/save-results.ts';
import { openWorkshop } from '../../workshop/workshop.ts';
import { commandFor } from '../../workshop/workshop-id.ts';
import { renderExported } from './screen.ts';

/** Rebuilds keys.json and keys.xlsx from the journal, without secrets whose keys the account does not have. */
export async function runExport(prefix: string | undefined, flags: LocalFlags, ctx: Context): Promise<ExitCode> {
  const { id, bytes, journalPath } = await readLocalWorkshop(prefix, flags, ctx);
  if (bytes === undefined) {
    throw usageError('journal_missing', `Nothing to export: ${journalPath} is missing.`, {
      hint: `Restore it, or rebuild it from keys.json with: ${commandFor(id, 'journal', 'rebuild')}`,
    });
  }
  const workshop = await openWorkshop(id, 'export', ctx);
  try {
    const { state } = workshop.journal;
    const { unproven, notes } = await compareWithAccount(state, flags, ctx);
    const shown = withoutAttempts(state, unproven);
    const leftOut = [...state.attempts.values()].filter(({ tag }) => unproven.has(tag)).map(attemptName);
    const files = await saveResults({ folder: workshop.folder, journal: { state: shown }, writesResults: true }, ctx);
    const keys = resultsOf(shown).keys.length;
    for (const note of flags.quiet || flags.json ? [] : notes) ctx.stderr.write(`Note: ${visibleText(note)}\n`);
    if (flags.json) {
      printJson(ctx, {
        version: 1,
        command: 'export',
        sandbox: flags.sandbox,
        prefix: workshop.prefix,
        folder: workshop.folder,
        totals: { count: keys },
        left_out: leftOut,
        notes,
        files: filesJson(files),
      });
    } else {
      ctx.stdout.write(renderExported({ folder: workshop.folder, keys, leftOut, files }));
    }
    return files.some(({ failed }) => failed !== undefined) ? EXIT.CANNOT_SAVE : EXIT.OK;
  } finally {
    await workshop.close();
  }
}
