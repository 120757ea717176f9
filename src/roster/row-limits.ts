import { cellText } from './clean-text.ts';
import { USUAL_LIMIT } from './column-facts.ts';
import { parseExpiry } from './expires.ts';
import { parseLimit } from './limit.ts';
import { addBroken, type RowIssues } from './row-issues.ts';
import type { Cell } from './sheet.ts';

/** A row's own limit in USD, null = unlimited; undefined when it says nothing or cannot be used, which is added to the problems. */
export function rowLimit(cell: Cell | undefined, { make, problems, notices }: RowIssues): number | null | undefined {
  const text = cellText(cell?.value).trim();
  if (!cell || addBroken(cell, { make, problems, notices }) || saysNothing(text)) return undefined;
  const parsed = parseLimit(text);
  if ('problem' in parsed) {
    const message = `Invalid limit: ${parsed.problem}. Use US dollars, such as 2.50, or none.`;
    problems.push(make('invalid_limit', cell.column, message, text));
    return undefined;
  }
  if (parsed.note !== undefined) notices.push(make('limit_read', cell.column, `${parsed.note} USD.`, text));
  if (parsed.limit !== null && parsed.limit > USUAL_LIMIT) {
    notices.push(
      make('high_limit', cell.column, 'This limit is high for one key. Check the column and the amount.', text),
    );
  }
  return parsed.limit;
}

/** When a row's key shall end, UTC; undefined as above. */
export function rowExpiry(cell: Cell | undefined, now: Date, { make, problems, notices }: RowIssues) {
  const text = cellText(cell?.value).trim();
  if (!cell || addBroken(cell, { make, problems, notices }) || saysNothing(text)) return undefined;
  const parsed = parseExpiry(text, now);
  if ('expires' in parsed) return parsed.expires;
  problems.push(make('invalid_expiry', cell.column, `Invalid expiration: ${parsed.problem}.`, text));
  return undefined;
}

function saysNothing(text: string): boolean {
  return text === '' || /^[-–—]$/.test(text);
}
