import { foldEmail } from '../roster/identity.ts';
import type { HandoutEntry } from './handout-entry.ts';

/**
 * What is known of a mail. `accepted`: the server took it. `in_doubt`: it may have arrived, and only a person can find out.
 * `refused`: never again by itself. `postponed` and `missing`: the next run sends it.
 */
export type MailState = 'accepted' | 'in_doubt' | 'refused' | 'postponed' | 'missing';

/** One mail: the last attempt of its Message-ID. */
export interface RecordedMail {
  messageId: string;
  state: MailState;
  /** of the journal */
  person: string;
  /** of the key that is in it */
  tag: string;
  to: readonly string[];
  batch: string;
  /** ISO 8601: when the last attempt ended, or began where its end is not known */
  at: string;
  /** the server's last reply */
  status: number | null;
  /** the server's words, or why it is in doubt */
  reply: string | null;
  /** addresses of the same person that the server did not take */
  refused: readonly { address: string; status: number; reply: string }[];
  /** a person said so */
  settled: boolean;
}

/** All mails of a workshop. */
export interface Mailings {
  /** by ID: the hash of the template */
  batches: Map<string, string>;
  /** by Message-ID, in the order of their first attempt */
  mails: Map<string, RecordedMail>;
}

export function emptyMailings(): Mailings {
  return { batches: new Map(), mails: new Map() };
}

/** Applies a line. A line about a mail that has no beginning, as after a repair, still counts: its Message-ID names the key. */
export function foldMailing({ batches, mails }: Mailings, entry: HandoutEntry): void {
  switch (entry.type) {
    case 'mail_batch':
      batches.set(entry.id, entry.template);
      break;
    case 'mailing':
      mails.set(entry.message_id, { ...attemptOf(entry), state: 'in_doubt' });
      break;
    case 'not_mailed': {
      const { status, reply, permanent } = entry;
      mails.set(entry.message_id, { ...attemptOf(entry), status, reply, state: permanent ? 'refused' : 'postponed' });
      break;
    }
    case 'mailed':
      change(mails, entry, {
        state: 'accepted',
        at: entry.at,
        status: entry.status,
        reply: entry.reply,
        refused: entry.refused,
      });
      break;
    case 'mail_unknown':
      change(mails, entry, { state: 'in_doubt', at: entry.at, reply: entry.reason });
      break;
    case 'mail_settled':
      change(mails, entry, { state: entry.how === 'arrived' ? 'accepted' : 'missing', settled: true });
      break;
    default:
  }
}

type Attempt = Extract<HandoutEntry, { type: 'mailing' | 'not_mailed' }>;

function attemptOf({ message_id, person, tag, to, batch, at }: Attempt): RecordedMail {
  const known = { messageId: message_id, person, tag, to, batch, at };
  return { ...known, state: 'in_doubt', status: null, reply: null, refused: [], settled: false };
}

function change(
  mails: Map<string, RecordedMail>,
  { message_id, at }: { message_id: string; at: string },
  what: Partial<RecordedMail>,
): void {
  const tag = mailKeyOf({ messageId: message_id }).replace(/-.*/, '');
  const before: RecordedMail = mails.get(message_id) ?? {
    ...{ messageId: message_id, state: 'in_doubt', person: tag, tag, to: [], batch: '', at },
    ...{ status: null, reply: null, refused: [], settled: false },
  };
  mails.set(message_id, { ...before, ...what });
}

/**
 * `<k7f3q2xw.1@example.org>`: fixed before the first attempt, so that receivers can drop a second one. `key`: the tag of the key, and
 * behind a `-` whose mail it is where several people share the key.
 */
export function messageIdOf(key: string, copy: number, from: string): string {
  return `<${key}.${copy}@${from.slice(from.lastIndexOf('@') + 1)}>`;
}

/** What it has in common with further copies for the same person and key. */
export function mailKeyOf({ messageId }: Pick<RecordedMail, 'messageId'>): string {
  return /^<(.+)\.\d+@/.exec(messageId)?.[1] ?? '';
}

/** Whose mail it is, whatever key is in it: the person of the journal; of a group, the member by their first address. */
export function mailOwnerOf({
  messageId,
  person,
  to: [first = ''],
}: Pick<RecordedMail, 'messageId' | 'person' | 'to'>): string {
  return mailKeyOf({ messageId }).includes('-') ? `${person} ${foldEmail(first)}` : person;
}

/** The number of a copy in its Message-ID. */
export function copyOf({ messageId }: RecordedMail): number {
  return Number(/\.(\d+)@/.exec(messageId)?.[1] ?? 1);
}
