import { cellText, plainWords } from './clean-text.ts';
import { localPart } from './email-address.ts';
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
  /** of the words in the first rows, how many were compared with the addresses of their rows, and how many have a word in common with them */
  compared: number;
  alike: number;
  /** cells with a number above any usual limit of a key, or with a text of digits such as a phone number */
  large: number;
}

const SAMPLED_ROWS = 3_000;
/** enough to tell names from places and subjects */
const COMPARED_ROWS = 200;

export function columnFacts(rows: readonly SheetRow[]): Map<number, ColumnFacts> {
  const facts = new Map<number, ColumnFacts>();
  const sample = rows.slice(0, SAMPLED_ROWS);
  // Where people have addresses, what has none is a title, a total or a note, and says little about its columns.
  const people = sample.filter(mayHaveAddress);
  const rowsThatCount = people.length * 2 >= sample.length ? people : sample;
  for (const [index, row] of rowsThatCount.entries()) {
    const locals: string[] = [];
    const words: { fact: ColumnFacts; text: string }[] = [];
    for (const cell of row.cells) {
      const text = cellText(cell.value).trim();
      if (text === '') continue;
      const fact = facts.get(cell.column) ?? noFacts();
      facts.set(cell.column, fact);
      fact.filled += 1;
      if (isLarge(text)) fact.large += 1;
      const isAttempt = isAddressAttempt(text, cell.link);
      if (isAttempt) fact.attempts += 1;
      const found = isAttempt ? parseLinkedCell(text, cell.link).found : [];
      if (found.length > 0) {
        fact.addresses += 1;
        locals.push(...found.map(({ key }) => localPart(key)));
      } else if (/^[\p{L}\p{M}\s'’.,-]{2,80}$/u.test(text)) {
        fact.words += 1;
        if (/\S[\s,]+\S/.test(text)) fact.severalWords += 1;
        if (index < COMPARED_ROWS) words.push({ fact, text });
      }
    }
    for (const { fact, text } of words) {
      fact.compared += 1;
      if (isAlike(text, locals)) fact.alike += 1;
    }
  }
  return facts;
}

function mayHaveAddress({ cells }: SheetRow): boolean {
  return cells.some(({ value, link }) => isAddressAttempt(cellText(value), link));
}

function isAddressAttempt(text: string, link: string | undefined): boolean {
  return text.includes('@') || text.includes('＠') || link?.includes('@') === true;
}

function noFacts(): ColumnFacts {
  return {
    filled: 0,
    addresses: 0,
    attempts: 0,
    words: 0,
    severalWords: 0,
    compared: 0,
    alike: 0,
    large: 0,
  };
}

/** Ada Lind and `a.lind@…`: most addresses have a part of the name. */
function isAlike(text: string, locals: readonly string[]): boolean {
  if (locals.length === 0) return false;
  return plainWords(text)
    .split(' ')
    .some((word) => locals.some((local) => (word.length > 2 ? local.includes(word) : tokensOf(local).includes(word))));
}

function tokensOf(local: string): string[] {
  return local.split(/[^\p{L}]+/u).filter((token) => token.length > 1);
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
