/** Excel's limit of characters in a cell */
const LONGEST = 32_767;

/** Text as exceljs may write it: nothing that XML forbids, literal `_x000D_` escaped so that it stays literal, no longer than a cell. */
export function textCell(text: string): string {
  return text
    .replaceAll(FORBIDDEN, '')
    .replaceAll(/_(?=x[0-9a-f]{4}_)/gi, '_x005F_')
    .slice(0, LONGEST);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;
