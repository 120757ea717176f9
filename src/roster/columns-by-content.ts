import type { ChosenColumns } from './choose-columns.ts';
import type { ColumnFacts } from './column-facts.ts';

/** For a table without header: the e-mail column has the addresses, names are columns of words; two of them are name and surname in this order. */
export function columnsByContent(facts: ReadonlyMap<number, ColumnFacts>): ChosenColumns | undefined {
  const [email, ...others] = [...facts]
    .filter(([, fact]) => fact.addresses > 0 && fact.addresses * 2 >= fact.filled)
    .sort(([a, first], [b, second]) => second.addresses - first.addresses || a - b)
    .map(([column]) => column);
  if (email === undefined) return undefined;
  const rows = facts.get(email)?.filled ?? 0;
  const words = [...facts]
    .filter(([column, fact]) => column !== email && fact.words >= fact.filled * 0.7 && fact.words >= rows * 0.5)
    .sort(([a], [b]) => a - b);
  const roles: ChosenColumns['roles'] = { email: [email] };
  const full = words.find(([, fact]) => fact.severalWords >= fact.words * 0.6);
  const [first, second] = words;
  if (full) roles.full_name = [full[0]];
  else if (first) {
    roles.name = [first[0]];
    if (second) roles.surname = [second[0]];
  }
  return { roles, surnameFirst: false, emailByContent: true, othersEmails: others, unlikely: [] };
}
