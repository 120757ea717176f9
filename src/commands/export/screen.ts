import { plural } from '../../plural.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { shortList } from '../../views/recipient-lines.ts';

export interface ExportedView {
  folder: string;
  keys: number;
  /** names of keys that the account does not have */
  leftOut: readonly string[];
  files: readonly { path: string; failed?: string | undefined }[];
}

/** What `export` wrote. */
export function renderExported({ folder, keys, leftOut, files }: ExportedView): string {
  const lines = files.map(({ path, failed }) => {
    const name = path.startsWith(folder) ? path.slice(folder.length + 1) : path;
    return `  ${visibleText(name)}${failed === undefined ? '' : `: ${visibleText(failed)}`}\n`;
  });
  const note = files.length === 1 ? 'keys.xlsx needs a roster. The next orkeys provision run writes it.\n' : '';
  const missing =
    leftOut.length === 0
      ? ''
      : `Left out ${plural(leftOut.length, 'key')} that the account does not have: ${visibleText(shortList(leftOut))}\n`;
  return `Exported ${plural(keys, 'key')} to ${visibleText(folder)}\n${lines.join('')}${missing}${note}`;
}
