import { describe, expect, test } from 'vitest';
import { toAnswer } from '../../src/openrouter/answer.ts';
import { extractSecret } from '../../src/openrouter/extract-secret.ts';
import { CREATED, SECRET } from './client-under-test.ts';

const extract = (text: string) => extractSecret(toAnswer({ status: 201, headers: {}, text }, String));
const WHOLE = JSON.stringify(CREATED);
const OTHER = 'sk-or-v1-test-another-secret-0123456789abcdef';

describe('a secret is found', () => {
  test.each<[string, string]>([
    ['as the top-level key', WHOLE],
    ['as data.key', JSON.stringify({ data: { key: SECRET } })],
    ['top level before data.key', JSON.stringify({ data: { key: OTHER }, key: SECRET })],
    ['as data.key where the top-level key is no text', JSON.stringify({ key: { id: 1 }, data: { key: SECRET } })],
    [
      'as data.key where the top-level key is masked',
      JSON.stringify({ key: 'sk-or-v1-tes...6789', data: { key: SECRET } }),
    ],
    ['in a field of another name', JSON.stringify({ data: { api_key: SECRET } })],
    ['in a list', JSON.stringify({ keys: [SECRET] })],
    ['in a field of another name, not in the label', JSON.stringify({ label: OTHER, name: OTHER, api_key: SECRET })],
    ['in JSON with white space', JSON.stringify(CREATED, null, 2)],
    ['in JSON that something was added to', `${WHOLE}<!-- served by proxy -->`],
    ['in plain text', `your key: ${SECRET}\n`],
    ['in a page', `<p>${SECRET}</p>`],
    ['in a body that was cut right after its quote', WHOLE.slice(0, WHOLE.indexOf(SECRET) + SECRET.length + 1)],
  ])('%s', (_, text) => {
    expect(extract(text)?.reveal()).toBe(SECRET);
  });

  test('even if keys begin with something else one day', () => {
    expect(extract(JSON.stringify({ key: 'or2_0123456789abcdef0123' }))?.reveal()).toBe('or2_0123456789abcdef0123');
  });
});

describe('no secret is found', () => {
  test.each<[string, string]>([
    ['in nothing', ''],
    ['in JSON without one', JSON.stringify({ data: CREATED.data })],
    ['in a masked label', JSON.stringify({ data: { label: 'sk-or-v1-0e6...1c96' } })],
    ['in a name that looks like one', JSON.stringify({ data: { name: OTHER } })],
    ['in an empty key', JSON.stringify({ key: '' })],
    ['in a page', '<!DOCTYPE html><html>Log in</html>'],
  ])('%s', (_, text) => {
    expect(extract(text)).toBeUndefined();
  });

  test('wherever the body is cut before the closing quote of the secret', () => {
    const end = WHOLE.indexOf(SECRET) + SECRET.length;
    const found = Array.from({ length: end + 1 }, (_, at) => extract(WHOLE.slice(0, at)));
    expect(found.filter((secret) => secret !== undefined)).toEqual([]);
  });
});
