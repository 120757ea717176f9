import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Redactor, Secret } from '../src/secret.ts';

const KEY = 'sk-or-v1-test-abcdefghijklmnopqrstuvwxyz';
/** Nothing about it looks like an OpenRouter key. */
const ODD = 'or2/Management+Key=0123456789';

function redactorOf(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.learn(new Secret(secret));
  return redactor;
}
const base64 = (text: string) => Buffer.from(text).toString('base64');

describe('a secret that a run knows is masked', () => {
  test.each<[string, string]>([
    ['as it is', ODD],
    ['twice', `${ODD}${ODD}`],
    ['in URL encoding', encodeURIComponent(ODD)],
    ['with every byte in URL encoding', [...Buffer.from(ODD)].map((byte) => `%${byte.toString(16)}`).join('')],
    ['in base64', base64(ODD)],
    ['in base64 for URLs', Buffer.from(ODD).toString('base64url')],
    ['in base64 after one byte', base64(`:${ODD}`)],
    ['in base64 after two bytes, with more behind', base64(`a:${ODD} and more`)],
    ['in base64 of a header', base64(`Bearer ${ODD}\r\n`)],
  ])('%s', (_, form) => {
    const shown = redactorOf(KEY, ODD).redact(`before ${form} after`);
    expect(shown).toMatch(/^before .*or2\.\.\.|^before .*\.\.\./);
    expect(shown).toMatch(/ after$/);
    for (const text of [shown, decodeURIComponent(shown), ...wordsDecoded(shown)])
      expect(text).not.toContain('Management+Key');
  });

  test('also one that is learned between two texts', () => {
    const redactor = redactorOf(KEY);
    expect(redactor.redact(`${KEY} ${ODD}`)).toContain(ODD);
    redactor.learn(new Secret(ODD));
    expect(redactor.redact(`before ${base64(ODD)}`)).not.toContain(base64(ODD));
  });

  test('among thousands, in a long text', () => {
    const many = Array.from({ length: 5000 }, (_, n) => `sk-or-v1-test-secret-number-${String(n).padStart(6, '0')}`);
    const redactor = redactorOf(...many, ODD);
    const text = `${'x'.repeat(100_000)}${ODD}${'sk-or-v1-'.repeat(1000)}`;
    expect(redactor.redact(text)).not.toContain(ODD);
  });

  function wordsDecoded(text: string): string[] {
    return text.split(' ').map((word) => Buffer.from(word, 'base64').toString('latin1'));
  }
});

test('what looks like a key is masked without being known', () => {
  expect(redactorOf().redact(`x ${KEY} y`)).toBe('x sk-or-v1-tes...wxyz y');
});

test('a short value is a word that may occur anywhere, and stays', () => {
  expect(redactorOf('password').redact('the password')).toBe('the password');
});

test('other text stays as it is', () => {
  const text = 'Anda Ozola, anda@example.org, c2stb3ItdjEt, 100 %, ā€😀';
  expect(redactorOf(KEY, ODD).redact(text)).toBe(text);
});

test('a redactor shows nothing of what it knows', () => {
  expect(inspect(redactorOf(ODD), { depth: 9, showHidden: true })).not.toContain('Management');
  expect(JSON.stringify(redactorOf(ODD))).not.toContain('Management');
});
