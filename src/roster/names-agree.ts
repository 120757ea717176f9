import { plainWords } from './clean-text.ts';

export interface PersonName {
  name: string;
  surname: string;
}

/** Do two names that share an address mean one person? `alike`: yes, but they are not written the same. */
export function compareNames(a: PersonName, b: PersonName): 'same' | 'alike' | 'different' {
  if (nameKey(a) === nameKey(b)) return 'same';
  const [first, second] = [wordsOf(a), wordsOf(b)];
  if (first.length === 0 || second.length === 0) return 'alike';
  const [fewer, more] = first.length <= second.length ? [first, second] : [second, first];
  const unmatched = fewer.filter((word) => !more.includes(word));
  if (unmatched.length === 0) return fewer.length >= 2 || more.length === fewer.length ? 'alike' : 'different';
  const left = more.filter((word) => !fewer.includes(word));
  const [one] = unmatched;
  if (unmatched.length > 1 || one === undefined || fewer.length < 2) return 'different';
  return left.some((word) => isInitial(one, word) || isTypo(one, word)) ? 'alike' : 'different';
}

/** What names are told apart by: case, composition, spaces and hyphens aside. */
export function nameKey({ name, surname }: PersonName): string {
  return `${name} ${surname}`
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s\p{P}]+/gu, ' ')
    .trim();
}

function wordsOf({ name, surname }: PersonName): string[] {
  return plainWords(`${name} ${surname}`)
    .split(' ')
    .filter((word) => word !== '');
}

function isInitial(a: string, b: string): boolean {
  return (a.length === 1 || b.length === 1) && a[0] === b[0];
}

/** One letter missing, doubled, wrong or swapped with its neighbour, in a word of four letters or more, after the same first letter. */
function isTypo(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < 4 || a[0] !== b[0] || Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [middleA, middleB] = [a.slice(start, a.length - end), b.slice(start, b.length - end)];
  if (middleA.length <= 1 && middleB.length <= 1) return true;
  return middleA.length === 2 && middleB.length === 2 && middleA[0] === middleB[1] && middleA[1] === middleB[0];
}
