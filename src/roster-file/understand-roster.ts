import { parseRoster, type RosterOptions } from '../roster/parse-roster.ts';
import type { Roster } from '../roster/participant.ts';
import { readRosterFile } from '../workbook/read-roster-file.ts';
import type { RosterSource } from '../workbook/roster-source.ts';

/** Everything between a file and its participants, in one call and of plain data, so that it can be done in a thread of its own. */
export interface RosterRequest {
  source: RosterSource;
  options: RosterOptions;
}

export async function understandRoster({ source, options }: RosterRequest, now: () => Date): Promise<Roster> {
  return parseRoster(await readRosterFile(source, now), options);
}
