import { Secret } from '../secret.ts';
import { type Answer, isRecord } from './answer.ts';

/** Keys have 73 characters; what is far longer is none, and would be too much to match. */
const LONGEST = 512;

/**
 * The new key's secret out of the answer to a create, whatever became of the rest: it is shown once, so a renamed field or a cut
 * body must not lose it. Looked for as the top-level `key`, as `data.key`, then as text of a key's shape anywhere but in a label
 * or name. Outside of whole JSON only what a closing quote or the like follows counts: the body may have been cut, and half a
 * secret is none. Never throws.
 *
 * @param isKnown whether a secret is one that we had before, and so not the new key's
 */
export function extractSecret(
  answer: Pick<Answer, 'text' | 'json'>,
  isKnown: (secret: Secret) => boolean = () => false,
): Secret | undefined {
  for (const found of candidates(answer)) {
    const secret = new Secret(found);
    if (!isKnown(secret)) return secret;
  }
  return undefined;
}

/** The surest first. */
function* candidates({ text, json }: Pick<Answer, 'text' | 'json'>): Generator<string> {
  yield* fromJson(json);
  yield* quotedAsKey(text);
  yield* shaped(text);
  if (json === undefined) yield* delimited(text);
}

function* fromJson(json: unknown): Generator<string> {
  if (!isRecord(json)) return;
  for (const value of [json.key, isRecord(json.data) ? json.data.key : undefined]) {
    if (typeof value === 'string' && looksWhole(value)) yield value;
  }
}

/** Long enough, no white space, not masked with dots. */
function looksWhole(value: string): boolean {
  return value.length <= LONGEST && /^[\x21-\x7e]{16,}$/.test(value) && !value.includes('...');
}

// All repetitions are bounded: the text is as long as whoever answers likes.

/** `"key": "…"` in a text that is not JSON as a whole. */
function* quotedAsKey(text: string): Generator<string> {
  for (const [, value] of text.matchAll(/"key"\s{0,99}:\s{0,99}"([^"\\]{16,512})"/g)) {
    if (value !== undefined && looksWhole(value)) yield value;
  }
}

/** A string that is a key and nothing else, in any field but those that are known to hold something else. */
function* shaped(text: string): Generator<string> {
  const matches = text.matchAll(/(?:"(\w{1,99})"\s{0,99}:\s{0,99})?"(sk-or-[A-Za-z0-9_-]{16,500})"/g);
  for (const [, field, value] of matches) {
    if (value !== undefined && field !== 'label' && field !== 'name') yield value;
  }
}

/** Plain text or a web page around a key. */
function* delimited(text: string): Generator<string> {
  for (const [found] of text.matchAll(/(?<![A-Za-z0-9_-])sk-or-[A-Za-z0-9_-]{16,500}(?=[\s'<,;])/g)) yield found;
}
