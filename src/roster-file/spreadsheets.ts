import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Whether a file can be a roster, by its name; Excel's mark of an open workbook (`~$list.xlsx`) is none. */
export function isSpreadsheetName(name: string): boolean {
  return /^(?!~\$).*\.(?:xlsx|xlsm|csv|tsv)$/i.test(name);
}

/** Names of the spreadsheets in a folder, sorted. None where the folder cannot be listed. */
export async function spreadsheetsIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter(isSpreadsheetName).sort();
}

/** The same, the one that was saved last first: in a folder of downloads it is most likely the one that is meant. */
export async function newestSpreadsheetsIn(folder: string): Promise<string[]> {
  const dated = await Promise.all(
    (await spreadsheetsIn(folder)).map(async (name) => {
      const found = await stat(join(folder, name)).catch(() => undefined);
      return found?.isFile() ? [{ name, at: found.mtimeMs }] : [];
    }),
  );
  return dated
    .flat()
    .sort((a, b) => b.at - a.at)
    .map(({ name }) => name);
}
