import type { Context } from '../../context.ts';
import { CliError, usageError } from '../../errors.ts';
import { participantOf } from '../../journal/restore.ts';
import { readSavedKeys } from '../../journal/saved-keys.ts';
import type { FoundKey } from '../../plan/plan-import.ts';
import type { Participant, PlainCell, Roster } from '../../roster/participant.ts';
import { safeText } from '../../roster/safe-text.ts';
import { type ReadRosterOptions, type RosterFlags, readRoster } from '../../roster-file/read-roster.ts';
import { rosterSource } from '../../roster-file/roster-source.ts';
import { Secret } from '../../secret.ts';
import { readRosterBytes } from '../../workbook/roster-bytes.ts';
import { tableOfJson } from './json-table.ts';

/** The keys of a file, and the table that it is, without them. */
export interface KeyFile {
  found: FoundKey[];
  /** undefined: a list that is no table, such as keys.json */
  roster: Roster | undefined;
}

/**
 * Finds the keys in JSON, CSV or XLSX by what they look like; who they belong to is understood as in a roster. Throws what reading a
 * roster throws, and `no_keys`.
 */
export async function readKeyFile(file: string, flags: RosterFlags, ctx: Context): Promise<KeyFile> {
  const bytes = await readRosterBytes(await rosterSource(file, ctx));
  const saved = readSavedKeys(bytes);
  const found = saved?.map(
    (key, at): FoundKey => ({
      row: at + 1,
      secret: new Secret(key.key),
      participant: participantOf(key),
      hash: key.hash ?? undefined,
      name: key.name,
    }),
  );
  if (found !== undefined && found.length > 0) return { found, roster: undefined };
  const table = tableOfJson(bytes);
  if (table?.length === 0) throw noKeys(file);
  const reading = { file, bytes: table ?? bytes, ctx, now: ANY_EXPIRATION };
  const whole = await readPeople({ ...reading, flags, keepOwnColumns: true });
  // A list has no row of headings.
  const keys = keysOf(whole, table === undefined ? 0 : 1);
  if (keys.length === 0) throw noKeys(file);
  return { found: keys, roster: withoutKeys(await readPeople({ ...reading, flags })) };
}

/** Keys that have expired long ago are no problem of the file. */
const ANY_EXPIRATION = new Date(0);

/** Where there are no addresses, people are told apart by name. */
async function readPeople(options: ReadRosterOptions): Promise<Roster> {
  try {
    return await readRoster(options);
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'no_email_column' || options.flags.namesOnly) throw error;
    return readRoster({ ...options, flags: { ...options.flags, namesOnly: true } });
  }
}

const KEY = /^sk-or-[\w-]{8,}$/;

function keysOf({ table, participants, problems }: Roster, rowsBefore: number): FoundKey[] {
  const nameAt = table.header.findIndex((heading) => /^key[ _-]?name$/i.test(heading.trim()));
  const peopleAt = new Map<number, Participant[]>();
  for (const each of participants) for (const row of each.rows) peopleAt.set(row, [...(peopleAt.get(row) ?? []), each]);
  const problemAt = new Map(problems.toReversed().map(({ row, message }) => [row, message]));
  return table.rows.flatMap(({ row, cells }) => {
    const keys = new Set(cells.map(textOf).filter((text) => KEY.test(text)));
    const [participant = null, ...others] = peopleAt.get(row) ?? [];
    const hash = cells.map(textOf).find((text) => /^[0-9a-f]{64}$/.test(text));
    const name = nameAt < 0 ? '' : textOf(cells[nameAt]);
    const problem = others.length > 0 ? 'the row names several people' : problemAt.get(row);
    return [...keys].map(
      (key): FoundKey => ({
        ...{ row: row - rowsBefore, secret: new Secret(key), participant: others.length > 0 ? null : participant },
        // Of several keys in a row, nothing says whose hash and name these are.
        hash: keys.size === 1 ? hash : undefined,
        name: keys.size === 1 && name !== '' ? name : undefined,
        ...(problem === undefined ? {} : { problem }),
      }),
    );
  });
}

function textOf(cell: PlainCell | undefined): string {
  return typeof cell === 'string' ? cell.trim() : '';
}

/** The journal and keys.xlsx repeat the table of a roster: the keys are in columns of their own there. */
function withoutKeys(roster: Roster): Roster {
  const { header, rows } = roster.table;
  const hasKeys = new Set(rows.flatMap(({ cells }) => [...cells.keys()].filter((at) => KEY.test(textOf(cells[at])))));
  const kept = <T>(list: readonly T[]) => list.filter((_, at) => !hasKeys.has(at));
  const table = { header: kept(header), rows: rows.map(({ row, cells }) => ({ row, cells: kept(cells) })) };
  return { ...roster, table };
}

function noKeys(file: string): CliError {
  return usageError('no_keys', `${safeText(file)} contains no OpenRouter keys.`, {
    hint: 'A key starts with sk-or-, has a cell of its own, and stands in the row of the person it belongs to.',
  });
}
