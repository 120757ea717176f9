import { formatUsd } from '../money.ts';
import { participantName } from '../roster/participant-name.ts';
import type { Recipient, SharedBy } from './recipients.ts';

/** Where every client sends its requests. */
export const API_URL = 'https://openrouter.ai/api/v1';

/** digits in a group: as many as one reads, types and then finds again */
const GROUP = 8;

/** A key in pieces that the eye can follow; joined without anything between them they are the key. */
export function keyGroups(key: string): string[] {
  const start = /^sk-or-(?:v\d+-)?/.exec(key)?.[0] ?? '';
  const groups = key.slice(start.length).match(new RegExp(`.{1,${GROUP}}`, 'gsu')) ?? [];
  return start === '' ? groups : [start, ...groups];
}

/** What people read out at the help desk. */
export function lastFour({ secret }: Pick<Recipient, 'secret'>): string {
  return secret.reveal().slice(-4);
}

/** Whose hand-out it is: a name, an address, or the name of a key that is nobody's. */
export function recipientName({ participant, keyName }: Recipient): string {
  return participant ? participantName(participant) : keyName;
}

/** `$1.00, resets daily` */
export function limitText({ limit, limitReset }: Pick<Recipient, 'limit' | 'limitReset'>): string {
  return `${limit === null ? 'no limit' : formatUsd(limit)}${limitReset === null ? '' : `, resets ${limitReset}`}`;
}

/** `Shared by Table 3: Anna Bērziņa, Jānis Ozols and 4 more` */
export function sharedText({ group, members }: SharedBy, most = 3): string {
  const shown = members.slice(0, members.length === most + 1 ? members.length : most).map(participantName);
  const more = members.length - shown.length;
  return `Shared by ${group}: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

export interface TwoTimes {
  /** `Mon 9 Mar 2026, 11:00` */
  local: string;
  /** `GMT+2` */
  zone: string;
  /** `2026-03-09 09:00 UTC`; undefined where the local time is that */
  utc: string | undefined;
}

/** A time for people in a room, and for everybody else. `timeZone`: IANA name; that of the computer by default. */
export function twoTimes(iso: string, timeZone?: string): TwoTimes {
  const format = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...(timeZone !== undefined && { timeZone }),
  });
  const parts = new Map(format.formatToParts(new Date(iso)).map(({ type, value }) => [type, value]));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  const zone = part('timeZoneName');
  const utc = new Date(iso).toISOString();
  return {
    local: `${part('weekday')} ${part('day')} ${part('month')} ${part('year')}, ${part('hour')}:${part('minute')}`,
    zone,
    utc: zone === 'UTC' ? undefined : `${utc.slice(0, 10)} ${utc.slice(11, 16)} UTC`,
  };
}

/** Both times on one line. */
export function timeText(iso: string, timeZone?: string): string {
  const { local, zone, utc } = twoTimes(iso, timeZone);
  return `${local} ${zone}${utc === undefined ? '' : ` (${utc})`}`;
}
