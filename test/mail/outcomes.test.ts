import { simpleParser } from 'mailparser';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../src/errors.ts';
import type { MailFault, MailMoment } from '../../src/sandbox/mail-server.ts';
import { mailTo, TEST_KEY, trySending, useMailServer, useSession } from './support/one-mail.ts';

const SHORT = { connect: 400, envelope: 400, text: 400 };
const at = (step: MailMoment['step'], fault: MailFault) => (moment: MailMoment) =>
  moment.step === step ? fault : undefined;

describe.each([
  ['one command at a time', false],
  ['commands in one go', true],
])('with %s', (_, pipelining) => {
  test('a mail that the server takes is accepted, and arrives as it was made', async () => {
    const server = await useMailServer({ pipelining });
    const sent = await trySending(useSession(server), await mailTo('anna@example.org'));
    expect(sent.outcome).toEqual({
      kind: 'accepted',
      status: 250,
      reply: '2.0.0 Accepted by the sandbox, delivered to nobody',
      refused: [],
    });
    expect(server.delivered).toMatchObject([{ from: 'zane@example.org', to: ['anna@example.org'] }]);
    const { text } = await simpleParser(Buffer.from(server.delivered[0]?.source ?? ''));
    expect(text).toContain(TEST_KEY);
  });

  test.each(['drop', 'silence'] as const)(
    'nothing was sent when the server can do only %s before it asks',
    async (fault) => {
      for (const step of ['MAIL', 'RCPT', 'DATA'] as const) {
        const server = await useMailServer({ pipelining, faultAt: at(step, fault) });
        const sent = await trySending(useSession(server, { timeouts: SHORT }), await mailTo('anna@example.org'));
        expect([step, sent.outcome?.kind, sent.asked]).toEqual([step, 'not_sent', 0]);
        expect(server.delivered).toEqual([]);
      }
    },
  );

  test.each(['drop', 'silence'] as const)(
    'the mail is in doubt after a %s once the server had asked',
    async (fault) => {
      for (const step of ['body', 'end', 'delivered'] as const) {
        const server = await useMailServer({ pipelining, faultAt: at(step, fault) });
        const sent = await trySending(useSession(server, { timeouts: SHORT }), await mailTo('anna@example.org'));
        expect([step, sent.outcome?.kind, sent.asked]).toEqual([step, 'unknown', 1]);
        expect([step, server.delivered.length]).toEqual([step, step === 'delivered' ? 1 : 0]);
      }
    },
  );

  test.each([421, 450, 451, 452, 454, 501, 503, 550, 551, 552, 553, 554])(
    '%i is a certain no at every step',
    async (status) => {
      const places = { MAIL: 'from', RCPT: 'to', DATA: 'message', end: 'message' } as const;
      for (const [step, place] of Object.entries(places)) {
        const reply = `${status}-5.7.1 first line\r\n${status} 5.7.1 and the second`;
        const server = await useMailServer({ pipelining, faultAt: at(step as keyof typeof places, { reply }) });
        const session = useSession(server, { timeouts: SHORT });
        const { outcome, asked } = await trySending(session, await mailTo('anna@example.org'));
        const where = status === 421 ? expect.any(String) : place;
        expect([step, outcome]).toEqual([
          step,
          {
            kind: 'refused',
            at: where,
            status,
            permanent: status >= 500,
            reply: '5.7.1 first line 5.7.1 and the second',
          },
        ]);
        expect([step, asked]).toEqual([step, step === 'end' ? 1 : 0]);
        expect(server.delivered).toEqual([]);
      }
    },
  );

  test('after a refusal and after a lost connection the next mail of the session goes out', async () => {
    for (const [step, fault] of [
      ['RCPT', { reply: '550 no such user' }],
      ['MAIL', { reply: '451 later' }],
      ['DATA', { reply: '451 later' }],
      ['end', { reply: '554 spam' }],
      ['MAIL', 'drop'],
      ['body', 'drop'],
    ] as const) {
      const server = await useMailServer({
        pipelining,
        faultAt: (moment) => (moment.mail === 1 ? at(step, fault)(moment) : undefined),
      });
      const session = useSession(server);
      const first = await trySending(session, await mailTo('anna@example.org'));
      const second = await trySending(session, await mailTo('janis@example.org'));
      expect([step, first.outcome?.kind === 'accepted', second.outcome?.kind]).toEqual([step, false, 'accepted']);
      expect(server.delivered.map(({ to }) => to)).toEqual([['janis@example.org']]);
    }
  });

  test('of two addresses of a person one can be refused', async () => {
    const faultAt = ({ address }: MailMoment): MailFault | undefined =>
      address === 'old@example.org' ? { reply: '550 5.1.1 no such user' } : undefined;
    const server = await useMailServer({ pipelining, faultAt });
    const { outcome } = await trySending(useSession(server), await mailTo('old@example.org', 'anna@example.org'));
    expect(outcome).toMatchObject({
      kind: 'accepted',
      refused: [{ address: 'old@example.org', status: 550, reply: '5.1.1 no such user' }],
    });
    expect(server.delivered).toMatchObject([{ to: ['anna@example.org'] }]);
  });

  test('no byte of the text leaves before the line about it is written, and none if it cannot be', async () => {
    const happened: string[] = [];
    const server = await useMailServer({
      pipelining,
      faultAt: ({ step }) => {
        happened.push(step);
        return undefined;
      },
    });
    const full = new Error('the disk is full');
    const session = useSession(server);
    const sending = session.send(await mailTo('anna@example.org'), async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      happened.push('line');
      throw full;
    });
    await expect(sending).rejects.toBe(full);
    const second = await trySending(session, await mailTo('janis@example.org'));
    expect(second.outcome?.kind).toBe('accepted');
    const order = happened.filter((step) => ['DATA', 'line', 'body'].includes(step));
    expect(order).toEqual(['DATA', 'line', 'DATA', 'body']);
    expect(server.delivered).toMatchObject([{ to: ['janis@example.org'] }]);
  });

  test('a server that answers the text with a second question leaves a doubt', async () => {
    const server = await useMailServer({ pipelining, faultAt: at('end', { reply: '354 go on' }) });
    const { outcome } = await trySending(useSession(server), await mailTo('anna@example.org'));
    expect(outcome?.kind).toBe('unknown');
  });
});

test.each([
  ['greeting', 'drop', 'mail_unreachable'],
  ['greeting', 'silence', 'mail_unreachable'],
  ['greeting', { reply: '554 no service here' }, 'mail_unreachable'],
  ['greeting', { reply: '421 too busy' }, 'mail_unreachable'],
  ['EHLO', 'drop', 'mail_unreachable'],
  ['EHLO', 'silence', 'mail_unreachable'],
  ['EHLO', { reply: '421 too busy' }, 'mail_unreachable'],
] as const)('a %s with %j stops everything: nothing was sent', async (step, fault, code) => {
  const server = await useMailServer({ faultAt: at(step, fault) });
  const { error, asked } = await trySending(useSession(server, { timeouts: SHORT }), await mailTo('anna@example.org'));
  expect(error).toBeInstanceOf(CliError);
  expect(error).toMatchObject({ code, exitCode: 5 });
  expect([asked, server.delivered]).toEqual([0, []]);
});

test('nobody listens: exit 5', async () => {
  const { error } = await trySending(useSession({ port: 1 }), await mailTo('anna@example.org'));
  expect(error).toMatchObject({ code: 'mail_unreachable', exitCode: 5, message: 'No connection to 127.0.0.1:1.' });
});

test('a login that is wanted only when the mail begins stops everything: exit 4', async () => {
  for (const reply of ['530 5.7.57 Client not authenticated', '535 5.7.8 no', '534 5.7.9 no', '538 5.7.11 no']) {
    const server = await useMailServer({ faultAt: at('MAIL', { reply }) });
    const { error } = await trySending(useSession(server), await mailTo('anna@example.org'));
    expect(error).toMatchObject({ code: 'mail_login', exitCode: 4 });
  }
});

test.each(['greeting', 'EHLO'] as const)('the first Ctrl-C ends the wait for a %s', async (step) => {
  const stop = new AbortController();
  const server = await useMailServer({
    faultAt: (moment) => {
      if (moment.step !== step) return undefined;
      setTimeout(() => stop.abort(), 20);
      return 'silence';
    },
  });
  const { error, asked } = await trySending(
    useSession(server, { stop: stop.signal }),
    await mailTo('anna@example.org'),
  );
  expect([error, asked]).toMatchObject([{ code: 'interrupted', exitCode: 130 }, 0]);
});

test('the second Ctrl-C drops a mail: not sent before the server asked, in doubt after it', async () => {
  for (const [step, kind] of [
    ['RCPT', 'not_sent'],
    ['end', 'unknown'],
  ] as const) {
    const stop = new AbortController();
    const faultAt = (moment: MailMoment) => {
      if (moment.step !== step) return undefined;
      setTimeout(() => stop.abort(), 20);
      return 'silence' as const;
    };
    const server = await useMailServer({ faultAt });
    const { outcome } = await trySending(
      useSession(server, { stopNow: stop.signal }),
      await mailTo('anna@example.org'),
    );
    expect(outcome?.kind).toBe(kind);
  }
});

test('letters beyond ASCII before the @ are refused in words where the server does not take them', async () => {
  const without = await useMailServer({ faultAt: at('EHLO', { reply: '250-old\r\n250 SIZE 1000000' }) });
  const session = useSession(without);
  expect((await trySending(session, await mailTo('annā@example.org'))).outcome).toEqual({
    kind: 'refused',
    at: 'to',
    status: 553,
    reply: '5.6.7 the server accepts no letters beyond ASCII before the @, as in annā@example.org',
    permanent: true,
  });
  expect((await trySending(session, await mailTo('anna@bānka.example.org'))).outcome?.kind).toBe('accepted');
  expect(without.delivered).toMatchObject([{ to: ['anna@xn--bnka-qsa.example.org'] }]);
});

test('letters beyond ASCII go where the server takes them', async () => {
  const server = await useMailServer();
  await trySending(useSession(server), await mailTo('annā@example.org'));
  expect(server.delivered).toMatchObject([{ to: ['annā@example.org'] }]);
});

test('a message that is larger than the server accepts is refused before it leaves', async () => {
  const server = await useMailServer({ faultAt: at('EHLO', { reply: '250-small\r\n250 SIZE 100' }) });
  const session = useSession(server);
  const { outcome, asked } = await trySending(session, await mailTo('anna@example.org'));
  expect([outcome, asked]).toMatchObject([{ kind: 'refused', at: 'message', status: 552, permanent: true }, 0]);
});
