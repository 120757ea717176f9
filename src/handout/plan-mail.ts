import { createHash } from 'node:crypto';
import { foldEmail } from '../roster/identity.ts';
import { copyOf, type Mailings, mailKeyOf, messageIdOf, type RecordedMail } from './fold-mailings.ts';
import { recipientName } from './key-text.ts';
import { type LeftOut, type LeftOutReason, type Recipient, recipientId } from './recipients.ts';

/** A mail to send: one person, their present key. */
export interface PlannedMail {
  recipient: Recipient;
  /** of the journal */
  person: string;
  /** addresses of this person */
  to: readonly string[];
  messageId: string;
}

export interface MailPlan {
  /** in the order of the roster */
  mails: PlannedMail[];
  /** more of them, beyond `limit` */
  later: PlannedMail[];
  /** the server took a mail with their present key before */
  had: KnownMail[];
  /** nobody knows whether it arrived: not sent again by itself */
  inDoubt: KnownMail[];
  /** refused for good before */
  refused: KnownMail[];
  leftOut: LeftOut[];
  /** of `mails` and `later`: had a mail with an earlier key */
  replaced: Recipient[];
}

export interface KnownMail {
  recipient: Recipient;
  mail: RecordedMail;
}

/** Whether a mail went to an address that its person has no longer: most likely they never got it. */
export function wentElsewhere({ recipient, mail }: KnownMail): boolean {
  const emails = new Set(recipient.participant?.emails.map(foldEmail));
  return mail.to.length > 0 && !mail.to.some((address) => emails.has(foldEmail(address)));
}

export interface MailWishes {
  /** addresses of each person: the first or all */
  to: 'first' | 'all';
  /** bare address of the sender */
  from: string;
  /** how many mails at most */
  limit: number | undefined;
  /** addresses of people who get one more mail on purpose */
  again: readonly string[];
  retryRefused: boolean;
  personOf(tag: string): string;
}

/** Who sends plays no part where nothing is sent. */
export const NOBODY_SENDS = {
  ...{ to: 'first', from: 'nobody@invalid', limit: undefined, again: [], retryRefused: false },
} as const satisfies Omit<MailWishes, 'personOf'>;

/** Who gets a mail, and who does not and why. Person, addresses and key of a mail come from one recipient. */
export function planMail(
  { recipients, leftOut }: { recipients: readonly Recipient[]; leftOut: readonly LeftOut[] },
  { mails }: Mailings,
  wishes: MailWishes,
): MailPlan {
  const plan: MailPlan = {
    mails: [],
    later: [],
    had: [],
    inDoubt: [],
    refused: [],
    leftOut: [...leftOut],
    replaced: [],
  };
  const again = new Set(wishes.again.map(foldEmail));
  const byKey = new Map<string, RecordedMail[]>();
  for (const mail of mails.values()) byKey.set(mailKeyOf(mail), [...(byKey.get(mailKeyOf(mail)) ?? []), mail]);
  const served = [...mails.values()].filter(({ state }) => state === 'accepted');
  const servedPeople = new Set(served.map(({ person }) => person));
  const servedAddresses = new Set(served.flatMap(({ person, to }) => to.map((email) => addressOf(person, email))));
  // The key of a group is that of several people, who differ by their addresses.
  const wasServed = ({ sharedBy }: Recipient, person: string, emails: readonly string[]) =>
    sharedBy ? emails.some((email) => servedAddresses.has(addressOf(person, email))) : servedPeople.has(person);
  for (const recipient of recipients) {
    const emails = recipient.participant?.emails ?? [];
    const to = wishes.to === 'all' ? emails : emails.slice(0, 1);
    if (to.length === 0) {
      const why: LeftOutReason = 'no_email';
      plan.leftOut.push({ participant: recipient.participant, keyName: recipient.keyName, why });
      continue;
    }
    const key = keyOf(recipient);
    const known = byKey.get(key) ?? [];
    const isAgain = emails.some((email) => again.has(foldEmail(email)));
    const last = known.at(-1);
    const doubt = known.find(({ state }) => state === 'in_doubt');
    const accepted = known.filter(({ state }) => state === 'accepted');
    const had = accepted.find((mail) => !wentElsewhere({ recipient, mail })) ?? accepted.at(-1);
    if (doubt) plan.inDoubt.push({ recipient, mail: doubt });
    else if (had && !isAgain) plan.had.push({ recipient, mail: had });
    else if (last?.state === 'refused' && !wishes.retryRefused && sameAddresses(last.to, to)) {
      plan.refused.push({ recipient, mail: last });
    } else {
      const copies = known.map(copyOf);
      const copy = had ? Math.max(...copies) + 1 : Math.max(1, ...copies);
      const person = wishes.personOf(recipient.tag);
      if (!had && wasServed(recipient, person, emails)) plan.replaced.push(recipient);
      const mail = { recipient, person, to, messageId: messageIdOf(key, copy, wishes.from) };
      if (wishes.limit === undefined || plan.mails.length < wishes.limit) plan.mails.push(mail);
      else plan.later.push(mail);
    }
  }
  return plan;
}

/** What the mails of a person with a key have in common: the tag of the key; of a key that a group shares, also whose mail it is. */
function keyOf(recipient: Recipient): string {
  if (!recipient.sharedBy) return recipient.tag;
  const member = createHash('sha256').update(recipientId(recipient)).digest('hex').slice(0, 16);
  return `${recipient.tag}-${member}`;
}

function addressOf(person: string, email: string): string {
  return `${person} ${foldEmail(email)}`;
}

function sameAddresses(a: readonly string[], b: readonly string[]): boolean {
  const folded = new Set(a.map(foldEmail));
  return b.every((address) => folded.has(foldEmail(address)));
}

/** Mails to look at before they leave, each with a name for why. */
export function mailsToLookAt(
  mails: readonly PlannedMail[],
): { why: 'First' | 'Longest' | 'Oddest'; mail: PlannedMail }[] {
  const [first] = mails;
  if (!first) return [];
  const most = (measure: (name: string) => number) =>
    mails.reduce((best, mail) => (measure(nameOf(mail)) > measure(nameOf(best)) ? mail : best), first);
  const odd = most(oddity);
  const looked: { why: 'First' | 'Longest' | 'Oddest'; mail: PlannedMail }[] = [
    { why: 'First', mail: first },
    { why: 'Longest', mail: most((name) => name.length) },
    ...(oddity(nameOf(odd)) > 0 ? [{ why: 'Oddest' as const, mail: odd }] : []),
  ];
  return looked.filter(({ mail }, index) => looked.findIndex((other) => other.mail === mail) === index);
}

function nameOf({ recipient }: PlannedMail): string {
  return recipientName(recipient);
}

/** How unlike a usual name: signs that names do not have count most, then letters beyond ASCII. */
function oddity(name: string): number {
  const signs = name.match(/[^\p{L}\p{M} .'’-]/gu)?.length ?? 0;
  const letters = name.match(/[^\p{ASCII}]/gu)?.length ?? 0;
  return signs * 100 + letters;
}

/** Keys that would go on working for ever, or without a bound: a mail that goes astray costs most with these. */
export function openEnded(mails: readonly PlannedMail[]): PlannedMail[] {
  return mails.filter(
    ({ recipient }) => !recipient.disabled && (recipient.limit === null || recipient.expiresAt === null),
  );
}
