import { usageError } from '../errors.ts';
import { peopleOfKey } from '../handout/recipients.ts';
import { hashOf } from '../journal/attempt.ts';
import type { RosterEntry } from '../journal/entry.ts';
import type { JournalState } from '../journal/fold.ts';
import { assignPeople } from '../journal/people.ts';
import { nearMisses } from '../near-misses.ts';
import { cellText, cleanText } from '../roster/clean-text.ts';
import { headerRole } from '../roster/header-role.ts';
import type { Participant } from '../roster/participant.ts';
import type { KnownWorkshop } from '../workshop/known-keys.ts';
import { type Condition, checkWhere, readings } from './where.ts';

/** The values of somebody's rows in a roster that a journal records, by compared heading. */
interface RosterPerson {
  values: ReadonlyMap<string, readonly string[]>;
}

/** Hashes of the keys of everyone in the rosters of these workshops who meets all conditions. Case does not matter. */
export function hashesWhere(texts: readonly string[], workshops: readonly Pick<KnownWorkshop, 'state'>[]): Set<string> {
  const headings = new Map(workshops.flatMap(({ state }) => headingsOf(state.roster)));
  const people = workshops.flatMap(({ state }) => keyHolders(state));
  return new Set(whoMeets(texts, people, headings).flatMap(({ hashes }) => hashes));
}

/** The same for people who are given their key, of whom several may share one: tells whether somebody is meant. */
export function peopleWhere(texts: readonly string[], { roster }: JournalState): (person: Identity) => boolean {
  const everybody = roster ? roster.participants.flatMap((each) => peopleOfKey(each)) : [];
  const valuesOf = roster && rosterReader(roster);
  const people = everybody.map((person) => ({ person, values: valuesOf?.(person) ?? new Map() }));
  const selected = whoMeets(texts, people, new Map(headingsOf(roster))).map(({ person }) => identityOf(person));
  const identities = new Set(selected);
  return (person) => identities.has(identityOf(person));
}

type Identity = Pick<Participant, 'rows' | 'name' | 'surname' | 'emails'>;

/** Rows alone would also mean somebody who stood there in an earlier roster. */
function identityOf({ rows, name, surname, emails }: Identity): string {
  return JSON.stringify([rows, name, surname, emails]);
}

function whoMeets<P extends RosterPerson>(
  texts: readonly string[],
  people: readonly P[],
  headings: ReadonlyMap<string, string>,
): P[] {
  const conditions = texts.map((text) => readCondition(text, headings));
  for (const condition of conditions) refuseUnknownValue(condition, people, headings);
  return people.filter((person) => conditions.every((condition) => meets(person, condition)));
}

function readCondition(text: string, headings: ReadonlyMap<string, string>): Condition {
  const all = readings(checkWhere(text));
  const known = all.find(({ heading }) => headings.has(comparable(heading)));
  if (known) return known;
  if (headings.size === 0) {
    throw usageError('unknown_column', `No journal records a roster, so --where ${text} selects no one.`, {
      hint: 'Select keys in another way, for example with --email or --name.',
    });
  }
  const heading = all[0]?.heading ?? text;
  const near = nearMisses(heading, [...headings.values()], 1)[0];
  throw usageError('unknown_column', `No roster has a column ${heading}.`, {
    hint: `${near === undefined ? '' : `Did you mean ${near}? `}Available headings: ${[...headings.values()].join(', ')}`,
  });
}

/** A value that is misspelled would select no one, or with != everyone. */
function refuseUnknownValue(
  condition: Condition,
  people: readonly RosterPerson[],
  headings: ReadonlyMap<string, string>,
): void {
  const heading = comparable(condition.heading);
  const there = [...new Set(people.flatMap(({ values }) => values.get(heading) ?? []))];
  const operator = condition.operator === '!=' ? '=' : condition.operator;
  if (there.some((value) => fits(value, operator, condition.value))) return;
  const title = headings.get(heading) ?? condition.heading;
  const near = nearMisses(condition.value, there, 1)[0];
  const more = there.length > MOST_VALUES ? `, … (${there.length} in all)` : '';
  throw usageError(
    'unknown_value',
    `No participant has ${title} ${operator === '~' ? 'with ' : ''}${shown(condition.value)}.`,
    {
      hint:
        `${near === undefined ? '' : `Did you mean ${shown(near)}? `}` +
        `Available values: ${there.slice(0, MOST_VALUES).map(shown).join(', ') || 'none'}${more}`,
    },
  );
}

const MOST_VALUES = 20;

function shown(value: string): string {
  return value === '' ? '(empty)' : value;
}

/** Someone whose roster has no such column meets no condition on it. */
function meets({ values }: RosterPerson, { heading, operator, value }: Condition): boolean {
  const own = values.get(comparable(heading));
  if (own === undefined) return false;
  return operator === '!='
    ? !own.some((each) => fits(each, '=', value))
    : own.some((each) => fits(each, operator, value));
}

function fits(own: string, operator: '=' | '~', value: string): boolean {
  const [text, wanted] = [comparable(own), comparable(value)];
  return operator === '=' ? text === wanted : text.includes(wanted);
}

function headingsOf(roster: RosterEntry | undefined): [string, string][] {
  if (!roster) return [];
  const headings = new Set([...roster.table.header, ...groupHeading(roster)]);
  return [...headings].map((heading) => [comparable(heading), cleanText(heading)]);
}

/** The column of the groups. Some rosters name the group in a merged cell, or in a row above its participants. */
function groupHeading({ participants, table }: RosterEntry): string[] {
  if (participants.every(({ group }) => group === undefined)) return [];
  return [table.header.find((heading) => headerRole(heading)?.role === 'group') ?? 'Group'];
}

/** With the hashes of all keys ever created for them. */
function keyHolders(state: JournalState): (RosterPerson & { hashes: string[] })[] {
  const { roster } = state;
  if (!roster) return [];
  const known = assignPeople(state, roster.participants);
  const valuesOf = rosterReader(roster);
  return roster.participants.map((participant) => ({
    hashes: known(participant).flatMap(({ attempts }) => attempts.flatMap((attempt) => hashOf(attempt) ?? [])),
    values: valuesOf(participant),
  }));
}

type RosterRows = Identity & Pick<Participant, 'group'>;

function rosterReader(roster: RosterEntry): (person: RosterRows) => Map<string, string[]> {
  const groupHeadings = groupHeading(roster);
  const rows = new Map(roster.table.rows.map(({ row, cells }) => [row, cells]));
  return (person) => {
    const values = new Map<string, string[]>();
    const add = (heading: string, found: readonly string[]) => {
      values.set(comparable(heading), [...(values.get(comparable(heading)) ?? []), ...found]);
    };
    const { group } = person;
    const filled = new Map(group === undefined ? [] : groupHeadings.map((heading) => [heading, group]));
    for (const [heading, value] of filled) add(heading, [value]);
    const own = person.rows.map((row) => rows.get(row)).filter((cells) => cells !== undefined);
    for (const [at, heading] of roster.table.header.entries()) {
      const cells = own.map((row) => cleanText(cellText(row[at])));
      add(heading, filled.has(heading) ? cells.filter((cell) => cell !== '') : cells);
    }
    return values;
  };
}

function comparable(text: string): string {
  return cleanText(text).toLowerCase();
}
