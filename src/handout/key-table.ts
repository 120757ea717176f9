import type { Recipient } from './recipients.ts';

/** Everybody with their key, as the table of a workbook. */
export function keyTable(recipients: readonly Recipient[]) {
  return {
    sheetName: 'Keys',
    header: ['name', 'surname', 'email', 'group'],
    rows: recipients.map(({ participant }) => ({
      cells: [
        participant?.name ?? null,
        participant?.surname ?? null,
        participant?.emails.join('; ') ?? null,
        participant?.group ?? null,
      ],
    })),
    resultHeader: ['api_key', 'limit_usd', 'expires_at', 'status', 'key_name'],
    resultRows: recipients.map(({ secret, limit, expiresAt, disabled, keyName }) => [
      secret.reveal(),
      limit ?? 'unlimited',
      expiresAt,
      disabled ? 'disabled' : 'active',
      keyName,
    ]),
  };
}
