import { visibleText } from '../../terminal/visible-text.ts';
import type { ShownFile } from '../../views/shown-file.ts';

/** One line per file. */
export function savedText(files: readonly ShownFile[]): string {
  return files.map(fileLine).join('');
}

function fileLine({ path, insteadOf, failed, private: isPrivate }: ShownFile): string {
  if (failed !== undefined) return `Not saved  ${visibleText(failed)}\n`;
  const why = insteadOf === undefined ? '' : `, because ${visibleText(insteadOf)} is open in another program`;
  return `Saved     ${visibleText(path)}${why}${isPrivate === false ? ' (others may be able to read it)' : ''}\n`;
}
