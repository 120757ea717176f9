import type { SheetRow } from '../roster/sheet.ts';
import type { Secret } from '../secret.ts';
import type { Recipient } from './recipients.ts';

interface SealedFor {
  recipient: Recipient;
  /** in the folder `handout` */
  file: string;
  password: Secret;
}

/** A row of the workbook as it was read again. */
export interface PasswordRow {
  file: string;
  /** everything in the row, in the order of the columns */
  cells: readonly (string | null)[];
}

const PERSON = ['name', 'surname', 'email'];
const RESULT = ['file', 'password'];

/** Whose archive opens with which password, as the table of a workbook. `earlier`: rows of archives that stay. */
export function passwordTable(sealed: readonly SealedFor[], earlier: readonly PasswordRow[]) {
  const rows = [...sealed.map(rowOf), ...earlier].sort((a, b) => (a.file < b.file ? -1 : 1));
  return {
    sheetName: 'Passwords',
    header: PERSON,
    rows: rows.map(({ cells }) => ({ cells: cells.slice(0, PERSON.length) })),
    resultHeader: RESULT,
    resultRows: rows.map(({ cells }) => cells.slice(PERSON.length)),
  };
}

export function readPasswordRows(rows: readonly SheetRow[]): PasswordRow[] {
  const [, ...people] = rows;
  return people.flatMap((row) => {
    const cells = [...PERSON, ...RESULT].map((_, column) => {
      const value = row.cells.find((cell) => cell.column === column)?.value;
      return typeof value === 'string' ? value : null;
    });
    const file = cells[PERSON.length];
    return typeof file === 'string' ? [{ file, cells }] : [];
  });
}

function rowOf({ recipient: { participant }, file, password }: SealedFor): PasswordRow {
  const person = [participant?.name ?? null, participant?.surname ?? null, participant?.emails.join('; ') ?? null];
  return { file, cells: [...person, file, password.reveal()] };
}
