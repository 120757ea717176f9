import { expect, test } from 'vitest';
import { readReply } from '../../src/mail/server-reply.ts';
import { TEST_KEY } from './support/one-mail.ts';

test.each([
  ['250 2.0.0 Ok: queued as 4F1', 250, '2.0.0 Ok: queued as 4F1'],
  ['550-5.1.1 no such\n550 5.1.1 user', 550, '5.1.1 no such 5.1.1 user'],
  ['421', 421, ''],
  ['no reply at all', 0, 'no reply at all'],
  ['5500 strange', 0, '5500 strange'],
  ['550 red \u001b[31m and \u202e turned\tround', 550, 'red [31m and turned round'],
])('%j', (raw, status, text) => {
  expect(readReply(raw)).toEqual({ status, text });
});

test('what a key could be part of is masked, and a page is cut', () => {
  const half = TEST_KEY.slice(20, 60);
  const base64 = Buffer.from(TEST_KEY).toString('base64');
  const { text } = readReply(`554 ${TEST_KEY} ${half} ${base64} ${'word '.repeat(200)}`, ['word']);
  for (const secret of [TEST_KEY, half, base64.slice(0, 20), 'word']) expect(text).not.toContain(secret);
  expect([...text].length).toBeLessThanOrEqual(300);
});
