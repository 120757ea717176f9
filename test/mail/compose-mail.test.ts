import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { composeMail, type MailParts } from '../../src/mail/compose-mail.ts';
import { TEST_KEY } from './support/one-mail.ts';

const PARTS: MailParts = {
  from: { name: 'Zane Liepa', address: 'zane@example.org' },
  to: [{ name: 'Anna Bērziņš', address: 'anna@example.org' }],
  subject: 'Your OpenRouter key',
  text: `Sveiki!\n\nOPENROUTER_API_KEY=${TEST_KEY}\n\n.\nFrom a dot ${'and a very long line '.repeat(20)}`,
  messageId: '<k7f3q2xw.1@example.org>',
  date: new Date('2026-03-09T09:00:00Z'),
};

async function compose(parts: Partial<MailParts>) {
  const source = Buffer.from(await composeMail({ ...PARTS, ...parts }));
  return { source: source.toString('latin1'), mail: await simpleParser(source) };
}

test('a mail is read as it was meant: people, subject, text, attachment', async () => {
  const bytes = new TextEncoder().encode(`<p>${TEST_KEY}</p>`);
  const attachments = [{ name: 'key of Anna Bērziņš.html', contentType: 'text/html', bytes }];
  const { source, mail } = await compose({ attachments, replyTo: 'help@example.org', headers: { 'X-Unsent': '1' } });
  expect(mail.from?.value).toEqual([{ name: 'Zane Liepa', address: 'zane@example.org' }]);
  expect(mail.to).toMatchObject({ value: [{ name: 'Anna Bērziņš', address: 'anna@example.org' }] });
  expect(mail.replyTo?.text).toBe('help@example.org');
  expect([mail.subject, mail.messageId]).toEqual([PARTS.subject, PARTS.messageId]);
  expect(mail.date).toEqual(PARTS.date);
  expect(mail.text?.trimEnd()).toBe(PARTS.text.trimEnd());
  expect(mail.attachments).toMatchObject([{ filename: 'key of Anna Bērziņš.html', content: Buffer.from(bytes) }]);
  expect(source).toMatch(/^X-Unsent: 1\r$/m);
});

test('it has CRLF only, and no line that a server has to cut', async () => {
  const { source } = await compose({ text: `ā${'x'.repeat(5000)}\r\rb\n\n${TEST_KEY}` });
  expect(source.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/);
  expect(Math.max(...source.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
});

test('no name and no subject begins a header or names somebody else', async () => {
  const name = 'Anna\r\nBcc: spy@example.org, "<spy@example.org>"';
  const subject = 'Your key\r\nBcc: spy@example.org\r\n\r\nand a body';
  const { source, mail } = await compose({ to: [{ name, address: 'anna@example.org' }], subject });
  const [head = ''] = source.split('\r\n\r\n');
  expect(head).not.toMatch(/^Bcc:/im);
  expect(mail.to).toMatchObject({ value: [{ address: 'anna@example.org' }] });
  expect([mail.bcc, mail.cc]).toEqual([undefined, undefined]);
});

test.each([
  ['two addresses in one', { to: [{ name: '', address: 'anna@example.org,spy@example.org' }] }],
  ['a line break in an address', { to: [{ name: '', address: 'anna@example.org\r\nBcc: spy@example.org' }] }],
  ['a name in an address', { to: [{ name: '', address: 'Anna <anna@example.org>' }] }],
  ['another sender', { from: { address: 'zane@example.org, spy@example.org' } }],
  ['a copy for somebody', { headers: { Bcc: 'spy@example.org' } }],
  ['a header of two lines', { headers: { 'X-Note': 'a\r\nBcc: spy@example.org' } }],
])('%s is our own bug and stops', async (_, parts) => {
  await expect(composeMail({ ...PARTS, ...parts })).rejects.toThrow('Broken invariant');
});
