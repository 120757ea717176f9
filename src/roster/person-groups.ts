import { chooseColumns } from './choose-columns.ts';
import { plainWords } from './clean-text.ts';
import { columnFacts } from './column-facts.ts';
import { columnsByContent } from './columns-by-content.ts';
import type { Heading } from './find-header.ts';
import { type FoundTable, fixedAmong } from './find-table.ts';
import { anyOf } from './header-words.ts';
import type { ColumnRole } from './participant.ts';
import { isPlaceInTeam, namesLeader, namesMember } from './person-words.ts';
import { kindOf, sectionsOf } from './sections.ts';

/**
 * A table for each person that a row has: `Participant 1 Name, Participant 1 Email, Participant 2 Name, …`, a leader and members, or two lists side by side.
 * One where a row is one person, also with several addresses.
 */
export function personGroups(table: FoundTable): FoundTable[] {
  return [...headedGroups(table), ...headlessLists(table)];
}

/** Lists without headings beside a headed one, behind a column without content: names and addresses by what is in them. */
function headlessLists(table: FoundTable): FoundTable[] {
  if (!table.headerRow || table.columns.emailByContent) return [];
  const facts = columnFacts(table.rows);
  const headed = new Set(table.headings.flatMap(({ column, text }) => (text.trim() === '' ? [] : [column])));
  const blocks: number[][] = [];
  for (const column of new Set([...headed, ...facts.keys()].sort((a, b) => a - b))) {
    const current = blocks.at(-1);
    if (current && column - (current.at(-1) ?? 0) === 1) current.push(column);
    else blocks.push([column]);
  }
  return blocks.flatMap((block) => {
    if (block.some((column) => headed.has(column))) return [];
    const columns = columnsByContent(new Map([...facts].filter(([column]) => block.includes(column))));
    const isNamed = columns && (columns.roles.full_name ?? columns.roles.name);
    return isNamed ? [{ ...table, headings: [], columns }] : [];
  });
}

function headedGroups(table: FoundTable): FoundTable[] {
  const people = table.headings.filter(({ role }) => role && PEOPLE.has(role.role));
  const blocks = separateLists(table);
  if (blocks) return blocks;
  if (people.filter(({ role }) => role?.role === 'email').length < 2) return [withAllNames(table, people)];
  const facts = columnFacts(table.rows);
  const groups = numberedGroups(people) ?? sectionsOf(people, table.rows, facts);
  if (groups.length < 2) return [table];
  const grouped = columnsOf(groups.flat());
  const common = table.headings.filter(({ column, role }) => !grouped.has(column) && !(role && PEOPLE.has(role.role)));
  const views = groups.map((group): FoundTable => {
    const own = group.map(
      (heading): Heading => ({ ...heading, role: heading.role && { ...heading.role, whose: 'participant' } }),
    );
    return { ...table, columns: chooseColumns([...common, ...own], facts, chosenFor(group, groups, table)) };
  });
  const usable = views.filter(({ columns }) => columns.roles.email !== undefined);
  return usable.length > 1 ? usable : [table];
}

/** Beside one column of addresses, the names of a team's members may stand in a column each. */
function withAllNames(table: FoundTable, people: readonly Heading[]): FoundTable {
  const members = people.filter((heading) => heading.role?.role === 'full_name' && tagOf(heading) !== '');
  const { roles } = table.columns;
  if (members.length < 2 || table.columnMap.full_name || roles.surname || !roles.full_name) return table;
  return {
    ...table,
    columns: { ...table.columns, roles: { ...roles, full_name: members.map(({ column }) => column) } },
  };
}

/** Of the columns chosen by hand, a person has those among or right of the own columns; a limit or a group of the row is that of all its people. */
function chosenFor(
  group: readonly Heading[],
  groups: readonly (readonly Heading[])[],
  { columnMap, headings, rows }: FoundTable,
): Map<ColumnRole, number[]> {
  const all = new Set(rows.flatMap(({ cells }) => cells.map(({ column }) => column)));
  const grouped = groups.flat();
  const isOwn = (role: ColumnRole, column: number) => {
    const nearest = grouped.filter((heading) => heading.column <= column).sort((a, b) => b.column - a.column)[0];
    if (nearest?.column !== column && !PEOPLE.has(role)) return true;
    return nearest !== undefined && group.includes(nearest);
  };
  const chosen = new Map<ColumnRole, number[]>();
  for (const [role, columns] of fixedAmong(columnMap, headings, all)) {
    const own = columns.filter((column) => isOwn(role, column));
    if (own.length > 0) chosen.set(role, own);
  }
  return chosen;
}

const PEOPLE: ReadonlySet<string> = new Set(['email', 'name', 'surname', 'full_name']);

/** Lists with columns without any content between them: each has its own columns, a status too. */
function separateLists(table: FoundTable): FoundTable[] | undefined {
  const headings = table.headings.filter(({ text }) => text.trim() !== '').toSorted((a, b) => a.column - b.column);
  const blocks: Heading[][] = [];
  for (const heading of headings) {
    const current = blocks.at(-1);
    if (current && heading.column - (current.at(-1)?.column ?? 0) === 1) current.push(heading);
    else blocks.push([heading]);
  }
  if (blocks.length < 2 || !blocks.every(isList) || new Set(blocks.map(kindOf)).size > 1) return undefined;
  const headed = columnsOf(headings);
  if (touchesHeaded(new Set(table.rows.flatMap(({ cells }) => cells.map(({ column }) => column))), headed))
    return undefined;
  const facts = columnFacts(table.rows);
  return blocks.map((block) => ({
    ...table,
    headings: block,
    columns: chooseColumns(block, inside(facts, block), fixedAmong(table.columnMap, block, columnsOf(block))),
  }));
}

/** Whether a column without a heading belongs to a list with headings: no empty column stands between them. */
function touchesHeaded(filled: ReadonlySet<number>, headed: ReadonlySet<number>): boolean {
  const all = [...new Set([...filled, ...headed])].sort((a, b) => a - b);
  return all.some((column, at) => {
    const left = all[at - 1];
    return left === column - 1 && headed.has(left) !== headed.has(column);
  });
}

function columnsOf(headings: readonly Heading[]): Set<number> {
  return new Set(headings.map(({ column }) => column));
}

function isList(block: readonly Heading[]): boolean {
  const own = block.filter(({ role }) => role?.whose !== 'other');
  return hasEmail(own) && own.some(({ role }) => role && role.role !== 'email' && PEOPLE.has(role.role));
}

function inside<T>(facts: ReadonlyMap<number, T>, block: readonly Heading[]): Map<number, T> {
  return new Map([...facts].filter(([column]) => block.some((heading) => heading.column === column)));
}

/** Groups by what stands in the heading beside the role: `participant 1`, `member 2`, `2`. */
function numberedGroups(people: readonly Heading[]): Heading[][] | undefined {
  const byTag = new Map<string, Heading[]>();
  for (const heading of people) {
    const tag = tagOf(heading);
    byTag.set(tag, [...(byTag.get(tag) ?? []), heading]);
  }
  const isWhole = (group: readonly Heading[]) => hasEmail(group) && hasName(group);
  const tagged = [...byTag].filter(
    ([tag, group]) => tag !== '' && tag !== 'leader' && (isWhole(group) || (/^p\d/.test(tag) && hasEmail(group))),
  );
  const plain = byTag.get('') ?? [];
  const leaders = byTag.get('leader') ?? [];
  const all = tagged.map(([, group]) => group);
  if (tagged.length > 0 && isWhole(leaders) && !hasEmail(plain)) all.unshift(leaders);
  if (tagged.length > 0 && isWhole(plain)) all.unshift(plain);
  return all.length > 1 ? all : undefined;
}

function tagOf({ text }: Heading): string {
  const words = plainWords(text);
  const number =
    /(?<!\p{N})(\d{1,2})(?!\p{N})/u.exec(words)?.[1] ??
    ORDINALS.find(([word]) => word.test(words))?.[1] ??
    ROMAN.get(/(?<= )i{1,3}$|(?<= )iv$/.exec(words)?.[0] ?? '');
  if (namesLeader(words)) return 'leader';
  const isMember = namesMember(words);
  const letter = isMember ? /(?<= )[a-h](?![^ ])/.exec(words)?.[0] : undefined;
  if (number === undefined) return letter === undefined ? '' : `p${letter}`;
  const isPlace = isPlaceInTeam(words) || !/\d{1,2}$/.test(words);
  return isMember && isPlace ? `p${number}` : isMember ? `q${number}` : number;
}

const ORDINALS: readonly [RegExp, string][] = [
  [
    anyOf(
      'first participant|first member|first student|first author|first person|primary participant|main participant|pirmais|pirmā dalībnieka|erster|erste|premier|primer',
    ),
    '1',
  ],
  [
    anyOf(
      'second participant|second member|second student|second author|second person|secondary participant|additional participant|teammate|team mate|otrais|otrā|zweiter|zweite|deuxième|segundo',
    ),
    '2',
  ],
  [
    anyOf(
      'third participant|third member|third student|third author|third person|trešais|trešā|dritter|dritte|troisième|tercer',
    ),
    '3',
  ],
];

const ROMAN = new Map([
  ['i', '1'],
  ['ii', '2'],
  ['iii', '3'],
  ['iv', '4'],
]);

function hasEmail(group: readonly Heading[]): boolean {
  return group.some(({ role }) => role?.role === 'email');
}

function hasName(group: readonly Heading[]): boolean {
  return group.some(({ role }) => role && role.role !== 'email');
}
