import { type Html, html } from '../report/html-text.ts';
import { lastFour, limitText, recipientName, timeText } from './key-text.ts';
import { selfContainedPage } from './page.ts';
import type { Recipient } from './recipients.ts';
import type { PageSize } from './slip-layout.ts';

interface MasterOptions {
  page: PageSize;
  timeZone?: string | undefined;
}

/** A list to tick off when slips go out. No secrets: the last four characters of a key open nothing. */
export function masterList(
  prefix: string,
  recipients: readonly Recipient[],
  { page, timeZone }: MasterOptions,
): string {
  const isShared = recipients.some(({ sharedBy }) => sharedBy);
  const body = html`<h1>Keys of ${prefix}</h1>
<p>${recipients.length} people. No secrets: only the last four characters of each key.</p>
<table><thead><tr><th>Got it</th><th class="r">Row</th><th class="name">Name</th><th class="email">Email</th><th>Group</th><th>Key ends</th><th>Limit</th><th>Works until</th>${isShared ? html`<th>Requests as</th>` : null}</tr></thead>
<tbody>
${recipients.map((recipient) => row(recipient, timeZone, isShared))}</tbody></table>`;
  return selfContainedPage({ title: `Master list ${prefix}`, style: styleOf(page), body });
}

function row(recipient: Recipient, timeZone: string | undefined, isShared: boolean): Html {
  const { participant, inRoster, expiresAt, disabled } = recipient;
  const until = expiresAt === null ? 'no expiration' : timeText(expiresAt, timeZone);
  return html`<tr><td><span class="box"></span></td><td class="r">${participant && inRoster ? participant.row : ''}</td><td>${recipientName(recipient)}</td><td>${
    participant?.emails[0] ?? ''
  }</td><td class="group">${participant?.group ?? ''}</td><td class="m">…${lastFour(recipient)}</td><td class="w">${limitText(recipient)}</td><td>${until}${
    disabled ? html` <b>off</b>` : null
  }</td>${isShared ? html`<td class="m">${recipient.sharedBy?.user ?? ''}</td>` : null}</tr>
`;
}

function styleOf(page: PageSize): Html {
  return html`
@page{size:${page};margin:12mm}
*{box-sizing:border-box}
body{font:10pt/1.3 system-ui,-apple-system,Roboto,Ubuntu,Arial,sans-serif;color:#000;background:#fff;max-width:190mm;margin:8mm auto;padding:0 4mm}
h1{font-size:15pt;margin:0 0 1mm}
p{margin:0 0 4mm;color:#333}
table{border-collapse:collapse;width:100%}
thead{display:table-header-group}
th{text-align:left;font-size:8.5pt;color:#333;border-bottom:.4mm solid #000;padding:1mm 2mm 1mm 0}
td{border-bottom:.2mm solid #bbb;padding:1.2mm 2mm 1.2mm 0;vertical-align:top;overflow-wrap:anywhere}
.name{width:27%}
.email{width:22%}
.w{white-space:nowrap}
tr{break-inside:avoid}
.r{text-align:right;padding-right:3mm}
.m{font-family:ui-monospace,Consolas,Menlo,monospace;font-weight:700;white-space:nowrap}
.box{display:inline-block;width:4mm;height:4mm;border:.3mm solid #000;margin-left:1mm}
@media print{body{margin:0;padding:0;max-width:none}}
`;
}
