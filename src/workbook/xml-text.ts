/** Text for an XML part. What XML 1.0 forbids is left out: control characters, unpaired surrogates, U+FFFE and U+FFFF. */
export function xmlText(text: string): string {
  return text.replaceAll(SPECIAL, (found) => ESCAPES[found] ?? '');
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids
const SPECIAL = /[&<>"\r]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Cs}/gu;
