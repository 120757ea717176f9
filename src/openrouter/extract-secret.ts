import { Secret } from '../secret.ts';
import { isRecord } from './answer.ts';

/**
 * The new key's secret out of the answer to a create, whatever became of the rest: it is shown once, so a renamed field or a cut
 * body must not lose it. Looked for as the top-level `key`, as `data.key`, then as text of a key's shape anywhere but in a label
 * or name. Outside of whole JSON only what a closing quote or the like follows counts: the body may have been cut, and half a
 * secret is none.
 *
 * @param text the body, or what arrived of it
 */
export function extractSecret(text: string): Secret | undefined {
  const found = fromJson(text) ?? quotedAsKey(text) ?? shaped(text) ?? delimited(text);
  return found === undefined ? undefined : new Secret(found);
}

function fromJson(text: string): string | undefined {
  const json = parse(text);
  if (!isRecord(json)) {
    return undefined;
  }
  const inData = isRecord(json.data) ? json.data.key : undefined;
  return [json.key, inData].filter((value) => typeof value === 'string').find(looksWhole);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Long enough, no white space, not masked with dots. */
function looksWhole(value: string): boolean {
  return /^[\x21-\x7e]{16,}$/.test(value) && !value.includes('...');
}

/** `"key": "…"` in a text that is not JSON as a whole. */
function quotedAsKey(text: string): string | undefined {
  const matches = text.matchAll(/"key"\s*:\s*"([^"\\]+)"/g);
  return [...matches].flatMap(([, value]) => value ?? []).find(looksWhole);
}

/** A string that is a key and nothing else, in any field but those that are known to hold something else. */
function shaped(text: string): string | undefined {
  const matches = text.matchAll(/(?:"(\w+)"\s*:\s*)?"(sk-or-[A-Za-z0-9_-]{16,})"/g);
  return [...matches].find(([, field]) => field !== 'label' && field !== 'name')?.[2];
}

/** Plain text or a web page around a key. */
function delimited(text: string): string | undefined {
  return parse(text) === undefined ? /\bsk-or-[A-Za-z0-9_-]{16,}(?=[\s'<,;])/.exec(text)?.[0] : undefined;
}
