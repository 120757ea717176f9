import { plainWords } from './clean-text.ts';
import type { ColumnFacts } from './column-facts.ts';
import type { Heading } from './find-header.ts';
import { anyOf } from './header-words.ts';
import type { ColumnRole } from './participant.ts';

export interface UnlikelyColumn {
  role: 'limit' | 'expires';
  column: number;
}

/** A budget of a project and the expiry date of a passport are headed like a limit and an expiration of a key, and are neither. */
export function unlikelyColumns(
  roles: Partial<Record<ColumnRole, number[]>>,
  headings: readonly Heading[],
  facts: ReadonlyMap<number, ColumnFacts>,
  fixed: ReadonlyMap<ColumnRole, number[]>,
): UnlikelyColumn[] {
  const found: UnlikelyColumn[] = [];
  const [limit, expires] = [roles.limit?.[0], roles.expires?.[0]];
  if (
    limit !== undefined &&
    !fixed.has('limit') &&
    BUDGET.test(textAt(headings, limit)) &&
    isMostlyLarge(facts.get(limit))
  )
    found.push({ role: 'limit', column: limit });
  const besides = expires === undefined ? [] : [-2, -1, 1].map((distance) => textAt(headings, expires + distance));
  if (expires !== undefined && !fixed.has('expires') && besides.some((text) => DOCUMENT.test(text)))
    found.push({ role: 'expires', column: expires });
  return found;
}

function textAt(headings: readonly Heading[], column: number): string {
  return plainWords(headings.find((heading) => heading.column === column)?.text ?? '');
}

function isMostlyLarge(fact: ColumnFacts | undefined): boolean {
  return fact !== undefined && fact.large * 2 > fact.filled;
}

/** "Limit" says what it is; a budget may be a project's or a department's. */
const BUDGET = anyOf('budget*|budžet*|presupuesto|бюджет*|biudžet*|eelarve|amount*|plafond');

const DOCUMENT = anyOf(
  'passport*|visa|id card|identity card|document*|license*|licence*|certificate*|membership|insurance|permit|pase|pases numurs|ausweis*|reisepass*|passeport|pasaporte|паспорт*|виз*|dokument*',
);
