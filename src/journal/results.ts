import { invariant } from '../errors.ts';
import type { LimitReset } from '../keys/account-key.ts';
import { isGroup } from '../roster/group.ts';
import type { Member, Participant, PlainCell } from '../roster/participant.ts';
import { participantName } from '../roster/participant-name.ts';
import {
  type Attempt,
  attemptName,
  type HeldAttempt,
  isHeld,
  isLiving,
  isUnresolved,
  livingAttempt,
  rememberedKey,
} from './attempt.ts';
import { type JournalState, peopleOf } from './fold.ts';
import { assignPeople } from './people.ts';

type ResultPerson = { row: number; name: string; surname: string; emails: string[] };

/** Whose a key is: a participant's, a group's, or nobody's. `row` of a group: its first one. */
interface ResultOwner {
  participant: ResultPerson | null;
  group?: { row: number; name: string; members: ResultPerson[] };
}

/** One key in keys.json. `key` is the secret; empty once it was purged, and of a key that is not on the account any more. Money is USD, null = unlimited; times are ISO 8601. */
export interface ResultKey extends ResultOwner {
  name: string;
  hash: string | null;
  key: string;
  limit: number | null;
  limit_reset: LimitReset;
  expires_at: string | null;
  created_at: string;
  status: ResultStatus;
}

export type ResultStatus = 'active' | 'disabled' | 'revoked' | 'gone';

export interface ResultFailure extends ResultOwner {
  name: string;
  reason: string;
}

/** The content of keys.json. */
export interface Results {
  version: 1;
  prefix: string;
  /** time of the last journal entry, so that the same journal always gives the same file */
  generated_at: string;
  keys: ResultKey[];
  failures: ResultFailure[];
}

/** The content of keys.xlsx: the table of the roster, with the key columns added at the end, and the keys of others. */
export interface ResultSheet {
  sheetName: string;
  header: string[];
  rows: { cells: PlainCell[] }[];
  resultHeader: string[];
  resultRows: (string | number | null)[][];
  /** keys of people who are no longer in the roster, and of nobody; without the columns of the roster, which nobody has for them */
  others?: ExtraSheet;
  /** one row for each key that a group shares */
  groups?: ExtraSheet;
}

interface ExtraSheet {
  header: string[];
  rows: (string | number | null)[][];
}

/** What is handed out comes first, what only identifies a key last. */
const RESULT_HEADER = ['api_key', 'limit_usd', 'expires_at', 'status', 'limit_reset', 'key_name', 'key_hash'];

/** keys.json from the journal: one entry per person, with the newest key. Pure, so it can be rebuilt at any time. */
export function resultsOf(state: JournalState): Results {
  invariant(state.header !== undefined, 'results are saved in a workshop, whose journal starts with a header');
  const inRoster = rosterByPerson(state);
  const keys: ResultKey[] = [];
  const failures: ResultFailure[] = [];
  for (const { person, attempts } of peopleOf(state)) {
    const shown = shownKey(attempts);
    const now = inRoster.get(person);
    if (shown) keys.push(resultKey(shown, now));
    const last = attempts.at(-1);
    const reason = last && failureOf(last);
    if (last && reason !== undefined && !livingAttempt(attempts)) {
      failures.push({ ...ownerOf(last, now), name: attemptName(last), reason });
    }
  }
  return {
    version: 1,
    prefix: state.header.prefix,
    generated_at: resultsTime(state),
    keys: keys.sort((a, b) => rowOf(a) - rowOf(b)),
    failures,
  };
}

/** The time that results carry: of the last entry that they show, so that the same journal gives the same bytes. */
export function resultsTime({ resultsAt }: JournalState): string {
  invariant(resultsAt !== undefined, 'a journal with a header has a time');
  return resultsAt;
}

/** keys.xlsx from the journal: the roster with the key columns; undefined if the workshop never had a roster. */
export function resultSheetOf(state: JournalState): ResultSheet | undefined {
  const roster = state.roster;
  if (!roster) return undefined;
  const known = assignPeople(state, roster.participants);
  const cellsByRow = new Map<number, (string | number | null)[]>();
  const groups: ExtraSheet = { header: ['group', 'members', ...RESULT_HEADER], rows: [] };
  for (const participant of roster.participants) {
    const attempts = known(participant).flatMap((person) => person.attempts);
    const cells = resultCells(
      shownKey(attempts) ?? attempts.at(-1),
      participant.keyed ? 'key in the roster' : 'no key yet',
    );
    for (const row of participant.rows) cellsByRow.set(row, cells);
    if (isGroup(participant)) {
      groups.rows.push([participant.name, participant.members.map(participantName).join(', '), ...cells]);
    }
  }
  return {
    sheetName: roster.sheet,
    header: roster.table.header,
    rows: roster.table.rows.map(({ cells }) => ({ cells })),
    resultHeader: RESULT_HEADER,
    resultRows: roster.table.rows.map(({ row }) => cellsByRow.get(row) ?? RESULT_HEADER.map(() => null)),
    groups,
    others: otherKeys(state, new Set(roster.participants.flatMap((each) => known(each).map(({ person }) => person)))),
  };
}

function otherKeys(state: JournalState, listed: ReadonlySet<string>): ExtraSheet {
  const rows = peopleOf(state).flatMap(({ person, attempts }) => {
    const shown = listed.has(person) ? undefined : shownKey(attempts);
    if (!shown) return [];
    const { name = '', surname = '', emails = [], members = [] } = shown.participant ?? {};
    const addresses = [...emails, ...members.flatMap((member) => member.emails.slice(0, 1))];
    return [[name, surname, addresses.join('; '), ...resultCells(shown, '')]];
  });
  return { header: ['name', 'surname', 'email', ...RESULT_HEADER], rows };
}

function resultCells(attempt: Attempt | undefined, without: string): (string | number | null)[] {
  if (attempt === undefined || !isHeld(attempt)) {
    const reason = attempt && failureOf(attempt);
    const status = reason === undefined ? without : `failed: ${reason}`;
    return RESULT_HEADER.map((title) => (title === 'status' ? status : null));
  }
  const { key, limit, limit_reset, expires_at, status, name, hash } = keyOf(attempt);
  return [key, limit ?? 'unlimited', expires_at, status, limit_reset, name, hash];
}

/** The key to show for a person: the living one, or else the last one. */
function shownKey(attempts: readonly Attempt[]): HeldAttempt | undefined {
  return livingAttempt(attempts) ?? attempts.filter(isHeld).findLast(({ life }) => life !== 'retired');
}

function rowOf({ participant, group }: ResultOwner): number {
  return participant?.row ?? group?.row ?? Infinity;
}

function resultKey(held: HeldAttempt, now: Participant | undefined): ResultKey {
  return Object.assign(ownerOf(held, now), keyOf(held));
}

function keyOf(held: HeldAttempt): Omit<ResultKey, keyof ResultOwner> {
  const { name, hash, limit, limit_reset, expires_at, created_at } = rememberedKey(held);
  return {
    name,
    hash: hash ?? null,
    key: isLiving(held) ? (held.secret?.reveal() ?? '') : '',
    limit: limit ?? null,
    limit_reset: limit_reset ?? null,
    expires_at: expires_at ?? null,
    created_at: created_at ?? held.issuedAt,
    status: held.life === 'retired' ? 'revoked' : held.life,
  };
}

function ownerOf({ participant }: Attempt, now: Participant | undefined): ResultOwner {
  if (!participant) return { participant: null };
  if (!isGroup(participant)) return { participant: { ...personOf(participant), row: now?.row ?? participant.row } };
  const { row, name } = participant;
  const { members } = isGroup(now) ? now : participant;
  return { participant: null, group: { row: now?.row ?? row, name, members: members.map(personOf) } };
}

function personOf({ row, name, surname, emails }: Member): ResultPerson {
  return { row, name, surname, emails };
}

/** Each known person as the current roster has them. */
export function rosterByPerson(state: JournalState): Map<string, Participant> {
  const participants = state.roster?.participants ?? [];
  const known = assignPeople(state, participants);
  const found = new Map<string, Participant>();
  for (const participant of participants) {
    for (const { person } of known(participant)) found.set(person, participant);
  }
  return found;
}

/** Why an attempt has no key, or that its outcome is unknown; undefined if neither applies. */
function failureOf(attempt: Attempt): string | undefined {
  if (isUnresolved(attempt)) return attempt.status === 'pending' ? UNKNOWN_OUTCOME : attempt.reason;
  return attempt.status === 'not_created' && attempt.refused ? attempt.reason : undefined;
}

const UNKNOWN_OUTCOME = 'unknown outcome';
