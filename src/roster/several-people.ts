import type { ChosenColumns } from './choose-columns.ts';
import { cellText, cleanText } from './clean-text.ts';
import { localPart } from './email-address.ts';
import { type FoundAddress, parseEmailCell } from './email-cell.ts';
import type { RowIssues } from './row-issues.ts';
import { cellAt, type SheetRow } from './sheet.ts';

type Roles = ChosenColumns['roles'];

interface FoundInRow {
  roles: Roles;
  names: { name: string; surname: string };
  addresses: readonly FoundAddress[];
}

/** A row that may hold several people: a problem where it has addresses for them, told where there is one key to give. */
export function tellSeveral(row: SheetRow, { roles, names, addresses }: FoundInRow, issues: RowIssues): void {
  const { make, problems, notices } = issues;
  const value = addresses.map(({ address }) => address).join(', ');
  const isNameless = names.name === '' && names.surname === '';
  const hasSeveralNames = addresses.length > 0 && severalNames(row, roles, addresses.length);
  const isUnclear = addresses.length > 1 && isNameless && unlikeAddresses(addresses);
  if (addresses.length > 1 && (hasSeveralNames || (isUnclear && roles.group))) {
    const message = 'This row seems to hold several people. Give each of them a row of their own.';
    problems.push(make('several_people', roles.email?.[0], message, value));
  } else if (hasSeveralNames) {
    const message =
      'This row seems to hold several people with one address; it gets one key. Give each of them a row of their own if each should get a key.';
    notices.push(make('several_names', roles.email?.[0], message, `${names.name} ${names.surname}`.trim()));
  } else if (isUnclear) {
    const message =
      'This row has several addresses and no name; it gets one key. If they are several people, give each of them a row of their own.';
    notices.push(make('several_names', roles.email?.[0], message, value));
  }
}

/** True when the cells of names hold as many people as there are addresses: `Ada Lind⏎Bo Krag`, `Ada Lind & Bo Krag`, or a column for each. */
function severalNames(row: SheetRow, roles: Roles, addresses: number): boolean {
  const columns = [roles.full_name, roles.name].flatMap((found) => found ?? []);
  const texts = columns.map((column) => cellText(cellAt(row, column)?.value).slice(0, 1_000));
  if (roles.full_name && texts.filter((text) => text.trim() !== '').length > 1) return true;
  return texts.some((raw) => {
    if (!MAY_BE_SEVERAL.test(raw) || (raw.includes('@') && parseEmailCell(raw).found.length > 0)) return false;
    const hard = peopleIn(raw, /[\n;/&+|]|\s(?:and|und|un|et|та|ir|ja|och|og|en|ve)\s/u);
    // "Costa e Silva" is one surname, "Ana Costa e Rui Silva" two people.
    const conjoined = raw.split(/\s(?:y|e|i|и|a)\s/u);
    if (hard > 1 || (conjoined.length > 1 && conjoined.every((part) => /\p{L}{2}\S*\s+\p{L}{2}/u.test(part))))
      return true;
    const soft = peopleIn(raw, /[\n;/&+|,]/u);
    return soft === addresses && soft > 1 && /\S\s+\S.*,.*\S\s+\S/u.test(cleanText(raw));
  });
}

const MAY_BE_SEVERAL = /[\n;/&+|,]|\s\p{L}{1,3}\s/u;

function peopleIn(text: string, between: RegExp): number {
  return text.split(between).filter((part) => /\p{L}{2}/u.test(part)).length;
}

/** True where nothing but different addresses says who a row is: they may be one person's or several people's. */
function unlikeAddresses(addresses: readonly FoundAddress[]): boolean {
  const [first, ...others] = addresses.map(({ key }) => wordsOf(key));
  return first !== undefined && others.some((words) => !words.some((word) => first.includes(word)));
}

function wordsOf(address: string): string[] {
  return localPart(address)
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 2);
}
