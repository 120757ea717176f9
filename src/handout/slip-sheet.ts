import { type Html, html } from '../report/html-text.ts';
import { fittedSize, type TextBox } from './fitted-size.ts';
import { keyGroups, lastFour, limitText, recipientName, sharedText, type TwoTimes, twoTimes } from './key-text.ts';
import { selfContainedPage } from './page.ts';
import { qrCode } from './qr-code.ts';
import type { Recipient } from './recipients.ts';
import { type PageSize, type PerPage, type SlipLayout, slipLayout } from './slip-layout.ts';
import { sizeClass, slipStyle } from './slip-style.ts';

export const QR_CONTENTS = ['key', 'env', 'none'] as const;

export interface SlipOptions {
  page: PageSize;
  perPage: PerPage;
  /** what the code holds: the key alone, a line for a `.env` file, or there is no code */
  qr: (typeof QR_CONTENTS)[number];
  /** a sentence for everybody */
  note: string | undefined;
  /** ISO 8601: when the keys are switched on */
  offUntil: string | undefined;
  /** IANA name; that of the computer by default */
  timeZone?: string | undefined;
}

export function pagesOf(slips: number, { perPage }: Pick<SlipOptions, 'perPage'>): number {
  return Math.ceil(slips / perPage);
}

/** A page to print: a slip for each person, with cut lines. */
export function slipSheet(prefix: string, recipients: readonly Recipient[], options: SlipOptions): string {
  const { page, perPage, qr } = options;
  const layout = slipLayout(page, perPage, qr !== 'none');
  const pages: Html[] = [];
  const sizes = new Set<number>();
  for (let at = 0; at < recipients.length; at += perPage) {
    const slips = recipients.slice(at, at + perPage).map((recipient) => slip(recipient, layout, options, sizes));
    pages.push(html`<section class="page">${slips}</section>\n`);
  }
  const body = html`<header><h1>Keys of ${prefix}</h1>
<p>Print: Ctrl-P (Mac: Cmd-P), paper ${page}, margins "None", scale 100 %. Cut along the dashed lines.</p>
<p>This page holds secrets: give each slip to the person or group named on it, and delete the file afterwards.</p></header>
${pages}`;
  return selfContainedPage({ title: `Slips ${prefix}`, style: slipStyle(layout, sizes), body });
}

/** `sizes`: takes the sizes of type that it uses. */
function slip(recipient: Recipient, layout: SlipLayout, options: SlipOptions, sizes: Set<number>): Html {
  const sized = (text: string, box: TextBox) => {
    const size = fittedSize(text, box);
    sizes.add(size);
    return sizeClass(size);
  };
  const name = recipientName(recipient);
  const who = whoText(recipient);
  const key = recipient.secret.reveal();
  return html`<article class="slip" data-tag="${recipient.tag}">
<h2 class="${sized(name, layout.name)}"><bdi>${name}</bdi></h2>
<p class="who ${sized(who, layout.who)}">${who}</p>
<div class="body"><div class="facts">
<div>${facts(recipient, options)}</div>
${options.note === undefined ? null : html`<p class="note ${sized(options.note, layout.note)}">${options.note}</p>`}
<p class="end">…${lastFour(recipient)}<small>last four characters</small></p>
<p class="key">${keyGroups(key).map((group) => html`<span>${group}</span><wbr>`)}</p>
</div>${options.qr === 'none' ? null : codeOf(options.qr === 'env' ? `OPENROUTER_API_KEY=${key}` : key, layout.code)}</div>
</article>
`;
}

function whoText({ participant, keyName, sharedBy }: Recipient): string {
  if (!participant) return keyName;
  const { emails, group, id } = participant;
  if (sharedBy)
    return [emails[0], sharedText(sharedBy, emails.length === 0 ? CARD_NAMES : 3)].filter(Boolean).join(' · ');
  return [emails[0], group, id].filter((part) => part !== undefined && part !== '').join(' · ');
}

/** names on a card that lies on a table */
const CARD_NAMES = 12;

function facts(recipient: Recipient, { offUntil, timeZone }: SlipOptions): Html[] {
  const { expiresAt, disabled } = recipient;
  const lines = [html`<p>Limit <b>${limitText(recipient)}</b></p>`];
  if (offUntil !== undefined) lines.push(timeLine('From', twoTimes(offUntil, timeZone)));
  else if (disabled) lines.push(html`<p>Switched off until the event</p>`);
  lines.push(expiresAt === null ? html`<p>No expiration</p>` : timeLine('Until', twoTimes(expiresAt, timeZone)));
  return lines;
}

function timeLine(label: string, { local, zone, utc }: TwoTimes): Html {
  return html`<p>${label} <b>${local}</b> ${zone}${utc === undefined ? null : html`<i>${utc}</i>`}</p>`;
}

/** `room`: the side of the square that it may take, in mm. Around it the page is white, as readers need it. */
export function codeOf(text: string, room: number): Html {
  const { size, path } = qrCode(text);
  const dots = size + 2 * QUIET;
  return html`<svg width="${room}mm" height="${room}mm" viewBox="-${QUIET} -${QUIET} ${dots} ${dots}" shape-rendering="crispEdges" role="img" aria-label="QR code"><path d="${path}"/></svg>`;
}

/** dots */
const QUIET = 3;
