import { cellText, cleanText } from '../roster/clean-text.ts';
import { foldEmail } from '../roster/identity.ts';
import { nameKey } from '../roster/names-agree.ts';
import type { Participant } from '../roster/participant.ts';
import { cellAt, type SheetRow } from '../roster/sheet.ts';

/** Somebody in a grading worksheet. */
export interface MoodlePerson {
  row: number;
  /** that Moodle gave them in this assignment: digits */
  id: string;
  name: string;
  /** folded; undefined where the worksheet has none */
  email: string | undefined;
}

export type Worksheet = { people: MoodlePerson[] } | { problem: 'no_worksheet' | 'group_submissions' };

/** `Participant 1234`, in whatever language Moodle speaks. */
const IDENTIFIER = /^\D*?(\d{1,18})$/;
/** `get_string('submissionteam', 'assign')` in English, German and Latvian */
const GROUP_HEADING = /^(group|gruppe|grupa)$/i;

/**
 * Reads what an assignment exports as "grading worksheet". The columns are found by what is in them, because their headings are in the
 * language of whoever exported it: the first is the identifier, the second the full name, and one may have email addresses. Where groups
 * hand in together, Moodle takes the number in a file's name for that of a group, and everybody of it would get the file.
 */
export function readWorksheet(rows: readonly SheetRow[]): Worksheet {
  const [header, ...body] = rows;
  const text = (row: SheetRow, column: number) => cleanText(cellText(cellAt(row, column)?.value));
  if (!header || body.length === 0) return { problem: 'no_worksheet' };
  if (header.cells.some(({ value }) => GROUP_HEADING.test(cleanText(cellText(value)))))
    return { problem: 'group_submissions' };
  const people = body.flatMap((row): MoodlePerson[] => {
    const id = IDENTIFIER.exec(text(row, 0))?.[1];
    if (id === undefined) return [];
    const email = row.cells
      .map(({ column }) => text(row, column))
      .find((value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value));
    return [{ row: row.number, id, name: text(row, 1), email: email === undefined ? undefined : foldEmail(email) }];
  });
  if (IDENTIFIER.test(text(header, 0)) || people.length < body.length) return { problem: 'no_worksheet' };
  if (new Set(people.map(({ id }) => id)).size < people.length) return { problem: 'no_worksheet' };
  return { people };
}

interface Somebody {
  participant: Participant | null;
}

export interface MoodleMatch<P extends Somebody> {
  recipient: P;
  person: MoodlePerson;
  by: 'email' | 'name';
}

export interface MoodleMatches<P extends Somebody> {
  matches: MoodleMatch<P>[];
  /** of the worksheet, whom nobody of the workshop is */
  strangers: MoodlePerson[];
}

/**
 * Who of the worksheet is who of the workshop: by any of their email addresses, else by the full name, if only one on each side has it.
 * Who could be two people, or whom two could be, is nobody. `recipients`: all of the workshop, also who gets nothing now.
 */
export function matchMoodle<P extends Somebody>(
  recipients: readonly P[],
  people: readonly MoodlePerson[],
): MoodleMatches<P> {
  const byEmail = pairs(recipients, people, emailsOf, ({ email }) => (email === undefined ? [] : [email]));
  const left = recipients.filter((recipient) => !byEmail.seen.has(recipient));
  const leftPeople = people.filter((person) => !byEmail.seen.has(person));
  const byName = pairs(left, leftPeople, namesOf, ({ name }) => wholeName(nameKey({ name, surname: '' })));
  // A name that another person of either side has as well says nothing, even if that one was found by the address.
  const isAlone = (recipient: P, person: MoodlePerson) =>
    people.filter(({ name }) => nameKey({ name, surname: '' }) === nameKey({ name: person.name, surname: '' }))
      .length === 1 &&
    recipients.filter((other) => namesOf(other).some((name) => namesOf(recipient).includes(name))).length === 1;
  const matches = [
    ...byEmail.found.map(([recipient, person]): MoodleMatch<P> => ({ recipient, person, by: 'email' })),
    ...byName.found
      .filter(([recipient, person]) => isAlone(recipient, person))
      .map(([recipient, person]): MoodleMatch<P> => ({ recipient, person, by: 'name' })),
  ];
  const known = new Set(matches.map(({ person }) => person));
  const order = new Map(recipients.map((recipient, at) => [recipient, at]));
  return {
    matches: matches.sort((a, b) => (order.get(a.recipient) ?? 0) - (order.get(b.recipient) ?? 0)),
    strangers: people.filter((person) => !known.has(person)),
  };
}

/** `found`: who has exactly one partner, whose only one they are. `seen`: who has any. */
function pairs<P extends Somebody>(
  recipients: readonly P[],
  people: readonly MoodlePerson[],
  keysOf: (recipient: P) => readonly string[],
  keysOfPerson: (person: MoodlePerson) => readonly string[],
) {
  const partners = new Map<P | MoodlePerson, Set<P | MoodlePerson>>();
  const add = (one: P | MoodlePerson, other: P | MoodlePerson) =>
    partners.set(one, (partners.get(one) ?? new Set()).add(other));
  const byKey = new Map<string, MoodlePerson[]>();
  for (const person of people)
    for (const key of keysOfPerson(person)) byKey.set(key, [...(byKey.get(key) ?? []), person]);
  for (const recipient of recipients) {
    for (const person of keysOf(recipient).flatMap((key) => byKey.get(key) ?? [])) {
      add(recipient, person);
      add(person, recipient);
    }
  }
  const found = recipients.flatMap((recipient): [P, MoodlePerson][] => {
    const [person, ...more] = people.filter((each) => partners.get(recipient)?.has(each));
    return person && more.length === 0 && partners.get(person)?.size === 1 ? [[recipient, person]] : [];
  });
  return { found, seen: new Set(partners.keys()) };
}

function emailsOf({ participant }: Somebody): string[] {
  return participant?.emails.map(foldEmail) ?? [];
}

/** Moodle's full name is in either order, as the site chose. */
function namesOf({ participant }: Somebody): string[] {
  if (!participant) return [];
  const { name, surname } = participant;
  return [...new Set([nameKey({ name, surname }), nameKey({ name: surname, surname: name })])].flatMap(wholeName);
}

/** A single word is no full name. */
function wholeName(key: string): string[] {
  return key.includes(' ') ? [key] : [];
}

/**
 * Where a person's file is in the archive. Moodle cuts the folder's name at each `_` and looks for the number in the second part; the name
 * is for people, so whatever could be such a mark or a folder of its own is taken out. A file whose name begins with a dot is skipped.
 */
export function moodlePath({ id, name }: Pick<MoodlePerson, 'id' | 'name'>, file: string): string {
  const label = name
    .replaceAll(/[^\p{L}\p{M}\p{N} '’.-]+/gu, ' ')
    .replaceAll(/\s+/g, ' ')
    .slice(0, 60)
    .replaceAll(/^[ .~]+|[ .]+$/g, '');
  return `${label === '' ? 'Participant' : label}_${id}_assignfeedback_file_/${file}`;
}
