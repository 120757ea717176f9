import type { Issue } from '../errors.ts';
import { cellText, cleanText } from './clean-text.ts';
import { displayName, type EmailCell, type FoundAddress, isPlaceholder, parseEmailCell } from './email-cell.ts';
import type { FoundTable } from './find-table.ts';
import { splitFullName } from './full-name.ts';
import { looksGarbled } from './garbled.ts';
import { createIssues } from './issues.ts';
import { parseLinkedCell } from './link-address.ts';
import { addBroken, type RowIssues } from './row-issues.ts';
import { rowExpiry, rowLimit } from './row-limits.ts';
import { tellRemarks, tellStruck } from './row-remarks.ts';
import { safeText } from './safe-text.ts';
import { tellSeveral } from './several-people.ts';
import { type Cell, cellAt, type SheetRow } from './sheet.ts';
import type { TallMerges } from './tall-merges.ts';

/** What one row says about one person. Rows with a problem make no person, but take part in no merge either. */
export interface RowPerson {
  row: number;
  name: string;
  surname: string;
  addresses: FoundAddress[];
  limit: number | null | undefined;
  expires: string | undefined;
  group: string | undefined;
  tier: string | undefined;
  id: string | undefined;
  /** the row has an API key already */
  keyed: boolean;
  /** the row that this one continues: its name is merged over both */
  continues: number | undefined;
}

export interface RowOptions {
  namesOnly: boolean;
  now: Date;
  merges: TallMerges;
}

const LONGEST_NAME = 200;

/** Reads a row; undefined when it has problems, which are added to the list, as are notices. */
export function rowPerson(
  row: SheetRow,
  table: FoundTable,
  options: RowOptions,
  problems: Issue[],
  notices: Issue[],
): RowPerson | undefined {
  const before = problems.length;
  const { roles } = table.columns;
  const make = createIssues(table.sheet.name, row.number);
  const issues = { make, problems, notices };
  const text = (columns: number[] | undefined) => {
    const cell = columns?.[0] === undefined ? undefined : options.merges.cell(row, columns[0]);
    return addBroken(cell, issues) ? '' : cleanText(cellText(cell?.value));
  };
  const surnames = (roles.surname ?? []).map((column) => text([column]));
  const surname = surnames.length > 1 ? cleanText(surnames.join(' ')) : (surnames[0] ?? '');
  const instead = () => {
    const { nameInstead } = table.columns;
    const empty = text(roles.name) === '' && surname === '';
    return nameInstead === undefined || !empty ? '' : text([nameInstead]);
  };
  const hasNames = (roles.name ?? roles.surname ?? roles.full_name) !== undefined;
  const names = hasNames
    ? rowNames(text(roles.name), surname, text(roles.full_name) || instead(), table.columns.surnameFirst)
    : splitFullName(displayName(cellText(filled(row, roles.email)?.value)), false);
  if (`${names.name}${names.surname}`.length > LONGEST_NAME) {
    problems.push(
      make('name_too_long', roles.name?.[0], 'This name has more than 200 characters. Shorten it.', names.name),
    );
  }
  if (looksGarbled(`${names.name} ${names.surname}`)) {
    const message =
      'Letters of this name seem to have been lost in an earlier export. Correct it, or export the roster again as UTF-8.';
    notices.push(make('garbled_name', undefined, message, `${names.name} ${names.surname}`.trim()));
  }
  tellRemarks(row, roles, issues);
  tellStruck(row, roles, issues);
  const addresses = rowAddresses(row, roles.email ?? [], options.merges, issues);
  if (addresses.length === 0 && problems.length === before && !options.namesOnly) {
    const cell = roles.email?.[0] === undefined ? undefined : cellAt(row, roles.email[0]);
    problems.push(
      make(
        'no_email',
        roles.email?.[0],
        'This row has no email address. Add one, or delete the row.',
        cellText(cell?.value),
      ),
    );
  }
  if (options.namesOnly && names.name === '' && names.surname === '' && addresses.length === 0) {
    problems.push(make('no_name', roles.name?.[0], 'This row has no name. Add one, or delete the row.'));
  } else if (
    hasNames &&
    names.name === '' &&
    names.surname === '' &&
    addresses.length > 0 &&
    problems.length === before
  ) {
    notices.push(
      make('no_name', undefined, `This row has no name; the key will be named without one.`, addresses[0]?.address),
    );
  }
  tellSeveral(row, { roles, names, addresses }, issues);
  const own = (columns: number[] | undefined) =>
    columns?.[0] === undefined ? undefined : options.merges.cell(row, columns[0]);
  const limit = rowLimit(own(roles.limit), issues);
  const expires = rowExpiry(own(roles.expires), options.now, issues);
  if (problems.length > before) return undefined;
  const group = text(roles.group) || undefined;
  const tier = withoutPlaceholder(text(roles.tier)) || undefined;
  const id = text(roles.id) || undefined;
  const keyed = /^sk-or-/.test(text(roles.api_key));
  const named = [roles.name, roles.surname, roles.full_name].flatMap((columns) => columns ?? []);
  const starts = named.map((column) => options.merges.startOf(row, column));
  const continues = starts.every((start) => start !== undefined) ? starts[0] : undefined;
  return { row: row.number, ...names, addresses, limit, expires, group, tier, id, keyed, continues };
}

function filled(row: SheetRow, columns: number[] | undefined): Cell | undefined {
  return columns?.map((column) => cellAt(row, column)).find((cell) => cell !== undefined);
}

function rowNames(name: string, surname: string, full: string, surnameFirst: boolean) {
  const [given, family] = [withoutPlaceholder(name), withoutPlaceholder(surname)];
  if ((given !== '' || family !== '') && full === '') return { name: given, surname: family };
  return splitFullName(full.replace(/\s*\([^()]*\)$/u, ''), surnameFirst);
}

function withoutPlaceholder(name: string): string {
  return /^[-–—]+$/.test(name) ? '' : name;
}

function rowAddresses(
  row: SheetRow,
  columns: readonly number[],
  merges: TallMerges,
  issues: RowIssues,
): FoundAddress[] {
  const { make, problems, notices } = issues;
  const found = new Map<string, FoundAddress>();
  for (const column of columns) {
    const cell = merges.cell(row, column);
    const text = cellText(cell?.value);
    if (!cell || addBroken(cell, issues)) continue;
    if ((text.trim() === '' || isPlaceholder(text)) && !cell.link) continue;
    const parsed = parseLinkedCell(text, cell.link);
    const [wrong] = parsed.problems;
    if (wrong) {
      // One good address keeps the person; what was meant to be another one has no @, so no key can go there.
      const kept =
        parsed.found.length > 0 && parsed.problems.every(({ value }) => !value.includes('@')) && standsApart(text);
      (kept ? notices : problems).push(
        make(kept ? 'beside_address' : wrong.code, column, addressMessage(parsed), text),
      );
    }
    if (parsed.asides.length > 0) {
      const message = `An address with a label such as "cc:" is not used: ${parsed.asides.map(safeText).join(', ')}.`;
      notices.push(make('labeled_address', column, message, text));
    }
    if (parsed.remark?.code === 'link_differs') {
      notices.push(
        make(
          'link_differs',
          column,
          `The cell shows one email address but links to another (${parsed.remark.target}). The address shown is used.`,
          text,
        ),
      );
    } else if (parsed.remark) {
      notices.push(
        make(
          'link_used',
          column,
          `The cell shows no email address. The linked address is used: ${parsed.remark.target}.`,
          text,
        ),
      );
    }
    for (const address of parsed.found) if (!found.has(address.key)) found.set(address.key, address);
  }
  return [...found.values()];
}

/** True when no part with an address has anything beside it: `jānis cakste@example.com` may be an address with a space. */
function standsApart(text: string): boolean {
  return text
    .split(/[,;|\n]/)
    .map(parseEmailCell)
    .every(({ found, problems }) => found.length === 0 || problems.length === 0);
}

/** One sentence about what is wrong with a cell of addresses, and one about what to do. */
function addressMessage({ found, problems }: EmailCell): string {
  const [wrong] = problems;
  if (wrong?.code === 'lookalike_letters')
    return `Invalid email address: ${wrong.why}. Type the address again with Latin letters.`;
  const beside = problems.filter(({ value }) => !value.includes('@')).map(({ value }) => safeText(value));
  if (beside.length < problems.length || found.length === 0) {
    const worst = problems.find(({ value }) => value.includes('@')) ?? wrong;
    return `Invalid email address: ${worst?.why ?? ''}. Correct it, or delete the row.`;
  }
  return `This cell contains more than email addresses: ${beside.slice(0, 5).join(', ')}. Keep only the addresses.`;
}
