/** Text for an XML part, without what XML forbids. */
export function xmlText(text: string): string {
  return withoutForbidden(text).replaceAll(/[&<>"\r]/g, (found) => ESCAPES[found] ?? '');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** XML 1.0 forbids control characters, unpaired surrogates, U+FFFE and U+FFFF. */
export function withoutForbidden(text: string): string {
  return text.replaceAll(FORBIDDEN, '');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;
