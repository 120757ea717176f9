import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError, type Issue } from '../errors.ts';
import { type WrittenFile, writeOrBeside } from '../files/private-file.ts';
import type { JournalState } from '../journal/fold.ts';
import { resultSheetOf, resultsOf, resultsTime } from '../journal/results.ts';
import { problemSheetOf } from '../plan/problem-rows.ts';
import type { RowOutcome } from '../plan/row-outcomes.ts';
import type { Roster } from '../roster/participant.ts';
import type { Workshop } from './workshop.ts';

/** One result file: its path, or why it could not be written. The journal has the data in either case. */
export type SavedFile = (WrittenFile & { failed?: undefined }) | { path: string; failed: string };

/** What results are written from: a workshop, or what it is about to become. */
interface ResultsSource {
  folder: string;
  journal: { readonly state: JournalState };
  /** where not, the journal has it all, and `orkeys export` writes it */
  writesResults: boolean;
}

/** Writes keys.json and keys.xlsx from the journal. A file that cannot be written is reported, not thrown: it can be rebuilt. */
export async function saveResults(
  { journal, folder, writesResults }: ResultsSource,
  ctx: Context,
): Promise<SavedFile[]> {
  if (!writesResults) return [];
  const json = new TextEncoder().encode(`${JSON.stringify(resultsOf(journal.state), null, 2)}\n`);
  const files = [await save(join(folder, 'keys.json'), async () => json, ctx)];
  const sheet = resultSheetOf(journal.state);
  if (sheet) {
    files.push(
      await save(
        join(folder, 'keys.xlsx'),
        async () => {
          const { writeResultsWorkbook } = await import('../workbook/write-results.ts');
          return writeResultsWorkbook({ ...sheet, at: new Date(resultsTime(journal.state)) });
        },
        ctx,
      ),
    );
  }
  return files;
}

/** Writes problems.xlsx with the rows that have problems or whose keys were refused. If there are none, it removes an old one. */
export async function saveProblems(
  workshop: Workshop,
  roster: Roster,
  rows: readonly RowOutcome[],
  ctx: Context,
): Promise<SavedFile | undefined> {
  if (!workshop.writesResults) return undefined;
  const refused = rows.flatMap(({ result, participant, reason }): Issue[] =>
    result === 'refused' ? [{ row: participant.row, code: 'refused', message: reason ?? 'refused by OpenRouter' }] : [],
  );
  const problems = [...roster.problems, ...refused];
  const path = join(workshop.folder, 'problems.xlsx');
  if (problems.length === 0) {
    // That of an earlier run would tell of problems that are solved. Where it cannot be removed, it does no harm.
    const isClean = rows.every(({ result }) => result !== 'not_started' && result !== 'unresolved');
    if (isClean) await rm(path, { force: true }).catch(() => undefined);
    return undefined;
  }
  return save(
    path,
    async () => {
      const { writeResultsWorkbook } = await import('../workbook/write-results.ts');
      return writeResultsWorkbook({
        ...problemSheetOf(roster, problems),
        at: new Date(resultsTime(workshop.journal.state)),
      });
    },
    ctx,
  );
}

async function save(path: string, bytes: () => Promise<Uint8Array>, ctx: Context): Promise<SavedFile> {
  try {
    return await writeOrBeside(path, await bytes(), ctx);
  } catch (error) {
    return { path, failed: error instanceof CliError ? error.message : `Cannot create the file: ${String(error)}` };
  }
}
