import { lookalikeLetters } from './lookalikes.ts';

export type CheckedAddress =
  | { address: string; key: string }
  | { problem: 'invalid_email' | 'lookalike_letters'; why: string };

/** Nearly every address. It needs no more checks, whose classes of all letters of Unicode take some milliseconds to compile. */
const PLAIN = /^[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,}$/i;
/** Letters and digits of any script, and what RFC 5321 allows without quotes. */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~.-]{1,64}$/u;
const LABEL = /^(?!-)[\p{L}\p{M}\p{N}-]{1,63}(?<!-)$/u;

/** What stands before the last `@` of an address; empty without one. */
export function localPart(address: string): string {
  return address.slice(0, Math.max(0, address.lastIndexOf('@')));
}

/**
 * Checks one address. `address` keeps the local part as typed, the domain lower-case; `key` is what addresses are compared by:
 * all lower-case, the domain in its ASCII form.
 */
export function checkAddress(text: string): CheckedAddress {
  const at = text.lastIndexOf('@');
  const local = text.slice(0, at);
  const domain = text.slice(at + 1).toLowerCase();
  if (text.length < 64 && PLAIN.test(text)) return { address: `${local}@${domain}`, key: text.toLowerCase() };
  const bad = (why: string): CheckedAddress => ({ problem: 'invalid_email', why });
  if (text.length > 320) return bad('it is longer than an address can be');
  if (at < 0) return bad('it has no @');
  if (local.includes('@')) return bad('it has more than one @');
  if (local === '') return bad('nothing stands before the @');
  if (domain === '') return bad('nothing stands after the @');
  if (!LOCAL_PART.test(local)) return bad('the part before the @ has characters that addresses do not have');
  if (/^\.|\.$|\.\./.test(local)) return bad('a dot stands at the start, at the end, or doubled before the @');
  const labels = domain.split('.');
  if (labels.length < 2) return bad('the part after the @ has no dot, so it is no domain');
  if (labels.includes('')) return bad('a dot stands at the start, at the end, or doubled after the @');
  if (!labels.every((label) => LABEL.test(label))) return bad('the part after the @ is no domain');
  if (!/^(?:xn--[a-z0-9-]+|[\p{L}\p{M}]{2,})$/u.test(labels.at(-1) ?? '')) return bad('the domain has no valid ending');
  const strange = lookalikeLetters(local) ?? labels.map(lookalikeLetters).find((letters) => letters !== undefined);
  if (strange !== undefined)
    return { problem: 'lookalike_letters', why: `it has letters that look like Latin ones but are not: ${strange}` };
  const ascii = asciiDomain(domain);
  if (ascii === undefined || local.length + ascii.length > 253) return bad('the part after the @ is no domain');
  return { address: `${local}@${domain}`, key: `${local.toLowerCase()}@${ascii}` };
}

/** people of one roster share a few domains; the bound is for hostile files */
const MOST_DOMAINS = 1_000;
const knownDomains = new Map<string, string | undefined>();

/** The domain's ASCII form (punycode); undefined when IDNA forbids it. */
function asciiDomain(domain: string): string | undefined {
  if (knownDomains.has(domain)) return knownDomains.get(domain);
  const ascii = URL.canParse(`http://${domain}/`) ? new URL(`http://${domain}/`).hostname : undefined;
  if (knownDomains.size < MOST_DOMAINS) knownDomains.set(domain, ascii);
  return ascii;
}
