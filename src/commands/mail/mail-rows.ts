import type { MailResult } from '../../apply/apply-mail.ts';
import type { RecordedMail } from '../../handout/fold-mailings.ts';
import { type KnownMail, type MailPlan, type PlannedMail, wentElsewhere } from '../../handout/plan-mail.ts';
import type { LeftOut, Recipient } from '../../handout/recipients.ts';
import type { Participant } from '../../roster/participant.ts';
import { participantJson } from '../../views/key-json.ts';

/** One person, for the screen and for JSON. */
export interface MailRow {
  participant: Participant | null;
  keyName: string | null;
  hash: string | null;
  /** the masked key */
  label: string | null;
  to: readonly string[];
  messageId: string | null;
  result: MailRowResult;
  status: number | null;
  reason: string | null;
  /** addresses of the same person that the server did not take, although it took the mail */
  refusedTo: RecordedMail['refused'];
  /** an earlier mail has a key that was replaced since */
  stale: boolean;
  /** the address to send to instead of the one that the mail went to; null where that is still theirs */
  newAddress: string | null;
}

export type MailRowResult =
  | 'planned'
  | 'accepted'
  | 'had_it'
  | 'refused'
  | 'unknown'
  | 'left_out'
  | 'not_started'
  | 'stale';

/** Everybody of a plan, in the order of the roster. `results`: what this run did; undefined before it. */
export function mailRows(plan: MailPlan, results: readonly MailResult[] | undefined): MailRow[] {
  const stale = new Set(plan.replaced);
  const done = new Map(results?.map((result) => [result.mail.messageId, result]));
  const planned = ({ recipient, to, messageId }: PlannedMail, result: MailRowResult): MailRow => {
    const sent = done.get(messageId);
    const head = { ...personOf(recipient), to, messageId, stale: stale.has(recipient), newAddress: null };
    const { status = null, reason = null, refused = [] } = sent ?? {};
    return { ...head, result: sent?.result ?? result, status, reason, refusedTo: refused };
  };
  const known = (each: KnownMail, result: MailRowResult): MailRow => ({
    ...{ ...personOf(each.recipient), to: each.mail.to, messageId: each.mail.messageId, stale: false },
    ...{ result, status: each.mail.status, reason: each.mail.reply, refusedTo: each.mail.refused },
    newAddress: wentElsewhere(each) ? (each.recipient.participant?.emails[0] ?? null) : null,
  });
  const rows = [
    ...plan.mails.map((mail) => planned(mail, results ? 'not_started' : 'planned')),
    ...plan.later.map((mail) => planned(mail, 'not_started')),
    ...plan.had.map((each) => known(each, 'had_it')),
    ...plan.inDoubt.map((each) => known(each, 'unknown')),
    ...plan.refused.map((each) => known(each, 'refused')),
    ...plan.leftOut.map(leftOutRow),
  ];
  const place = ({ participant }: MailRow) => participant?.row ?? Number.POSITIVE_INFINITY;
  return rows.sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

function personOf({ participant, keyName, hash, secret }: Recipient) {
  return { participant, keyName, hash, label: secret.toString() };
}

function leftOutRow({ participant, keyName, why }: LeftOut): MailRow {
  return {
    ...{ participant, keyName, hash: null, label: null, to: [], messageId: null, stale: false, newAddress: null },
    ...{ result: 'left_out', status: null, reason: why, refusedTo: [] },
  };
}

export function rowJson(row: MailRow) {
  const { participant, keyName, hash, label, to, messageId, result, status, reason, refusedTo, stale } = row;
  return {
    ...{ participant: participantJson(participant), name: keyName, hash, label, to, message_id: messageId },
    ...{ result, status, reason, refused_addresses: refusedTo, earlier_key_mailed: stale },
    new_address: row.newAddress,
  };
}

export function totalsOf(rows: readonly MailRow[]) {
  const count = (...results: MailRowResult[]) => rows.filter(({ result }) => results.includes(result)).length;
  return {
    count: rows.length,
    planned: count('planned'),
    accepted: count('accepted'),
    had_it: count('had_it'),
    refused: count('refused'),
    unknown: count('unknown'),
    left_out: count('left_out'),
    not_started: count('not_started', 'stale'),
  };
}
