export const DELIMITERS = [';', '\t', ',', '|'];
const LINES = 200;

/** The character that splits the most lines into the same number of fields, more than one; a tab that most lines have. Comma when none does. */
export function findDelimiter(text: string): string {
  const tabs = countPerLine(text, '\t');
  if (tabs.filter((count) => count > 0).length * 2 > tabs.length) return '\t'; // nobody types a tab into a cell
  let best = ',';
  let bestScore = 0;
  for (const candidate of DELIMITERS) {
    const score = consistency(countPerLine(text, candidate));
    if (score > bestScore) [best, bestScore] = [candidate, score];
  }
  return best;
}

/** enough to judge by; a line longer than this is no roster's */
const SAMPLE = 300_000;

/** Field separators outside quotes, a line; blank lines are left out. None where nothing ever stands behind one: `Name,E-mail;;;`. */
function countPerLine(text: string, delimiter: string): number[] {
  const counts: number[] = [];
  let count = 0;
  let separates = false;
  let quoted = false;
  let blank = true;
  for (const letter of text.slice(0, SAMPLE)) {
    if (letter === '"') quoted = !quoted;
    else if (letter === delimiter && !quoted) count += 1;
    else if (letter === '\n' && !quoted) {
      if (!blank) counts.push(count);
      [count, blank] = [0, true];
      if (counts.length >= LINES) break;
    } else if (count > 0 && letter !== ' ' && letter !== '\r') separates = true;
    if (letter !== ' ' && letter !== '\n' && letter !== '\r' && letter !== '\t') blank = false;
  }
  if (!blank) counts.push(count);
  return separates ? counts : [];
}

/** How many lines share the commonest count above zero; a larger count breaks ties, slightly. */
function consistency(counts: readonly number[]): number {
  const lines = new Map<number, number>();
  for (const count of counts) if (count > 0) lines.set(count, (lines.get(count) ?? 0) + 1);
  return Math.max(0, ...[...lines].map(([count, times]) => times + Math.min(count, 50) / 1000));
}
