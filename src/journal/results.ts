import type { LimitReset } from '../keys/account-key.ts';
import type { PlainCell } from '../roster/participant.ts';
import { currentKey, type JournalState, type TagRecord } from './fold.ts';
import { assignPeople } from './people.ts';

/** One key in keys.json. `key` is the secret. Money is USD, null = unlimited; times are ISO 8601. */
export interface ResultKey {
  participant: { row: number; name: string; surname: string; emails: string[] } | null;
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

export interface ResultFailure {
  participant: { row: number; name: string; surname: string; emails: string[] } | null;
  name: string;
  reason: string;
}

/** keys.json, whole. */
export interface Results {
  version: 1;
  prefix: string;
  /** time of the journal's last entry: the same journal gives the same file */
  generated_at: string;
  keys: ResultKey[];
  failures: ResultFailure[];
}

/** keys.xlsx: the roster's own table with our columns at its end. */
export interface ResultSheet {
  sheetName: string;
  header: string[];
  rows: { cells: PlainCell[] }[];
  resultHeader: string[];
  resultRows: (string | number | null)[][];
}

const RESULT_HEADER = ['api_key', 'key_name', 'key_hash', 'limit_usd', 'limit_reset', 'expires_at', 'status'];

/** What the journal says, as keys.json: one entry a person, the newest key counts. Pure, so it can be rebuilt at any time. */
export function resultsOf(state: JournalState): Results {
  const rows = rowsByPerson(state);
  const keys: ResultKey[] = [];
  const failures: ResultFailure[] = [];
  for (const [person, records] of state.people) {
    const shown = shownKey(records);
    const row = rows.get(person);
    if (shown) keys.push(resultKey(shown, row));
    const last = records.at(-1);
    if (last && isFailure(last) && !currentKey(records)) {
      failures.push({
        participant: participantOf(last, row),
        name: last.wanted?.name ?? last.tag,
        reason: last.reason ?? 'its outcome is not known yet',
      });
    }
  }
  return {
    version: 1,
    prefix: state.header?.prefix ?? '',
    generated_at: state.lastAt ?? '',
    keys: keys.sort((a, b) => (a.participant?.row ?? Infinity) - (b.participant?.row ?? Infinity)),
    failures,
  };
}

/** What the journal says, as the roster with our columns; undefined when no roster was ever used here. */
export function resultSheetOf(state: JournalState): ResultSheet | undefined {
  const roster = state.roster;
  if (!roster) return undefined;
  const peopleOf = assignPeople(state, roster.participants);
  const cellsByRow = new Map<number, (string | number | null)[]>();
  for (const participant of roster.participants) {
    const records = peopleOf(participant).flatMap((known) => known.records);
    const record = shownKey(records) ?? records.at(-1);
    const cells = resultCells(record, participant.keyed ? 'key in the roster' : 'no key yet');
    for (const row of participant.rows) cellsByRow.set(row, cells);
  }
  return {
    sheetName: roster.sheet,
    header: roster.table.header,
    rows: roster.table.rows.map(({ cells }) => ({ cells })),
    resultHeader: RESULT_HEADER,
    resultRows: roster.table.rows.map(({ row }) => cellsByRow.get(row) ?? RESULT_HEADER.map(() => null)),
  };
}

function resultCells(record: TagRecord | undefined, without: string): (string | number | null)[] {
  if (record?.status !== 'held') {
    const status = record && isFailure(record) ? `failed: ${record.reason ?? 'not settled yet'}` : without;
    return RESULT_HEADER.map((title) => (title === 'status' ? status : null));
  }
  const key = resultKey(record, undefined);
  return [key.key, key.name, key.hash, key.limit ?? 'unlimited', key.limit_reset, key.expires_at, key.status];
}

/** The key to show for a person: the one that works, else the last one that did. */
function shownKey(records: readonly TagRecord[]): TagRecord | undefined {
  return currentKey(records) ?? records.findLast((record) => record.status === 'held' && record.life !== 'retired');
}

function resultKey(record: TagRecord, row: number | undefined): ResultKey {
  const { facts, wanted } = record;
  return {
    participant: participantOf(record, row),
    name: facts.name ?? wanted?.name ?? record.tag,
    hash: facts.hash ?? null,
    key: record.secret?.reveal() ?? '',
    limit: facts.limit === undefined ? (wanted?.limit ?? null) : facts.limit,
    limit_reset: facts.limit_reset === undefined ? (wanted?.limit_reset ?? null) : facts.limit_reset,
    expires_at: facts.expires_at === undefined ? (wanted?.expires_at ?? null) : facts.expires_at,
    created_at: facts.created_at ?? record.issuedAt,
    status: record.life === 'retired' ? 'revoked' : record.life,
  };
}

function participantOf(record: TagRecord, row: number | undefined): ResultKey['participant'] {
  const participant = record.participant;
  if (!participant) return null;
  const { name, surname, emails } = participant;
  return { row: row ?? participant.row, name, surname, emails };
}

/** Where in the current roster each known person stands. */
function rowsByPerson(state: JournalState): Map<string, number> {
  const participants = state.roster?.participants ?? [];
  const peopleOf = assignPeople(state, participants);
  const rows = new Map<string, number>();
  for (const participant of participants) {
    for (const { person } of peopleOf(participant)) rows.set(person, participant.row);
  }
  return rows;
}

function isFailure(record: TagRecord): boolean {
  return record.refused || record.status === 'unknown' || record.status === 'pending';
}
