import type { Issue } from '../errors.ts';
import { createIssues } from './issues.ts';
import { mergeRows } from './merge-rows.ts';
import { compareNames, nameKey } from './names-agree.ts';
import type { Participant } from './participant.ts';
import { createGroups } from './row-groups.ts';
import type { RowPerson } from './row-person.ts';

export interface PeopleOptions {
  sheet: string;
  /** the letter of the e-mail column, for messages */
  emailColumn: number | undefined;
  namesOnly: boolean;
  sharedEmails: boolean;
}

/** Rows become people: a shared address with agreeing names is one person, under different names a problem, or two people with `sharedEmails`. */
export function findPeople(
  rows: readonly RowPerson[],
  options: PeopleOptions,
  problems: Issue[],
  notices: Issue[],
): Participant[] {
  const groups = createGroups(rows.length);
  const shared = new Set<number>();
  const rejected = new Set<number>();
  for (const [address, indexes] of rowsByAddress(rows)) {
    const clusters = clusterByName(rows, indexes);
    if (clusters.length > 1 && !options.sharedEmails) {
      for (const index of indexes) rejected.add(index);
      problems.push(...conflicts(rows, address, indexes, options));
      continue;
    }
    if (clusters.length > 1) for (const index of indexes) shared.add(index);
    for (const cluster of clusters) for (const index of cluster) groups.join(cluster[0] ?? index, index);
  }
  const indexOf = new Map(rows.map(({ row }, index) => [row, index]));
  rows.forEach(({ continues }, index) => {
    const first = continues === undefined ? undefined : indexOf.get(continues);
    if (first !== undefined) groups.join(first, index);
  });
  if (options.namesOnly) joinByName(rows, groups);
  const people: Participant[] = [];
  for (const members of groups.all()) {
    const kept = members.filter((index) => !rejected.has(index));
    const person = mergeRows(
      kept.flatMap((index) => rows[index] ?? []),
      options.sheet,
      problems,
      notices,
    );
    if (person) people.push(kept.some((index) => shared.has(index)) ? { ...person, shared: true } : person);
  }
  people.sort((a, b) => a.row - b.row);
  notices.push(...sameNames(people, options.sheet));
  return people;
}

function rowsByAddress(rows: readonly RowPerson[]): Map<string, number[]> {
  const byAddress = new Map<string, number[]>();
  rows.forEach(({ addresses }, index) => {
    for (const { key } of addresses) {
      const list = byAddress.get(key);
      if (list) list.push(index);
      else byAddress.set(key, [index]);
    }
  });
  for (const [key, list] of byAddress) if (list.length < 2) byAddress.delete(key);
  return byAddress;
}

/** Rows of one address, parted into people. Each row is compared with one row of each distinct name, so equal names cost nothing. */
function clusterByName(rows: readonly RowPerson[], indexes: readonly number[]): number[][] {
  const byName = new Map<string, { first: RowPerson; members: number[] }>();
  for (const index of indexes) {
    const row = rows[index];
    if (!row) continue;
    const key = nameKey(row);
    const group = byName.get(key);
    if (group) group.members.push(index);
    else byName.set(key, { first: row, members: [index] });
  }
  const clusters: { first: RowPerson; members: number[] }[] = [];
  for (const group of byName.values()) {
    const cluster = clusters
      .slice(0, MAX_CLUSTERS)
      .find(({ first }) => compareNames(group.first, first) !== 'different');
    if (cluster) cluster.members.push(...group.members);
    else clusters.push(group);
  }
  return clusters.map(({ members }) => members);
}

/** an address of more people than this is an office's; further names are not compared letter by letter */
const MAX_CLUSTERS = 50;

function conflicts(
  rows: readonly RowPerson[],
  key: string,
  indexes: readonly number[],
  { sheet, emailColumn }: PeopleOptions,
): Issue[] {
  const numbers = indexes.flatMap((index) => rows[index]?.row ?? []);
  const listed = `${numbers.slice(0, 10).join(', ')}${numbers.length > 10 ? ' …' : ''}`;
  return indexes.flatMap((index) => {
    const row = rows[index];
    if (!row) return [];
    const address = row.addresses.find((one) => one.key === key)?.address ?? key;
    const message = `Rows ${listed} have the same address under different names. Correct the address or the name; if these people do share it, use --shared-emails.`;
    return [createIssues(sheet, row.row)('same_email_different_names', emailColumn, message, address)];
  });
}

function joinByName(rows: readonly RowPerson[], groups: ReturnType<typeof createGroups>): void {
  const seen = new Map<string, number>();
  rows.forEach((row, index) => {
    if (row.addresses.length > 0) return;
    const key = nameKey(row);
    const first = seen.get(key);
    if (first === undefined) seen.set(key, index);
    else groups.join(first, index);
  });
}

function sameNames(people: readonly Participant[], sheet: string): Issue[] {
  const byName = new Map<string, Participant[]>();
  for (const person of people) {
    const key = nameKey(person);
    if (key === '') continue;
    const same = byName.get(key);
    if (same) same.push(person);
    else byName.set(key, [person]);
  }
  return [...byName.values()].flatMap((same) => {
    const [first, ...more] = same;
    if (!first || more.length === 0) return [];
    const numbers = same.map(({ row }) => row).join(', ');
    const message = `Rows ${numbers} have the same name but different email addresses and count as ${same.length} participants. If they are the same person, put the addresses in one row.`;
    return [createIssues(sheet, first.row)('same_name', undefined, message, `${first.name} ${first.surname}`.trim())];
  });
}
