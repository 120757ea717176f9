import { join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { CliError, usageError } from '../../errors.ts';
import { writeOrBeside } from '../../files/private-file.ts';
import { checkTypedPath } from '../../files/typed-path.ts';
import { plural } from '../../plural.ts';
import type { UsageReport } from '../../usage/usage-report.ts';
import { USAGE_COLUMNS, usageRows } from '../../usage/usage-rows.ts';
import type { UsageTables } from '../../usage/usage-tables.ts';
import type { ShownFile } from '../../views/shown-file.ts';
import { workshopFolder } from '../../workshop/shelf.ts';

/** The files to save, as typed; true = with the usual name, in the folder of the workshop. */
export interface FileFlags {
  csv?: string | true | undefined;
  html?: string | true | undefined;
  xlsx?: string | true | undefined;
  db?: string | true | undefined;
  /** all of them, with their usual names */
  save?: true | undefined;
}

/** What the files are about. */
export interface SavedSubject {
  report: UsageReport;
  /** everything that is recorded, for the database */
  tables(): Promise<UsageTables>;
}

interface Written {
  bytes: Uint8Array;
  /** what is not in it */
  notes?: readonly string[];
}

/** A format that a report can be saved in. Its writer is loaded when it is wanted. */
interface Format {
  flag: Exclude<keyof FileFlags, 'save'>;
  file: string;
  extension: string;
  write(subject: SavedSubject): Promise<Written>;
}

const FORMATS: readonly Format[] = [
  {
    flag: 'html',
    file: 'usage.html',
    extension: '.html',
    write: async ({ report }) => {
      const { renderUsagePage } = await import('../../report/usage-page.ts');
      return { bytes: new TextEncoder().encode(renderUsagePage(report)) };
    },
  },
  {
    flag: 'xlsx',
    file: 'usage.xlsx',
    extension: '.xlsx',
    write: async ({ report }) => {
      const { writeUsageWorkbook } = await import('../../workbook/write-usage.ts');
      const { bytes, leftOut } = await writeUsageWorkbook(report, { columns: USAGE_COLUMNS, rows: usageRows(report) });
      return { bytes, notes: leftOut };
    },
  },
  {
    flag: 'csv',
    file: 'usage.csv',
    extension: '.csv',
    write: async ({ report }) => ({ bytes: (await import('./csv-text.ts')).csvBytes(report) }),
  },
  {
    flag: 'db',
    file: 'usage.sqlite',
    extension: '.sqlite',
    write: async ({ tables }) => {
      const { writeUsageDatabase } = await import('../../database/usage-database.ts');
      const { bytes, daysLeftOut } = await writeUsageDatabase(await tables());
      const notes = daysLeftOut === 0 ? [] : [`usage.sqlite has no room for the oldest ${plural(daysLeftOut, 'day')}`];
      return { bytes, notes };
    },
  },
];

export interface PlannedFile {
  /** absolute */
  path: string;
  format: Format;
}

/** Where each file goes. Throws usage errors before anything is asked. */
export function planFiles(
  flags: FileFlags,
  { outRoot, prefix }: { outRoot: string; prefix: string | undefined },
  ctx: Pick<Context, 'cwd' | 'platform'>,
): PlannedFile[] {
  return FORMATS.flatMap((format) => {
    const typed = flags[format.flag] ?? flags.save;
    if (typed === undefined) return [];
    if (typed === true) {
      const folder = prefix === undefined ? outRoot : workshopFolder(outRoot, prefix);
      return [{ path: join(folder, format.file), format }];
    }
    const flag = `--${format.flag}`;
    checkTypedPath(typed, flag, ctx.platform);
    if (!typed.toLowerCase().endsWith(format.extension)) {
      throw usageError(
        'bad_path',
        `Invalid ${flag} ${typed}: expected a file name that ends with ${format.extension}.`,
        {
          hint: `For example: ${flag} ${format.file}. A prefix comes first: orkeys usage ${prefix ?? typed} ${flag}`,
        },
      );
    }
    return [{ path: resolve(ctx.cwd, typed), format }];
  });
}

/** Saves each file, readable by its owner alone. One that cannot be saved is reported, not thrown: the report is shown anyway. */
export async function saveFiles(
  planned: readonly PlannedFile[],
  subject: SavedSubject,
  ctx: Context,
): Promise<{ files: ShownFile[]; notes: string[] }> {
  const files: ShownFile[] = [];
  const notes: string[] = [];
  for (const { path, format } of planned) {
    try {
      const { bytes, notes: about = [] } = await format.write(subject);
      files.push(await writeOrBeside(path, bytes, ctx));
      notes.push(...about);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      files.push({ path, failed: error.message });
    }
  }
  return { files, notes };
}
