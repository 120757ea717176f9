import { rosterByPerson } from '../../journal/results.ts';
import type { Candidate } from '../../keys/select-keys.ts';
import { type KnownKeys, ownerOf } from '../../workshop/known-keys.ts';

export const SORT_ORDERS = ['row', 'name', 'spent', 'created'] as const;
export type SortOrder = (typeof SORT_ORDERS)[number];

/**
 * Sorts the keys. Equal keys, and keys without a participant, stay in the order of creation, newest first.
 * - row: by roster row of the participant · name: by key name · spent: highest first · created: newest first
 */
export function sortKeys<C extends Candidate>(keys: readonly C[], order: SortOrder, known: KnownKeys): C[] {
  if (order === 'created') return [...keys];
  if (order === 'name') return [...keys].sort((a, b) => a.key.name.localeCompare(b.key.name));
  if (order === 'spent') return [...keys].sort((a, b) => spent(b) - spent(a));
  const rows = new Map(known.workshops.map(({ prefix, state }) => [prefix, rosterByPerson(state)]));
  const rowOf = ({ key, home, participant }: C) => {
    const person = ownerOf(key, known)?.held.person;
    const now = home === undefined || person === undefined ? undefined : rows.get(home)?.get(person);
    return now?.row ?? participant?.row ?? Number.POSITIVE_INFINITY;
  };
  const sorted = keys.map((key) => ({ key, home: key.home ?? LAST, row: rowOf(key) }));
  return sorted
    .sort((a, b) => a.home.localeCompare(b.home) || (a.row === b.row ? 0 : a.row - b.row))
    .map(({ key }) => key);
}

/** Keys without a workshop come last. */
const LAST = '\uffff';

function spent({ key }: Candidate): number {
  return key.usage ?? 0;
}
