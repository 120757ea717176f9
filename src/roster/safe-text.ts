import { redactSecrets } from '../secret.ts';

/** What a terminal or a log could be tricked with: control, bidirectional, zero-width and unpaired characters. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/gu;
const LONGEST = 120;

/** A text from a file, safe to stand in a message: escapes as `\u202e`, no secrets, at most 120 characters. */
export function safeText(text: string): string {
  const shown = redactSecrets(text).replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t');
  const escaped = shown.replaceAll(
    UNSAFE,
    (found) => `\\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
  const letters = [...escaped];
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join('')}…` : escaped;
}
