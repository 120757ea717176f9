import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { recipientName } from '../../src/handout/key-text.ts';
import { MAIL_SUBJECT, MAIL_TEXT, mailWords } from '../../src/handout/mail-text.ts';
import { recipientsOf } from '../../src/handout/recipients.ts';
import { composeMail } from '../../src/mail/compose-mail.ts';
import { handedPeople } from '../support/handed-people.ts';
import { useMailServer, useSession } from './support/one-mail.ts';

const SECRET = /sk-or-v1-[0-9a-f]{64}/g;

test('500 people with random names: each mail has the key of its own person, goes to nobody else, and shows none in a header', async () => {
  const { state, expected } = handedPeople(500, 20260309);
  const { recipients } = recipientsOf(state, new Date('2026-03-03T00:00:00Z'));
  const server = await useMailServer();
  const session = useSession(server);
  const guide = { prefix: 'W', clients: [], model: 'openrouter/auto' };
  const template = { subject: `${MAIL_SUBJECT}, {{name}}`, text: MAIL_TEXT };
  for (const recipient of recipients) {
    const [address = ''] = recipient.participant?.emails ?? [];
    const source = await composeMail({
      from: { name: 'Zane', address: 'zane@example.org' },
      to: [{ name: recipientName(recipient), address }],
      ...mailWords(template, recipient, guide),
      messageId: `<${recipient.tag}.1@example.org>`,
      date: new Date('2026-03-09T09:00:00Z'),
    });
    await session.send({ from: 'zane@example.org', to: [address], source }, async () => undefined);
  }
  expect(server.delivered).toHaveLength(expected.length);
  expect(expected.length).toBeGreaterThan(400);
  for (const [at, { to, source }] of server.delivered.entries()) {
    const person = expected[at];
    const bytes = Buffer.from(source);
    const { text = '', to: shown, cc, bcc } = await simpleParser(bytes);
    expect(to).toEqual([person?.participant.emails[0]]);
    expect(shown).toMatchObject({ value: [{ address: person?.participant.emails[0] }] });
    expect([cc, bcc]).toEqual([undefined, undefined]);
    expect(text.match(SECRET)).toEqual([person?.secret]);
    const [head = ''] = bytes.toString('latin1').split('\r\n\r\n');
    for (const part of [head, Buffer.from(head.replaceAll(/[^A-Za-z0-9+/]/g, ''), 'base64').toString('latin1')])
      expect(part).not.toContain(person?.secret.slice(9, 40) ?? 'none');
  }
});
