import { foldEmail } from '../roster/identity.ts';
import { API_URL, lastFour, limitText, sharedText, timeText } from './key-text.ts';
import type { Recipient } from './recipients.ts';

/** For mail merge: titles in the first row, one row a person, no merged cells. */
export interface MergeTable {
  header: string[];
  rows: (string | number | null)[][];
}

export function mergeTable(recipients: readonly Recipient[], timeZone?: string): MergeTable {
  const isShared = recipients.some(({ sharedBy }) => sharedBy);
  return {
    header: [
      'row',
      'name',
      'surname',
      'email',
      'other_emails',
      'group',
      'id',
      'api_key',
      'last_four',
      'limit',
      'works_until',
      'status',
      'base_url',
      'key_name',
      ...(isShared ? ['shared_by', 'request_user'] : []),
    ],
    rows: recipients.map((recipient) => {
      const { participant, inRoster, secret, expiresAt, disabled, keyName, sharedBy } = recipient;
      const [email = null, ...others] = participant?.emails ?? [];
      return [
        participant && inRoster ? participant.row : null,
        participant?.name ?? null,
        participant?.surname ?? null,
        email,
        others.join('; '),
        participant?.group ?? null,
        participant?.id ?? null,
        secret.reveal(),
        lastFour(recipient),
        limitText(recipient),
        expiresAt === null ? 'no expiration' : timeText(expiresAt, timeZone),
        disabled ? 'off' : 'on',
        API_URL,
        keyName,
        ...(isShared ? [sharedBy ? sharedText(sharedBy) : null, sharedBy?.user ?? null] : []),
      ];
    }),
  };
}

/**
 * As CSV that Excel opens as UTF-8, with every field in quotes. What a spreadsheet would take for a formula gets an apostrophe in
 * front: names come from anywhere.
 */
export function mergeCsv({ header, rows }: MergeTable): string {
  const lines = [header, ...rows].map((cells) => cells.map(csvField).join(','));
  return `\uFEFF${lines.join('\r\n')}\r\n`;
}

function csvField(cell: string | number | null): string {
  const text = cell === null ? '' : String(cell);
  const safe = typeof cell === 'string' && /^[\s\p{Cc}\p{Cf}]*[=+\-@＝＋－＠|%]/u.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** For JupyterHub: each address, in lower case as hubs write user names, with the key of its own person. */
export function hubKeys(recipients: readonly Recipient[]): string {
  const keys = recipients.flatMap(({ participant, secret }) =>
    (participant?.emails ?? []).map((email): [string, string] => [foldEmail(email), secret.reveal()]),
  );
  return `${JSON.stringify(Object.fromEntries(keys), null, 2)}\n`;
}

/** Addresses of more than one recipient: whose key one would get could only be guessed. */
export function sharedAddresses(recipients: readonly Recipient[]): Set<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { participant } of recipients) {
    for (const email of new Set(participant?.emails.map(foldEmail) ?? [])) {
      if (seen.has(email)) shared.add(email);
      seen.add(email);
    }
  }
  return shared;
}
