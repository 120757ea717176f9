import { type Issue, usageError } from '../errors.ts';
import { foldStem, nameStem } from '../keys/key-name.ts';
import { formatUsd } from '../money.ts';
import { foldName } from '../roster/identity.ts';
import { createIssues, type IssueMaker } from '../roster/issues.ts';
import type { Member, Participant, Roster } from '../roster/participant.ts';
import { safeText } from '../roster/safe-text.ts';
import { columnIndex } from '../roster/sheet.ts';

/** The roster for `--per group`: its participants are the groups, each with its members. Rows that cannot be in one are problems, all at once. */
export function perGroup(roster: Roster, prefix: string): Roster {
  const { participants, sheet, columns, file } = roster;
  if (participants.length > 0 && participants.every(({ group }) => group === undefined)) {
    throw usageError('no_groups', `${file} does not say who is in which group, so --per group has nothing to go by.`, {
      hint: 'Add a column Group, or name it with --column group=HEADING.',
    });
  }
  const problems: Issue[] = [];
  const letter = columns.group?.[0];
  const column = letter === undefined ? undefined : columnIndex(letter);
  const issuesOf = (row: number) => createIssues(sheet, row);
  const groups = new Map<string, Participant[]>();
  const inTwo = new Set(roster.notices.filter(isTwoGroups).map(({ row }) => row));
  for (const participant of participants) {
    const { group = '', row, rows } = participant;
    if (inTwo.has(row)) {
      const message = `Rows ${rows.join(', ')} are the same person in different groups. Keep one of them.`;
      problems.push(issuesOf(row)('two_groups', column, message));
      continue;
    }
    if (nameStem('', groupPerson(group)) === '') {
      problems.push(issuesOf(row)('no_group', column, 'This row names no group, and every key is shared by a group.'));
      continue;
    }
    const key = foldName(groupPerson(group));
    groups.set(key, [...(groups.get(key) ?? []), participant]);
  }
  const byStem = new Map<string, string>();
  const found: Participant[] = [];
  for (const members of groups.values()) {
    const [first] = members;
    if (!first) continue;
    const { group = '' } = first;
    const stem = foldStem(nameStem(prefix, groupPerson(group)));
    const other = byStem.get(stem);
    if (other !== undefined) {
      for (const { row } of members) {
        const message = `The groups "${short(other)}" and "${short(group)}" would give their keys the same name. If they are one group, write it one way.`;
        problems.push(issuesOf(row)('groups_alike', column, message, group));
      }
      continue;
    }
    byStem.set(stem, group);
    const differing = differences(members, issuesOf);
    problems.push(...differing);
    if (differing.length === 0) found.push(toGroup(group, members));
  }
  return {
    ...roster,
    participants: found,
    problems: [...roster.problems, ...problems],
    notices: roster.notices.filter((notice) => !isTwoGroups(notice)),
  };
}

function isTwoGroups({ code }: Issue): boolean {
  return code === 'two_groups';
}

function toGroup(group: string, members: readonly Participant[]): Participant {
  const rows = members.flatMap((member) => member.rows).sort((a, b) => a - b);
  const limit = members.find((member) => member.limit !== undefined)?.limit;
  const expires = members.find((member) => member.expires !== undefined)?.expires;
  const tier = members.find((member) => member.tier !== undefined)?.tier;
  return {
    row: Math.min(...members.map(({ row }) => row)),
    rows,
    ...groupPerson(group),
    group,
    ...(limit === undefined ? {} : { limit }),
    ...(expires === undefined ? {} : { expires }),
    ...(tier === undefined ? {} : { tier }),
    ...(members.some(({ keyed }) => keyed) ? { keyed: true } : {}),
    members: members.map(toMember),
  };
}

function toMember({ row, rows, name, surname, emails, shared, id }: Participant): Member {
  return { row, rows, name, surname, emails, ...(shared ? { shared } : {}), ...(id === undefined ? {} : { id }) };
}

/** A group as the one whom a key is for: its name is compared as that of a person without an address. */
function groupPerson(name: string): Pick<Participant, 'name' | 'surname' | 'emails'> {
  return { name, surname: '', emails: [] };
}

/** A key has one limit, one expiration and one tier: rows of its group must not say two. A row that says nothing agrees. */
function differences(members: readonly Participant[], issuesOf: (row: number) => IssueMaker): Issue[] {
  const group = short(members[0]?.group ?? '');
  return SETTINGS.flatMap(({ of, called, text }): Issue[] => {
    const first = members.find((member) => of(member) !== undefined);
    if (!first) return [];
    return members.flatMap((member): Issue[] => {
      const value = of(member);
      if (value === undefined || value === of(first)) return [];
      const message = `The key of the group "${group}" has one ${called}: this row has ${text(value)}, row ${first.row} has ${text(of(first))}.`;
      return [issuesOf(member.row)('group_differs', undefined, message)];
    });
  });
}

interface Setting {
  of(member: Participant): string | number | null | undefined;
  called: string;
  text(value: string | number | null | undefined): string;
}

const SETTINGS: readonly Setting[] = [
  {
    of: ({ limit }) => limit,
    called: 'limit',
    text: (value) => (typeof value === 'number' ? formatUsd(value) : 'no limit'),
  },
  { of: ({ expires }) => expires, called: 'expiration', text: String },
  { of: ({ tier }) => tier?.toLowerCase(), called: 'tier', text: String },
];

/** of a name in a sentence */
const LONGEST = 40;

function short(name: string): string {
  const letters = [...safeText(name)];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : letters.join('');
}
