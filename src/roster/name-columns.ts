import { plainWords } from './clean-text.ts';
import type { ColumnFacts } from './column-facts.ts';
import type { Heading } from './find-header.ts';
import { anyOf } from './header-words.ts';
import type { ColumnRole } from './participant.ts';

type NameRole = 'name' | 'surname' | 'full_name';

export interface NameColumns {
  roles: Partial<Record<NameRole, number[]>>;
  surnameFirst: boolean;
  /** a column of full names beside name and surname, for rows where both are empty */
  instead: number | undefined;
}

/** Which columns hold names. A heading as vague as "Name" means what the other columns leave open: given name, surname or both. */
export function nameColumns(
  headings: readonly Heading[],
  facts: ReadonlyMap<number, ColumnFacts>,
  fixed: ReadonlyMap<ColumnRole, number[]>,
): NameColumns {
  const own = ownAndFilled(headings, facts);
  const pick = (role: NameRole, vague: boolean) => best(own, facts, role, vague);
  let name = fixedHeading(fixed, 'name') ?? pick('name', false);
  let surname = fixedHeading(fixed, 'surname') ?? pick('surname', false);
  let full = fixedHeading(fixed, 'full_name') ?? pick('full_name', false);
  const vague = pick('name', true) ?? pick('full_name', true);
  const several = (heading: Heading) => mostlySeveralWords(facts.get(heading.column));
  if (vague && !full) {
    if (name && !surname && !several(vague)) surname = vague;
    else if (!name && surname) name = vague;
    else if (!name && several(vague)) full = vague;
    else if (!name && vague.role?.role === 'full_name') full = vague;
    else if (!name) name = vague;
    else if (!surname) full = vague;
  }
  if (name && !surname && !full && !fixed.has('name') && several(name)) [full, name] = [name, undefined];
  if (surname && !name && !full && !fixed.has('surname') && several(surname)) [full, surname] = [surname, undefined];
  const unused = full ?? vague;
  const instead = name && surname && unused !== name && unused !== surname ? unused?.column : undefined;
  if (name && surname) full = undefined;
  else if (full) [name, surname] = [undefined, undefined];
  const roles: NameColumns['roles'] = {};
  if (name) roles.name = [name.column];
  if (surname) roles.surname = [...particleColumn(headings, surname.column), surname.column];
  if (full) roles.full_name = [full.column];
  return { roles, surnameFirst: full?.role?.surnameFirst ?? false, instead };
}

/** Dutch lists have the `van der` of a surname in a column before it. */
function particleColumn(headings: readonly Heading[], surname: number): number[] {
  return headings
    .filter(({ column, text }) => column < surname && PARTICLE.test(plainWords(text)))
    .map(({ column }) => column);
}

const PARTICLE = anyOf(
  'tussenvoegsel|tussenvoegsels|voorvoegsel|infix|surname prefix|name particle|namenszusatz|particule',
);

function fixedHeading(fixed: ReadonlyMap<ColumnRole, number[]>, role: NameRole): Heading | undefined {
  const column = fixed.get(role)?.[0];
  return column === undefined ? undefined : { column, text: '', role: undefined };
}

/** Headings of names without a buyer's or a parent's, and without columns that nobody filled in, where others are left. */
function ownAndFilled(headings: readonly Heading[], facts: ReadonlyMap<number, ColumnFacts>): readonly Heading[] {
  const names = headings.filter(({ role }) => isNameRole(role?.role));
  const own = names.filter(({ role }) => role?.whose !== 'other');
  const left = own.length > 0 ? own : names;
  const filled = left.filter(({ column }) => (facts.get(column)?.filled ?? 0) > 0);
  return filled.length > 0 ? filled : left;
}

function isNameRole(role: ColumnRole | undefined): boolean {
  return role === 'name' || role === 'surname' || role === 'full_name';
}

/** Filled before empty, the participant's before somebody else's, the clearer heading before the vaguer, left before right. */
function best(headings: readonly Heading[], facts: ReadonlyMap<number, ColumnFacts>, wanted: NameRole, vague: boolean) {
  const rank = ({ column, role }: Heading) =>
    (facts.get(column)?.filled ? 100 : 0) +
    (role?.whose === 'other' ? -50 : 0) +
    (role?.whose === 'participant' ? 5 : 0) +
    (role?.strength ?? 0);
  return headings
    .filter(({ role }) => role?.role === wanted && role.vague === vague)
    .toSorted((a, b) => rank(b) - rank(a) || a.column - b.column)[0];
}

function mostlySeveralWords(facts: ColumnFacts | undefined): boolean {
  return facts !== undefined && facts.words > 0 && facts.severalWords >= facts.words * 0.6;
}
