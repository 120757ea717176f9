import { parseRoster, type RosterOptions } from '../roster/parse-roster.ts';
import type { Roster } from '../roster/participant.ts';
import type { Book } from '../roster/sheet.ts';
import { readRosterFile } from '../workbook/read-roster-file.ts';
import type { RosterSource } from '../workbook/roster-source.ts';

/** A file, and how to understand it; without options its sheets are wanted as they are. */
export interface RosterRequest {
  source: RosterSource;
  options?: RosterOptions;
}

export interface RosterReply {
  book: Book;
  /** undefined where no options were given */
  roster: Roster | undefined;
}

/** Everything between a file and its participants, in one call and of plain data, so that it can be done in a thread of its own. */
export async function understandRoster({ source, options }: RosterRequest, now: () => Date): Promise<RosterReply> {
  const book = await readRosterFile(source, now);
  return options ? { book: { ...book, sheets: [] }, roster: parseRoster(book, options) } : { book, roster: undefined };
}
