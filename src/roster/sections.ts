import { addressQualifier } from './address-qualifier.ts';
import { cellText, plainWords } from './clean-text.ts';
import type { ColumnFacts } from './column-facts.ts';
import type { Heading } from './find-header.ts';
import { anyOf } from './header-words.ts';
import { compareNames } from './names-agree.ts';
import type { ColumnRole } from './participant.ts';
import { cellAt, type SheetRow } from './sheet.ts';

const NAMES: ReadonlySet<ColumnRole | undefined> = new Set(['name', 'surname', 'full_name']);

/**
 * Parts of a header with an email address and a name each, from left to right: `Name, Surname, E-mail, E-mail, Full name` has two.
 * One or none where rows name the same person in all of them: a name as on a certificate, beside another address.
 */
export function sectionsOf(
  headings: readonly Heading[],
  rows: readonly SheetRow[],
  facts: ReadonlyMap<number, ColumnFacts>,
): Heading[][] {
  const people = headings
    .filter((heading) => isOwn(heading) && isUsed(heading, facts))
    .toSorted((a, b) => a.column - b.column);
  const sections: Heading[][] = [[]];
  // From the right: a second address stands behind the first, and belongs to the names before it.
  for (const [at, heading] of [...people.entries()].reverse()) {
    const [current = []] = sections;
    if (has(current, heading) && isWhole(current) && isWhole(people.slice(0, at + 1))) sections.unshift([heading]);
    else current.unshift(heading);
  }
  return arePeopleOfTheirOwn(sections, rows) ? sections : [people];
}

/** With the headings of sections that may be about anybody as somebody else's: a contact or a proofreader beside plain `Name, E-mail`. */
export function withoutStrangers(
  headings: Heading[],
  rows: readonly SheetRow[],
  facts: ReadonlyMap<number, ColumnFacts>,
): Heading[] {
  const sections = sectionsOf(headings, rows, facts);
  const kinds = sections.map(kindOf);
  const own = KINDS.find((kind) => kinds.includes(kind));
  const strangers = new Set(sections.filter((_, at) => kinds[at] !== own).flat());
  return headings.map((heading) =>
    strangers.has(heading) && heading.role ? { ...heading, role: { ...heading.role, whose: 'other' } } : heading,
  );
}

/** Which sections are the participants': those headed plainly, else all with some word of their own (`Morning name`, `Afternoon name`). */
const KINDS = ['plain', 'qualified', 'contact'] as const;

export function kindOf(section: readonly Heading[]): (typeof KINDS)[number] {
  const people = section.filter((heading) => isOwn(heading) && heading.role?.whose === 'unsaid');
  if (people.some(({ text }) => CONTACT.test(plainWords(text)))) return 'contact';
  const isPlain = ({ text, role }: Heading) =>
    role?.strength === 3 || (role?.role === 'email' && addressQualifier(text) === '');
  return people.every(isPlain) ? 'plain' : 'qualified';
}

/** "Contact email" alone is the participant's; with a name, beside a list, it is whoever can be asked. */
const CONTACT = anyOf('contact');

/** A vague heading may be a university's name. */
function isOwn({ role }: Heading): boolean {
  if (!role || role.whose === 'other') return false;
  return role.role === 'email' || (NAMES.has(role.role) && (role.strength === 3 || !role.vague));
}

/** Forms have columns that nobody fills in, and "anonymous" as everybody's address. */
function isUsed({ column, role }: Heading, facts: ReadonlyMap<number, ColumnFacts>): boolean {
  const fact = facts.get(column);
  return fact !== undefined && (role?.role === 'email' ? fact.attempts > 0 : fact.filled > 0);
}

function isWhole(section: readonly Heading[]): boolean {
  return section.some(({ role }) => role?.role === 'email') && section.some(({ role }) => NAMES.has(role?.role));
}

/** Whether a section has what this column holds too: an address, a name, a surname. */
function has(section: readonly Heading[], heading: Heading): boolean {
  const parts = section.flatMap(partsOf);
  return partsOf(heading).some((part) => parts.includes(part));
}

function partsOf({ role }: Heading): readonly string[] {
  return (role && PARTS[role.role]) ?? [];
}

const PARTS: Partial<Record<ColumnRole, readonly string[]>> = {
  email: ['email'],
  name: ['name'],
  surname: ['surname'],
  full_name: ['name', 'surname'],
};

const SAMPLED_ROWS = 3_000;

function arePeopleOfTheirOwn(
  [first = [], ...others]: readonly (readonly Heading[])[],
  rows: readonly SheetRow[],
): boolean {
  if (others.length === 0) return true;
  let same = 0;
  let different = 0;
  for (const row of rows.slice(0, SAMPLED_ROWS)) {
    const name = nameIn(row, first);
    for (const other of others.map((section) => nameIn(row, section))) {
      if (name.name === '' || other.name === '') continue;
      if (compareNames(name, other) === 'different') different += 1;
      else same += 1;
    }
  }
  return different > same;
}

function nameIn(row: SheetRow, section: readonly Heading[]) {
  const texts = section
    .filter(({ role }) => NAMES.has(role?.role))
    .map(({ column }) => cellText(cellAt(row, column)?.value).trim());
  return { name: texts.join(' ').trim(), surname: '' };
}
