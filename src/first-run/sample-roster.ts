import { writeResultsWorkbook } from '../workbook/write-results.ts';

/** What the sample is called; its keys then begin with `participants`, as in the README. */
export const SAMPLE_ROSTER = 'participants.xlsx';

const HEADER = ['Email', 'Name', 'Surname'];
const PEOPLE = [
  ['anda.baklane@example.org', 'Anda', 'Baklāne'],
  ['janis.kalnins@example.org', 'Jānis', 'Kalniņš'],
  ['maria.garcia@example.org', 'María', 'García López'],
  ['jurgen.muller@example.org', 'Jürgen', 'Müller'],
  ['olena.shevchenko@example.org', 'Олена', 'Шевченко'],
] as const;

/** For people: what is in it. */
export const SAMPLE_TEXT = `a sample roster with ${PEOPLE.length} invented participants`;

/** A roster to look at and to overwrite, as the bytes of an .xlsx. */
export function sampleRoster(at: Date): Promise<Uint8Array> {
  return writeResultsWorkbook({
    sheetName: 'Participants',
    header: HEADER,
    rows: PEOPLE.map((cells) => ({ cells })),
    resultHeader: [],
    resultRows: PEOPLE.map(() => []),
    at,
  });
}
