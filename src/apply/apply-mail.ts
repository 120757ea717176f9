import { CliError } from '../errors.ts';
import type { HandoutEntry } from '../handout/handout-entry.ts';
import type { MailOutcome, MailSession, OutgoingMail } from '../handout/mail-api.ts';
import type { PlannedMail } from '../handout/plan-mail.ts';
import type { MailPace } from './mail-pace.ts';
import {
  askedForLater,
  DOUBTS,
  lostTwice,
  SAME_WORDS,
  senderRefused,
  takenForSpam,
  tooManyDoubts,
  withoutKeys,
} from './mail-stops.ts';
import { midRun } from './mid-run.ts';

export type NewMailLine = MailLine extends infer E ? (E extends HandoutEntry ? Omit<E, 'at'> : never) : never;
type MailLine = Extract<HandoutEntry, { type: 'mailing' | 'mailed' | 'not_mailed' | 'mail_unknown' }>;

export interface ComposedMail extends OutgoingMail {
  /** hash of subject and text without the key */
  content: string;
}

export interface MailDeps {
  session: Pick<MailSession, 'send'>;
  /** Resolves when the line is on disk. Throws CliError (exit 6). */
  append(line: NewMailLine): Promise<void>;
  compose(mail: PlannedMail): Promise<ComposedMail>;
  /** whether this key is still the one that its person has */
  isPresent(tag: string): Promise<boolean>;
  batch: string;
  pace: MailPace;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** aborted = begin no further mail */
  stop: AbortSignal;
  onResult?(result: MailResult): void;
  /** why nothing happens at the moment; empty when it goes on */
  onWait?(text: string): void;
}

/** What became of a mail in this run. `stale`: its key was replaced while the run was under way. */
export interface MailResult {
  mail: PlannedMail;
  result: 'accepted' | 'refused' | 'unknown' | 'not_started' | 'stale';
  status: number | null;
  /** the server's words, or why */
  reason: string | null;
  refused: readonly { address: string; status: number; reply: string }[];
}

/** `stopped`: what would go wrong with every further mail, too. */
export interface MailRun {
  results: MailResult[];
  stopped: CliError | undefined;
}

/** Waits before a mail is tried again that the server does not take at the moment, in ms. */
export const MAIL_WAITS: readonly number[] = [30_000, 60_000, 120_000];

/** What happened to the mails before. */
interface Streak {
  doubts: number;
  words: string;
  same: number;
}

interface Sent {
  result: Omit<MailResult, 'mail'>;
  stop?: CliError | undefined;
}

/** Sends one mail after the other, and is the only place that does. What may have arrived is never sent again. */
export async function applyMail(mails: readonly PlannedMail[], deps: MailDeps): Promise<MailRun> {
  const results: MailResult[] = [];
  const streak: Streak = { doubts: 0, words: '', same: 0 };
  let stopped: CliError | undefined;
  for (const mail of mails) {
    const sent: Sent =
      stopped || deps.stop.aborted ? { result: NOT_STARTED } : await sendOne(mail, streak, deps).catch(stopOrThrow);
    stopped ??= sent.stop && (results.some(wasTaken) ? midRun(sent.stop, 'The mail server') : sent.stop);
    const result = { mail, ...sent.result };
    results.push(result);
    deps.onResult?.(result);
  }
  return { results, stopped };
}

function wasTaken({ result }: MailResult): boolean {
  return result !== 'not_started' && result !== 'stale';
}

const NOT_STARTED = { result: 'not_started', status: null, reason: null, refused: [] } as const;

/** An error of the user's business ends the run; nothing of this mail left. */
function stopOrThrow(error: unknown): Sent {
  if (!(error instanceof CliError)) throw error;
  return { result: NOT_STARTED, stop: error };
}

async function sendOne(mail: PlannedMail, streak: Streak, deps: MailDeps): Promise<Sent> {
  const outgoing = await deps.compose(mail);
  let waits = 0;
  let lost = 0;
  let last: Omit<MailResult, 'mail'> = NOT_STARTED;
  for (;;) {
    await deps.pace.turn(deps.stop);
    if (deps.stop.aborted) return { result: last };
    if (!(await deps.isPresent(mail.recipient.tag))) {
      return { result: { ...NOT_STARTED, result: 'stale', reason: 'the key was replaced or revoked in the meantime' } };
    }
    const outcome = await deps.session.send(outgoing, () => deps.append(mailingLine(mail, outgoing.content, deps)));
    deps.pace.done();
    const isAgain = isTemporary(outcome) ? waits < MAIL_WAITS.length : outcome.kind === 'not_sent' && lost === 0;
    if (!isAgain) return settle(mail, outcome, streak, deps);
    await deps.append(notMailedLine(mail, outcome, deps));
    last = { ...NOT_STARTED, ...wordsOf(outcome) };
    if (outcome.kind === 'not_sent') lost += 1;
    else {
      const ms = MAIL_WAITS[waits] ?? 0;
      waits += 1;
      deps.onWait?.(`the server asks for later (${wordsOf(outcome).reason}), waiting ${ms / 1000} s`);
      await deps.sleep(ms, deps.stop);
      deps.onWait?.('');
    }
  }
}

function isTemporary(outcome: MailOutcome): boolean {
  return outcome.kind === 'refused' && !outcome.permanent;
}

/** Records the last outcome of a mail and decides whether the run goes on. */
async function settle(mail: PlannedMail, outcome: MailOutcome, streak: Streak, deps: MailDeps): Promise<Sent> {
  const words = wordsOf(outcome);
  const recorded = await record(mail, outcome, deps);
  streak.doubts = outcome.kind === 'unknown' ? streak.doubts + 1 : 0;
  const refusal = policyWords(outcome, mail);
  streak.same = refusal !== '' && refusal === streak.words ? streak.same + 1 : Number(refusal !== '');
  streak.words = refusal;
  switch (outcome.kind) {
    case 'accepted': {
      if (!recorded) return { result: { ...NOT_STARTED, ...words, result: 'accepted', refused: refusedOf(outcome) } };
      const reason = 'the server accepted it, but that could not be recorded';
      return { result: { ...NOT_STARTED, result: 'unknown', status: outcome.status, reason }, stop: recorded };
    }
    case 'unknown':
      return {
        result: { ...NOT_STARTED, ...words, result: 'unknown' },
        stop: recorded ?? (streak.doubts >= DOUBTS ? tooManyDoubts() : undefined),
      };
    case 'not_sent':
      return { result: { ...NOT_STARTED, ...words }, stop: recorded ?? lostTwice(outcome.reason) };
    case 'refused': {
      if (!outcome.permanent)
        return { result: { ...NOT_STARTED, ...words }, stop: recorded ?? askedForLater(outcome.reply) };
      if (outcome.at === 'from')
        return { result: { ...NOT_STARTED, ...words }, stop: recorded ?? senderRefused(outcome.reply) };
      const same = streak.same >= SAME_WORDS ? takenForSpam(outcome.reply) : undefined;
      return { result: { ...NOT_STARTED, ...words, result: 'refused' }, stop: recorded ?? same };
    }
  }
}

/** Returns the error where the line cannot be written. */
async function record(mail: PlannedMail, outcome: MailOutcome, deps: MailDeps): Promise<CliError | undefined> {
  const { messageId } = mail;
  try {
    if (outcome.kind === 'accepted') {
      const { status, reply } = outcome;
      await deps.append({
        type: 'mailed',
        message_id: messageId,
        status,
        reply: withoutKeys(reply),
        refused: [...refusedOf(outcome)],
      });
    } else if (outcome.kind === 'unknown') {
      await deps.append({ type: 'mail_unknown', message_id: messageId, reason: withoutKeys(outcome.reason) });
    } else await deps.append(notMailedLine(mail, outcome, deps));
    return undefined;
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

function refusedOf({ refused }: Extract<MailOutcome, { kind: 'accepted' }>): MailResult['refused'] {
  return refused.map((each) => ({ ...each, reply: withoutKeys(each.reply) }));
}

function mailingLine(mail: PlannedMail, content: string, { batch }: MailDeps): NewMailLine {
  return { type: 'mailing', batch, ...whose(mail), hash: mail.recipient.hash, content };
}

function notMailedLine(mail: PlannedMail, outcome: MailOutcome, { batch }: MailDeps): NewMailLine {
  const { status, reason } = wordsOf(outcome);
  // A sender that is refused says nothing about the person.
  const permanent = outcome.kind === 'refused' && outcome.permanent && outcome.at !== 'from';
  return { type: 'not_mailed', batch, ...whose(mail), status, reply: reason, permanent };
}

function whose({ messageId, person, recipient, to }: PlannedMail) {
  return { message_id: messageId, person, tag: recipient.tag, to: [...to] };
}

function wordsOf(outcome: MailOutcome): { status: number | null; reason: string } {
  if (outcome.kind === 'accepted' || outcome.kind === 'refused') {
    return { status: outcome.status, reason: withoutKeys(outcome.reply) };
  }
  return { status: null, reason: withoutKeys(outcome.reason) };
}

/** The words of a refusal that is not about the address: of the whole mail, or of rules of the server (X.7.X). */
function policyWords(outcome: MailOutcome, { to, messageId }: PlannedMail): string {
  if (outcome.kind !== 'refused' || !outcome.permanent) return '';
  if (outcome.at === 'to' && !/^5\.7\./.test(outcome.reply)) return '';
  const named = [...to, messageId].reduce((text, word) => text.replaceAll(word, ''), outcome.reply);
  // Numbers of a queue differ from mail to mail.
  return `${outcome.status} ${named.replaceAll(/\b[\w.-]*\d[\w.-]*\b/g, '#')}`;
}
