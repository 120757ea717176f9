import type { Context, Output } from '../../context.ts';
import { lastFour, recipientName } from '../../handout/key-text.ts';
import { type MailPlan, mailsToLookAt, openEnded, wentElsewhere } from '../../handout/plan-mail.ts';
import type { Mailbox } from '../../mail/mail-server.ts';
import { plural } from '../../plural.ts';
import { participantName } from '../../roster/participant-name.ts';
import { createStyle } from '../../terminal/style.ts';
import { renderTable, tableWidth } from '../../terminal/table.ts';
import { formatDuration } from '../../terminal/time.ts';
import { visibleText } from '../../terminal/visible-text.ts';
import { titledLine } from '../../terminal/wrap.ts';
import { keysOffText, leftOutLines, rowsText } from '../../views/recipient-lines.ts';
import { commandFor, type WorkshopId } from '../../workshop/workshop-id.ts';
import { type MailRow, totalsOf } from './mail-rows.ts';

export interface SendView {
  id: WorkshopId;
  plan: MailPlan;
  from: Mailbox;
  /** `smtp.example.org:465 (TLS, certificate checked)` */
  through: string;
  subject: string;
  replyTo: string | undefined;
  rate: number | undefined;
  /** people who had a mail with another text */
  otherText: number;
  sandbox: boolean;
}

export function mailboxText({ name, address }: Mailbox): string {
  return name === undefined ? address : `${name} <${address}>`;
}

/** What would leave, and what to look at before it does. */
export function renderMailPlan(view: SendView, output: Output, ctx: Pick<Context, 'env'>): string {
  const { id, plan, from, rate } = view;
  const { mails, later, had, inDoubt, refused, leftOut, replaced } = plan;
  const { bold } = createStyle(ctx.env, output);
  const line = (title: string, text: string) => titledLine(title, visibleText(text), output, bold);
  const count = mails.length + later.length + had.length + inDoubt.length + refused.length + leftOut.length;
  const recipients = mails.map(({ recipient }) => recipient);
  const people = (list: readonly { recipient: MailPlan['replaced'][number] }[]) =>
    `${plural(list.length, 'participant')}: ${rowsText(list.map(({ recipient }) => recipient))}`;
  const elsewhere = had.filter(wentElsewhere);
  const off = keysOffText(recipients, id);
  const lines = [
    line('From', `${mailboxText(from)} through ${view.through}`),
    line('To', `${mails.length} of ${plural(count, 'participant')}, one email each`),
    ...leftOutLines(leftOut, id).map((text) => line('Left out', text)),
    ...(had.length > 0
      ? [line('Had it', `${plural(had.length, 'participant')} got an email with the current key before`)]
      : []),
    ...(elsewhere.length > 0
      ? [line('Elsewhere', `${people(elsewhere)}, at an address no longer in the roster; --again sends it once more`)]
      : []),
    ...(view.otherText > 0
      ? [line('Text', `changed since: ${plural(view.otherText, 'participant')} got another one`)]
      : []),
    ...(inDoubt.length > 0
      ? [line('In doubt', `${people(inDoubt)}; to settle it: ${commandFor(id, 'mail', 'status')}`)]
      : []),
    ...(refused.length > 0 ? [line('Refused', `${people(refused)}; --retry-refused sends again`)] : []),
    ...(later.length > 0 ? [line('Later', `${plural(later.length, 'participant')}, because of --limit`)] : []),
    ...(replaced.length > 0
      ? [line('Replaced', `${plural(replaced.length, 'participant')} got an earlier key: ${rowsText(replaced)}`)]
      : []),
    ...(off === undefined ? [] : [line('Keys', off)]),
    ...openEndedLines(plan).map((text) => line('Keys', text)),
  ];
  if (mails.length === 0) return lines.join('');
  lines.push(
    line('Subject', view.subject),
    ...(view.replyTo === undefined ? [] : [line('Reply to', view.replyTo)]),
    ...(rate === undefined
      ? []
      : [line('Pace', `${rate} a minute: about ${formatDuration((mails.length * 60_000) / rate)}`)]),
    ...mailsToLookAt(mails).map(({ why, mail: { recipient, to } }) => {
      const row = recipient.participant ? `row ${recipient.participant.row}  ` : '';
      return line(why, `${row}${recipientName(recipient)}  ${to.join(', ')}  …${lastFour(recipient)}`);
    }),
  );
  if (!view.sandbox) lines.push(line('Test it', `first: ${commandFor(id, 'mail', 'test', '--to', from.address)}`));
  return lines.join('');
}

function openEndedLines({ mails }: MailPlan): string[] {
  const open = openEnded(mails);
  if (open.length === 0) return [];
  const unlimited = open.filter(({ recipient }) => recipient.limit === null).length;
  const lasting = open.filter(({ recipient }) => recipient.expiresAt === null).length;
  const parts = [
    ...(unlimited > 0 ? [`${unlimited} without a limit`] : []),
    ...(lasting > 0 ? [`${lasting} without an expiration`] : []),
  ];
  return [`${parts.join(', ')}: whoever gets hold of such an email can use the key until you revoke it`];
}

/** Who has no mail, and why; then the numbers and what to type next. */
export function renderMailRows(
  rows: readonly MailRow[],
  { stopped, next, note }: { stopped: string | undefined; next: readonly string[]; note: string | undefined },
  ctx: Pick<Context, 'env' | 'stdout'>,
): string {
  const { bold } = createStyle(ctx.env, ctx.stdout);
  const open = rows.filter(needsAttention);
  const table = open.map((row) => [
    row.participant ? String(row.participant.row) : '',
    row.participant ? participantName(row.participant) : (row.keyName ?? ''),
    row.to.join(', '),
    whatText(row),
  ]);
  let text = stopped === undefined ? '' : `${visibleText(`Stopped: ${stopped}`)}\n`;
  if (open.length > 0) text += renderTable({ columns: COLUMNS, rows: table }, tableWidth(ctx.stdout), bold);
  text += `${totalsText(rows)}\n`;
  for (const step of next) text += titledLine('Next', visibleText(step), ctx.stdout, bold);
  if (note !== undefined) text += `${visibleText(note)}\n`;
  return text;
}

function needsAttention({ result, stale, refusedTo, newAddress }: MailRow): boolean {
  if (newAddress !== null) return true;
  if (result === 'accepted') return refusedTo.length > 0;
  return result === 'refused' || result === 'unknown' || result === 'stale' || stale;
}

function whatText({ result, status, reason, refusedTo, stale, newAddress }: MailRow): string {
  if (newAddress !== null && isHad(result)) return `accepted there, but the address is now ${newAddress}`;
  if (result === 'accepted') return `accepted, but not for ${refusedTo.map(refusedText).join('; ')}`;
  const words = [status, reason].filter((part) => part !== null).join(' ');
  if (result === 'unknown') return `in doubt: it may have arrived${reason === null ? '' : ` (${words})`}`;
  if (result === 'refused') return `refused: ${words}`;
  if (result === 'stale' && reason !== null) return `not sent: ${words}`;
  return stale ? 'stale: the email has an earlier key' : words;
}

const isHad = (result: MailRow['result']) => result === 'accepted' || result === 'had_it';

function refusedText({ address, status, reply }: MailRow['refusedTo'][number]): string {
  return `${address}: ${status} ${reply}`;
}

function totalsText(rows: readonly MailRow[]): string {
  const totals = totalsOf(rows);
  const parts: [number, string][] = [
    [totals.accepted, 'accepted by the server'],
    [totals.had_it, 'had it before'],
    [totals.refused, 'refused'],
    [totals.unknown, 'in doubt'],
    [totals.not_started + totals.planned, 'not yet'],
    [totals.left_out, 'left out'],
  ];
  const told = parts.filter(([count], index) => count > 0 || index === 0).map(([count, what]) => `${count} ${what}`);
  return told.join(' · ');
}

const COLUMNS = [
  { title: 'ROW', align: 'right' },
  { title: 'NAME', flexible: true, minWidth: 12 },
  { title: 'ADDRESS', flexible: true, minWidth: 16 },
  { title: 'WHAT', flexible: true, minWidth: 24 },
] as const;

/** What to type after a run. */
export function nextMailSteps(rows: readonly MailRow[], id: WorkshopId): string[] {
  const { not_started, planned, refused, unknown } = totalsOf(rows);
  const left = not_started + planned;
  const doubt = rows.find(({ result }) => result === 'unknown')?.to[0];
  const moved = rows.flatMap(({ result, newAddress }) => (isHad(result) && newAddress !== null ? [newAddress] : []));
  return [
    ...(left > 0 ? [`${commandFor(id, 'mail', 'send')}  sends the ${left}; nobody gets a second email`] : []),
    ...(moved.length > 0
      ? [
          `${commandFor(id, 'mail', 'send', ...moved.flatMap((address) => ['--again', address]))}  sends it to the new ${moved.length === 1 ? 'address' : 'addresses'}`,
        ]
      : []),
    ...(unknown > 0
      ? [
          `${commandFor(id, 'mail', 'settle', '--missing', doubt ?? 'ADDRESS')}  … or --arrived, once you have asked or looked into Sent`,
        ]
      : []),
    ...(refused > 0
      ? [`correct the addresses in the roster, or add --retry-refused to ${commandFor(id, 'mail', 'send')}`]
      : []),
  ];
}
