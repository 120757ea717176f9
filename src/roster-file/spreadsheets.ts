import { readdir } from 'node:fs/promises';

/** Whether a file can be a roster, by its name; Excel's mark of an open workbook (`~$list.xlsx`) is none. */
export function isSpreadsheetName(name: string): boolean {
  return /^(?!~\$).*\.(?:xlsx|xlsm|csv|tsv)$/i.test(name);
}

/** Names of the spreadsheets in a folder, sorted. None where the folder cannot be listed. */
export async function spreadsheetsIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter(isSpreadsheetName).sort();
}
