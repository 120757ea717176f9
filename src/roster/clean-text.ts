import type { PlainCell } from './participant.ts';

/** What nobody sees and nobody means: zero-width, bidirectional and soft-hyphen marks, byte order marks. Joiners inside words stay in names. */
const INVISIBLE = /[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]/g;

/** Words of ASCII with single spaces between them, as most cells hold: there is nothing to clean. */
const CLEAN = /^[!-~]+(?: [!-~]+)*$/;

/** NFC, trimmed, runs of any white space and control characters collapsed to one space, invisible marks removed. */
export function cleanText(text: string): string {
  if (CLEAN.test(text)) return text;
  return text
    .normalize('NFC')
    .replaceAll(INVISIBLE, '')
    .replaceAll(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}

/** A cell's value as text, as the spreadsheet would roughly show it: dates as `2026-05-01`, with the time unless it is midnight. */
export function cellText(value: PlainCell | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (typeof value !== 'object') return String(value);
  const [day = '', time = ''] = value.date.split('T');
  return /^00:00:00/.test(time) ? day : `${day} ${time.slice(0, 8)}`;
}

/** Letters only for comparing: case-folded, no diacritics, punctuation as spaces. */
export function plainWords(text: string): string {
  if (CLEAN.test(text)) {
    return text
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, ' ')
      .trim();
  }
  return cleanText(text)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ł', 'l')
    .replaceAll('ø', 'o')
    .replaceAll('đ', 'd')
    .replaceAll(/[^\p{L}\p{N}]+|\u02bc/gu, ' ')
    .trim();
}
