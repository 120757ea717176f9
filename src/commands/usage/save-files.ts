import { join, resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { CliError, usageError } from '../../errors.ts';
import { writeOrBeside } from '../../files/private-file.ts';
import { checkTypedPath } from '../../files/typed-path.ts';
import type { UsageReport } from '../../usage/usage-report.ts';
import type { ShownFile } from '../../views/shown-file.ts';
import { workshopFolder } from '../../workshop/shelf.ts';

/** The files to save, as typed; true = with the usual name, in the folder of the workshop. */
export interface FileFlags {
  csv?: string | true | undefined;
}

/** A format that a report can be saved in. Its writer is loaded when it is wanted. */
interface Format {
  flag: keyof FileFlags;
  file: string;
  extension: string;
  write(report: UsageReport): Promise<Uint8Array>;
}

const FORMATS: readonly Format[] = [
  {
    flag: 'csv',
    file: 'usage.csv',
    extension: '.csv',
    write: async (report) => (await import('./csv-text.ts')).csvBytes(report),
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
    const typed = flags[format.flag];
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
  report: UsageReport,
  ctx: Context,
): Promise<ShownFile[]> {
  const files: ShownFile[] = [];
  for (const { path, format } of planned) {
    try {
      files.push(await writeOrBeside(path, await format.write(report), ctx));
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      files.push({ path, failed: error.message });
    }
  }
  return files;
}
