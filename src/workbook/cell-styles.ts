import type { Zip } from './open-zip.ts';
import { attribute, parseWholeXml } from './read-xml.ts';

/** Cell styles, by their index. */
export interface CellStyles {
  /** those that show a number as a date or time */
  dates: ReadonlySet<number>;
  /** those whose text is crossed out */
  struck: ReadonlySet<number>;
}

/** Of all formatting only number formats and crossing out matter: they tell dates from numbers, and who seems to have left. */
export async function readCellStyles(file: string, zip: Zip, part: string): Promise<CellStyles> {
  const own = new Map<number, string>();
  const formats: { id: number; font: number }[] = [];
  const fonts: boolean[] = [];
  let inside = '';
  await parseWholeXml(file, zip.read(part), {
    open(name, attributes) {
      const id = Number(attribute(attributes, 'numFmtId') ?? 0);
      if (name === 'numFmt') own.set(id, attribute(attributes, 'formatCode') ?? '');
      if (name === 'cellXfs' || name === 'fonts') inside = name;
      if (name === 'font' && inside === 'fonts') fonts.push(false);
      if (name === 'strike' && inside === 'fonts') fonts.splice(-1, 1, isOn(attribute(attributes, 'val')));
      if (name === 'xf' && inside === 'cellXfs')
        formats.push({ id, font: Number(attribute(attributes, 'fontId') ?? 0) });
    },
    close(name) {
      if (name === inside) inside = '';
    },
  });
  const those = (isSo: (format: { id: number; font: number }) => boolean) =>
    new Set(formats.flatMap((format, style) => (isSo(format) ? [style] : [])));
  return {
    dates: those(({ id }) => isDateFormat(own.get(id) ?? id)),
    struck: those(({ font }) => fonts[font] === true),
  };
}

export function isOn(value = '1'): boolean {
  return value === '1' || value === 'true';
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
