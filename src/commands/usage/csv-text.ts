import { visibleText } from '../../terminal/visible-text.ts';
import type { UsageReport } from '../../usage/usage-report.ts';
import { USAGE_COLUMNS, usageRows } from '../../usage/usage-rows.ts';

/** The people of a report as CSV (RFC 4180), for spreadsheet programs: UTF-8 with a byte order mark, without formulas. */
export function csvBytes(report: UsageReport): Uint8Array {
  const lines = [USAGE_COLUMNS, ...usageRows(report)].map((row) => `${row.map(csvCell).join(',')}\r\n`);
  return new TextEncoder().encode(`\ufeff${lines.join('')}`);
}

/** What spreadsheet programs take for a formula, full-width signs too. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[\s'"]*[=+\-@\uff1d\uff0b\uff0d\uff20|%]/u;

function csvCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = visibleText(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
