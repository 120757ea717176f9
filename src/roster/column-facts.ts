import { cellText } from './clean-text.ts';
import { parseLinkedCell } from './link-address.ts';
import type { SheetRow } from './sheet.ts';

/** What a column holds below the header. */
export interface ColumnFacts {
  /** cells that hold something */
  filled: number;
  /** cells that hold an address */
  addresses: number;
  /** cells that hold an @, be it in an address or in what was meant to be one */
  attempts: number;
  /** cells of letters, no digits: names, most often */
  words: number;
  /** of those, cells of two words or more */
  severalWords: number;
  /** cells with a number above any usual limit of a key, or with a text of digits such as a phone number */
  large: number;
}

const SAMPLED_ROWS = 3_000;

export function columnFacts(rows: readonly SheetRow[]): Map<number, ColumnFacts> {
  const facts = new Map<number, ColumnFacts>();
  for (const row of rows.slice(0, SAMPLED_ROWS)) {
    for (const cell of row.cells) {
      const text = cellText(cell.value).trim();
      if (text === '') continue;
      const fact = facts.get(cell.column) ?? {
        filled: 0,
        addresses: 0,
        attempts: 0,
        words: 0,
        severalWords: 0,
        large: 0,
      };
      facts.set(cell.column, fact);
      fact.filled += 1;
      if (isLarge(text)) fact.large += 1;
      const mayHaveAddress = text.includes('@') || text.includes('＠') || cell.link?.includes('@') === true;
      if (mayHaveAddress) fact.attempts += 1;
      if (mayHaveAddress && parseLinkedCell(text, cell.link).found.length > 0) fact.addresses += 1;
      else if (/^[\p{L}\p{M}\s'’.,-]{2,80}$/u.test(text)) {
        fact.words += 1;
        if (/\S[\s,]+\S/.test(text)) fact.severalWords += 1;
      }
    }
  }
  return facts;
}

/** USD; few workshops give so much to one participant */
export const USUAL_LIMIT = 100;

function isLarge(text: string): boolean {
  if (!/^[$€£+]?\s?\d[\d\s.,'’()-]*\s?(?:usd|eur|[$€£])?$/i.test(text)) return false;
  const amount = Number(
    text
      .replaceAll(/[^\d.,]/g, '')
      .replaceAll(/[.,](?=\d{3}(?!\d))/g, '')
      .replace(',', '.'),
  );
  return !(amount <= USUAL_LIMIT);
}
