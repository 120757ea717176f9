/** OpenRouter documents no maximum for a name; up to here it is known to work. UTF-16 units, the strictest count. */
export const MAX_KEY_NAME = 100;

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const TAG_BYTES = 5;
const TAG = /_([a-z2-7]{8})$/;

/** A new tag: 40 random bits as 8 letters of lower-case base32 (RFC 4648). It makes a key provably ours and its name unique. */
export function newTag(random: (bytes: number) => Uint8Array): string {
  let bits = 0n;
  for (const byte of random(TAG_BYTES)) bits = (bits << 8n) | BigInt(byte);
  let tag = '';
  for (let shift = 35n; shift >= 0n; shift -= 5n) tag += BASE32.charAt(Number((bits >> shift) & 31n));
  return tag;
}

/** The tag that ends a key's name, or undefined when it does not look like one of ours. */
export function tagOf(keyName: string): string | undefined {
  return TAG.exec(keyName)?.[1];
}

/** A key's name without the tag that ends it; a name without a tag as it is. */
export function withoutTag(keyName: string): string {
  return keyName.replace(TAG, '');
}

/** A prefix as it stands in names and folders: composed, spaces as underscores, nothing invisible. */
export function cleanPrefix(text: string): string {
  return nameWord(text);
}

/** A key's name as somebody typed it, its spaces too: composed, nothing invisible. */
export function typedStem(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .trim();
}

/** Whether two names are one to whoever types them: neither case counts nor whether words are parted by spaces or underscores. */
export function isSameStem(one: string, other: string): boolean {
  const fold = (stem: string) => nameWord(cut(stem, MAX_KEY_NAME - 9)).toLowerCase();
  return fold(one) === fold(other);
}

/** Selects by prefix: `BSSDH_2025` means `BSSDH_2025_…`, not `BSSDH_2025b_…`. */
export function hasPrefix(keyName: string, prefix: string): boolean {
  return keyName.normalize('NFC').startsWith(`${cleanPrefix(prefix)}_`);
}

/** `<prefix>_<Name>_<Surname>`: the part of a key's name that tells a person, without the tag. */
export function nameStem(prefix: string, person: { name: string; surname: string; emails: readonly string[] }): string {
  const words = [person.name, person.surname].filter((word) => word !== '');
  const address = person.emails.slice(0, 1).map((email) => email.replace(/@.*/s, ''));
  return [prefix, ...(words.length > 0 ? words : address)].map(nameWord).filter(Boolean).join('_');
}

/** `<stem>_<tag>`, at most 100 characters: a long stem is cut between letters as a reader sees them, the tag never. */
export function keyName(stem: string, tag: string): string {
  return `${cut(stem, MAX_KEY_NAME - tag.length - 1)}_${tag}`;
}

/** Stems compared: the same person's name as another tool or an older run may have written it. */
export function foldStem(stem: string): string {
  return cut(stem, MAX_KEY_NAME - 9)
    .normalize('NFC')
    .toLowerCase();
}

function nameWord(word: string): string {
  return typedStem(word).replaceAll(/\s+/gu, '_');
}

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (kept.length + segment.length > max) break;
    kept += segment;
  }
  return kept.replace(/[_\s]+$/u, '');
}
