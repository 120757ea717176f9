import { addressQualifier } from './address-qualifier.ts';
import type { ColumnFacts } from './column-facts.ts';
import type { Heading } from './find-header.ts';
import { nameColumns } from './name-columns.ts';
import { namesByContent } from './names-by-content.ts';
import type { ColumnRole } from './participant.ts';
import { type UnlikelyColumn, unlikelyColumns } from './unlikely-columns.ts';

/** Role → columns (0-based), and what the user should know about the choice. */
export interface ChosenColumns {
  roles: Partial<Record<ColumnRole, number[]>>;
  surnameFirst: boolean;
  /** holds the full name where name and surname are empty */
  nameInstead?: number | undefined;
  /** the e-mail column was found by what is in it, not by its heading */
  emailByContent: boolean;
  /** so were the columns of names */
  namesByContent?: true;
  /** e-mail columns that were left aside as somebody else's */
  othersEmails: number[];
  /** columns headed like a limit or an expiration that are hardly those of keys */
  unlikely: UnlikelyColumn[];
}

/** Decides which columns count, by their headings and by what is in them. `fixed` are the user's own choices, which always win. */
export function chooseColumns(
  headings: readonly Heading[],
  facts: ReadonlyMap<number, ColumnFacts>,
  fixed: ReadonlyMap<ColumnRole, number[]>,
): ChosenColumns {
  const free = headings.filter(({ column }) => ![...fixed.values()].flat().includes(column));
  const fixedEmail = fixed.get('email');
  const email = fixedEmail ? { columns: fixedEmail, others: [], byContent: false } : emailColumns(free, facts);
  const taken = new Set(email.columns);
  const names = nameColumns(
    free.filter(({ column }) => !taken.has(column)),
    facts,
    fixed,
  );
  const noNames = Object.keys(names.roles).length === 0;
  const unknown = free.flatMap(({ column, role }) => (role || taken.has(column) ? [] : [column]));
  const rows = Math.max(0, ...email.columns.map((column) => facts.get(column)?.filled ?? 0));
  const roles: ChosenColumns['roles'] = noNames ? namesByContent(unknown, facts, rows) : { ...names.roles };
  const namesFound = noNames && Object.keys(roles).length > 0;
  if (email.columns.length > 0) roles.email = email.columns;
  for (const role of ['limit', 'expires', 'group', 'tier', 'id', 'api_key'] as const) {
    const columns = fixed.get(role) ?? bestOf(free, role);
    if (columns.length > 0) roles[role] = columns;
  }
  const unlikely = unlikelyColumns(roles, headings, facts, fixed);
  for (const { role } of unlikely) delete roles[role];
  return {
    roles,
    surnameFirst: names.surnameFirst,
    nameInstead: names.instead,
    emailByContent: email.byContent,
    ...(namesFound ? { namesByContent: true } : {}),
    othersEmails: email.others,
    unlikely,
  };
}

function bestOf(headings: readonly Heading[], role: ColumnRole): number[] {
  const all = headings.filter((heading) => heading.role?.role === role && heading.role.whose !== 'other');
  const best = all.toSorted((a, b) => (b.role?.strength ?? 0) - (a.role?.strength ?? 0))[0];
  return best ? [best.column] : [];
}

function emailColumns(headings: readonly Heading[], facts: ReadonlyMap<number, ColumnFacts>) {
  const addresses = (column: number) => facts.get(column)?.addresses ?? 0;
  const named = headings.filter(({ role }) => role?.role === 'email');
  // With addresses in one of them, a wrong one in another is a problem of its row, not a reason to leave the column aside.
  const some = named.some(({ column }) => addresses(column) > 0);
  const filled = named.filter(({ column }) => some && (facts.get(column)?.attempts ?? 0) > 0);
  const own = withoutStrangers(ownOnes(filled));
  const others = filled.filter((heading) => !own.includes(heading)).map(({ column }) => column);
  if (own.length > 0) return { columns: own.map(({ column }) => column), others, byContent: false };
  const byContent = [...facts]
    .filter(([column, fact]) => fact.addresses * 2 >= fact.filled && fact.addresses > 0 && !others.includes(column))
    .sort(([a, first], [b, second]) => second.addresses - first.addresses || a - b)[0];
  if (byContent) return { columns: [byContent[0]], others, byContent: true };
  if (others.length > 0) return { columns: others, others: [], byContent: false };
  return { columns: ownOnes(named).map(({ column }) => column), others: [], byContent: false };
}

/** Beside a plain "E-mail", a column counts only where its heading names a kind of address, not where it may name another person. */
function withoutStrangers(headings: Heading[]): Heading[] {
  const plain = headings.filter(({ text }) => addressQualifier(text) === '');
  return plain.length > 0 ? plain : headings;
}

/** The participant's own: not a buyer's or a teacher's; in a ticket shop's export only the attendee's. */
function ownOnes(headings: readonly Heading[]): Heading[] {
  const own = headings.filter(({ role }) => role?.whose !== 'other');
  const attendee = own.filter(({ text }) => /attendee|teilnehmer|apmeklēt/iu.test(text));
  return attendee.length > 0 ? attendee : own;
}
