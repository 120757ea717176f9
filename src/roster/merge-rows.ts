import type { Issue } from '../errors.ts';
import { foldText } from './identity.ts';
import { createIssues } from './issues.ts';
import { nameKey } from './names-agree.ts';
import type { Participant } from './participant.ts';
import type { RowPerson } from './row-person.ts';

/** Makes one person of the rows that are the same person, ascending. Undefined when there are none, or when they contradict each other. */
export function mergeRows(
  rows: readonly RowPerson[],
  sheet: string,
  problems: Issue[],
  notices: Issue[],
): Participant | undefined {
  const [first, ...more] = rows;
  if (!first) return undefined;
  if (more.length > 0) {
    const clash = contradiction(rows, sheet);
    if (clash.length > 0) {
      problems.push(...clash);
      return undefined;
    }
    notices.push(mergeNotice(rows, sheet), ...twoGroups(rows, sheet));
  }
  const named =
    rows.find(({ name, surname }) => name !== '' && surname !== '') ??
    rows.find(({ name, surname }) => name !== '' || surname !== '') ??
    first;
  const addresses = new Map(
    rows
      .flatMap((row) => row.addresses)
      .toReversed()
      .map((one) => [one.key, one.address]),
  );
  const order = [...new Set(rows.flatMap((row) => row.addresses.map(({ key }) => key)))];
  const person: Participant = {
    row: first.row,
    rows: rows.map(({ row }) => row),
    name: named.name,
    surname: named.surname,
    emails: order.flatMap((key) => addresses.get(key) ?? []),
  };
  const limit = rows.map((row) => row.limit).find((value) => value !== undefined);
  if (limit !== undefined) person.limit = limit;
  if (rows.some((row) => row.keyed)) person.keyed = true;
  for (const field of ['expires', 'group', 'tier', 'id'] as const) {
    const value = rows.map((row) => row[field]).find((text) => text !== undefined);
    if (value !== undefined) person[field] = value;
  }
  return person;
}

function mergeNotice(rows: readonly RowPerson[], sheet: string): Issue {
  const numbers = rows.map(({ row }) => row).join(', ');
  const spellings = [...new Map(rows.map((row) => [nameKey(row), `${row.name} ${row.surname}`.trim()])).values()];
  const make = createIssues(sheet, rows[0]?.row);
  if (spellings.length < 2) {
    return make('duplicate', undefined, `Rows ${numbers} are the same person and get one key.`, spellings[0]);
  }
  const message = `Rows ${numbers} have the same email address and similar names, so they count as the same person and get one key. If they are two people, correct the email address.`;
  return make('duplicate_similar_name', undefined, message, spellings.join(' / '));
}

/** Of two groups the first counts; where groups share a key, that is a problem. */
function twoGroups(rows: readonly RowPerson[], sheet: string): Issue[] {
  const groups = [...new Map(rows.flatMap(({ group }) => (group ? [[foldText(group), group]] : []))).values()];
  if (groups.length < 2) return [];
  const numbers = rows.map(({ row }) => row).join(', ');
  const message = `Rows ${numbers} are the same person in different groups; the first one counts.`;
  return [createIssues(sheet, rows[0]?.row)('two_groups', undefined, message, groups.join(' / '))];
}

/** Two rows of one person must not ask for two limits, two expiries or two tiers. */
function contradiction(rows: readonly RowPerson[], sheet: string): Issue[] {
  const numbers = rows.map(({ row }) => row).join(', ');
  return (['limit', 'expires', 'tier'] as const).flatMap((field) => {
    const values = new Set(
      rows
        .map((row) => (field === 'tier' ? row.tier?.toLowerCase() : row[field]))
        .filter((value) => value !== undefined),
    );
    if (values.size < 2) return [];
    const message = `Rows ${numbers} are the same person with different values for ${field}. Use the same value, or keep one row.`;
    return rows.map(({ row }) => createIssues(sheet, row)(`conflicting_${field}`, undefined, message));
  });
}
