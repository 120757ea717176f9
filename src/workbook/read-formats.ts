import type { Zip } from './open-zip.ts';
import { attribute, parseWholeXml } from './read-xml.ts';

/** Of all formatting only the number formats matter: they tell dates from numbers. */
export interface NumberFormats {
  /** cell style index → index into `codes`; 0 = general */
  byStyle: number[];
  /** distinct formats: a built-in id or a format code of the file's own */
  codes: (number | string)[];
}

export const NO_FORMATS: NumberFormats = { byStyle: [], codes: [0] };

export async function readFormats(file: string, zip: Zip, part: string): Promise<NumberFormats> {
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
  const codes: (number | string)[] = [0];
  const indexOf = new Map<number | string, number>([[0, 0]]);
  const byStyle = ids.map((id) => {
    const code = own.get(id) ?? id;
    const known = indexOf.get(code);
    if (known !== undefined) return known;
    indexOf.set(code, codes.length);
    return codes.push(code) - 1;
  });
  return { byStyle, codes };
}
