import type { Zip } from './open-zip.ts';
import { attribute, parseWholeXml } from './read-xml.ts';

/** Of all formatting only the number formats matter: they tell dates from numbers. Resolves with the cell styles that show a date or time. */
export async function readDateStyles(file: string, zip: Zip, part: string): Promise<ReadonlySet<number>> {
  const own = new Map<number, string>();
  const ids: number[] = [];
  let inCellFormats = false;
  await parseWholeXml(file, zip.read(part), {
    open(name, attributes) {
      const id = Number(attribute(attributes, 'numFmtId') ?? 0);
      if (name === 'numFmt') own.set(id, attribute(attributes, 'formatCode') ?? '');
      if (name === 'cellXfs') inCellFormats = true;
      if (name === 'xf' && inCellFormats) ids.push(id);
    },
    close(name) {
      if (name === 'cellXfs') inCellFormats = false;
    },
  });
  return new Set(ids.flatMap((id, style) => (isDateFormat(own.get(id) ?? id) ? [style] : [])));
}

/** `format` is a format code of the file's own, or the id of a built-in one (ECMA-376 part 1, 18.8.30). */
function isDateFormat(format: string | number): boolean {
  if (typeof format === 'number') return BUILT_IN_DATES.some(([first, last]) => format >= first && format <= last);
  // Conditions, colors, quoted texts and escaped letters show no part of a date.
  return /[ymdhMsb]/.test(format.replaceAll(/\[[^\]]*]|"[^"]*"|[\\_*]./g, ''));
}

/** 27 to 36 and 50 to 58 are dates of East Asian languages */
const BUILT_IN_DATES = [
  [14, 22],
  [27, 36],
  [45, 47],
  [50, 58],
] as const;
