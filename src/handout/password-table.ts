import type { Secret } from '../secret.ts';
import type { Recipient } from './recipients.ts';

interface SealedFor {
  recipient: Recipient;
  /** in the folder `handout` */
  file: string;
  password: Secret;
}

/** Whose archive opens with which password, as the table of a workbook. */
export function passwordTable(sealed: readonly SealedFor[]) {
  return {
    sheetName: 'Passwords',
    header: ['name', 'surname', 'email'],
    rows: sealed.map(({ recipient: { participant } }) => ({
      cells: [participant?.name ?? null, participant?.surname ?? null, participant?.emails.join('; ') ?? null],
    })),
    resultHeader: ['file', 'password'],
    resultRows: sealed.map(({ file, password }) => [file, password.reveal()]),
  };
}
