import type { Issue } from '../errors.ts';

/** One person who shall have one key. Names are NFC, trimmed, inner spaces collapsed. */
export interface Participant {
  /** first row of this person, 1-based as the spreadsheet shows it */
  row: number;
  /** all rows that were recognised as this person, ascending */
  rows: number[];
  name: string;
  surname: string;
  /** in the order of the cell; local part as typed; empty only with `--names-only` */
  emails: string[];
  /** true when another participant has one of the same addresses (`--shared-emails`): then the name tells them apart */
  shared?: true;
  /** USD; null = unlimited; absent = the run's default */
  limit?: number | null;
  /** UTC, `YYYY-MM-DDTHH:MM:SSZ`; absent = the run's default */
  expires?: string;
  group?: string;
  /** which models and how much: a name in tiers.json, as typed */
  tier?: string;
  id?: string;
  /** true when the roster itself has a key for this person: it is the output of an earlier run */
  keyed?: true;
  /** with `--per group`: the people who share the key. Then `name` is that of the group, which tells it apart, and `emails` is empty */
  members?: Member[];
  /** of a group, in the journal: those who are no longer in it */
  former?: Member[];
}

/** One of those who share the key of a group. */
export interface Member extends Pick<Participant, 'row' | 'rows' | 'name' | 'surname' | 'emails' | 'shared' | 'id'> {
  /** in the journal: from 1, and never that of somebody else in this group, before or after */
  number?: number;
}

/** What a cell holds, in a form that JSON and a new workbook can hold too. */
export type PlainCell = string | number | boolean | null | { date: string };

/** The roster's own table, as it shall come back in keys.xlsx: header and rows in file order, blank rows left out. */
export interface SourceTable {
  /** header texts, one a column; generated (`Column A`) where the roster has none */
  header: string[];
  rows: { row: number; cells: PlainCell[] }[];
}

/** The columns that were understood: role → column letters. */
export type ColumnMapping = Partial<Record<ColumnRole, string[]>>;
/** In the order in which columns are told. */
export const COLUMN_ROLES = [
  'email',
  'name',
  'surname',
  'full_name',
  'limit',
  'expires',
  'group',
  'tier',
  'id',
  'api_key',
] as const;
export type ColumnRole = (typeof COLUMN_ROLES)[number];

/** A roster as it was understood. Problems are rows that cannot be used; notices are what the user should know. */
export interface Roster {
  /** the file's name as the user typed it */
  file: string;
  /** empty for CSV */
  sheet: string;
  /** 1-based; null when the roster has no header */
  header_row: number | null;
  columns: ColumnMapping;
  participants: Participant[];
  problems: Issue[];
  notices: Issue[];
  table: SourceTable;
}
