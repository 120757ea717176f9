import type { Context } from '../../context.ts';
import { type ExitCode, usageError } from '../../errors.ts';
import { groupCards } from '../../handout/group-cards.ts';
import { masterList } from '../../handout/master-list.ts';
import { inOrder, type Order, type Recipient } from '../../handout/recipients.ts';
import { type PageSize, PER_PAGE } from '../../handout/slip-layout.ts';
import { pagesOf, type SlipOptions, slipSheet } from '../../handout/slip-sheet.ts';
import { plural } from '../../plural.ts';
import { parseExpiry } from '../../roster/expires.ts';
import { gather, type HandoutFlags } from '../../selection/gather-recipients.ts';
import { handOut } from './hand-out.ts';

export interface SlipFlags extends HandoutFlags {
  page: PageSize;
  per?: 'person' | 'group' | undefined;
  /** undefined = 8, and 2 cards */
  perPage?: `${SlipOptions['perPage']}` | undefined;
  qr: SlipOptions['qr'];
  order: Order;
  note?: string | undefined;
  offUntil?: string | undefined;
  master: boolean;
}

/** Writes the page with everybody's slip. */
export async function runSlips(prefix: string | undefined, flags: SlipFlags, ctx: Context): Promise<ExitCode> {
  const options = readOptions(flags, ctx.now());
  const gathered = await gather('slips', prefix, flags, ctx);
  const recipients = inOrder(gathered.recipients, flags.order);
  const slips = flags.per === 'group' ? groupCards(recipients) : recipients;
  if (flags.per === 'group' && recipients.length > 0 && !recipients.some(({ sharedBy }) => sharedBy)) {
    throw noGroup(gathered.id.prefix);
  }
  const { page, perPage } = options;
  const name = gathered.id.prefix;
  const encoded = (text: string) => new TextEncoder().encode(text);
  return handOut(
    {
      what: 'slips',
      line: `${whose(slips, recipients)}, ${plural(pagesOf(slips.length, options), 'page')} ${page}, ${perPage} to a page; ${contents(options.qr)}`,
      gathered: { ...gathered, recipients },
      flags,
      make: async () => [
        { name: 'slips.html', bytes: encoded(slipSheet(name, slips, options)), hasKeys: true },
        ...(flags.master
          ? [{ name: 'master.html', bytes: encoded(masterList(name, slips, options)), hasKeys: false }]
          : []),
      ],
      next: [
        ['Print', `open it in a browser and press Ctrl-P (Mac: Cmd-P): paper ${page}, margins "None", scale 100 %`],
      ],
    },
    ctx,
  );
}

/** `3 cards for 14 participants` where a card is for several */
function whose(slips: readonly Recipient[], recipients: readonly Recipient[]): string {
  const people = plural(recipients.length, 'participant');
  return slips.length < recipients.length ? `${plural(slips.length, 'card')} for ${people}` : people;
}

function noGroup(prefix: string): Error {
  return usageError('nothing_selected', `No key of ${prefix} is shared by a group.`, {
    hint: 'Leave out --per group. Keys for groups are made by: orkeys provision ROSTER --per group',
  });
}

function contents(qr: SlipOptions['qr']): string {
  if (qr === 'none') return 'each with its key as text';
  return `each with its key as text and ${qr === 'key' ? 'QR code' : 'a QR code for a .env file'}`;
}

function readOptions({ page, per, perPage, qr, note, offUntil }: SlipFlags, now: Date): SlipOptions {
  if (note !== undefined && note.length > LONGEST_NOTE) {
    throw usageError('note_too_long', `--note has ${note.length} characters; a slip has room for ${LONGEST_NOTE}.`, {
      hint: 'Shorten it.',
    });
  }
  return {
    page,
    perPage: PER_PAGE.find((number) => String(number) === perPage) ?? (per === 'group' ? 2 : 8),
    qr,
    note,
    offUntil: offUntil === undefined ? undefined : readOffUntil(offUntil, now),
  };
}

const LONGEST_NOTE = 200;

/** A date alone is the beginning of that day, unlike an expiration, which is its end. */
function readOffUntil(text: string, now: Date): string {
  const isDay = /^\s*[\d.\s-]+$/.test(text);
  const moment = parseExpiry(isDay && /^\s*\d{4}-/.test(text) ? `${text.trim()}T00:00:00Z` : text, now);
  if (!('problem' in moment)) return moment.expires;
  throw usageError('bad_time', `Invalid --off-until ${text}: ${moment.problem}.`, {
    hint: 'Use a UTC time (2026-03-09T07:00:00Z), a date (2026-03-09) or a span (3d).',
  });
}
