import type { ColumnFacts } from './column-facts.ts';

/**
 * Names in columns whose headings nobody knows: words that mostly have a part in common with the address of their row. Nothing where that is not so: a place
 * or a subject is no name.
 */
export function namesByContent(
  columns: readonly number[],
  facts: ReadonlyMap<number, ColumnFacts>,
  rows: number,
): Partial<Record<'name' | 'surname' | 'full_name', number[]>> {
  const names = columns
    .flatMap((column) => {
      const fact = facts.get(column);
      const isName =
        fact && fact.words >= fact.filled * 0.7 && fact.words >= rows * 0.5 && fact.alike >= fact.compared * 0.3;
      return isName ? [{ column, fact }] : [];
    })
    .sort((a, b) => a.column - b.column);
  const full = names
    .filter(({ fact }) => fact.severalWords >= fact.words * 0.6)
    .toSorted((a, b) => b.fact.alike - a.fact.alike)[0];
  if (full) return { full_name: [full.column] };
  const [first, second] = names;
  if (!first) return {};
  return second ? { name: [first.column], surname: [second.column] } : { name: [first.column] };
}
