import { expect, test } from 'vitest';
import { applyMail, type NewMailLine } from '../../src/apply/apply-mail.ts';
import { createMailPace } from '../../src/apply/mail-pace.ts';
import { CliError, cannotSaveError, EXIT } from '../../src/errors.ts';
import { emptyMailings, foldMailing } from '../../src/handout/fold-mailings.ts';
import { type MailPlan, type PlannedMail, planMail } from '../../src/handout/plan-mail.ts';
import type { Recipient } from '../../src/handout/recipients.ts';
import { Secret } from '../../src/secret.ts';
import { ACCEPTED, refusal, type Scripted, scriptedSession } from '../support/fake-mail-session.ts';

function people(count: number): Recipient[] {
  return Array.from({ length: count }, (_, at) => ({
    participant: { row: at + 2, rows: [at + 2], name: `P${at}`, surname: 'X', emails: [`p${at}@example.org`] },
    ...{ inRoster: true, tag: `tag${at}`, keyName: `W_${at}`, hash: `hash${at}` },
    ...{ secret: new Secret(`sk-or-v1-test-${at}`), limit: 1, limitReset: null, expiresAt: null, disabled: false },
  }));
}

/** A log in memory, a clock that waits at once, and people who get mails in several runs. */
function world(count: number, rate?: number) {
  let time = Date.parse('2026-03-02T09:00:00Z');
  const mailings = emptyMailings();
  const lines: NewMailLine[] = [];
  const waits: string[] = [];
  const slept: number[] = [];
  const stop = new AbortController();
  const now = () => new Date(time);
  const sleep = async (ms: number) => {
    slept.push(ms);
    time += ms;
  };
  const recipients = people(count);
  const wishes = { to: 'first', from: 'zane@example.org', limit: undefined, again: [], retryRefused: false } as const;
  const plan = (more: object = {}): MailPlan =>
    planMail({ recipients, leftOut: [] }, mailings, { ...wishes, ...more, personOf: (tag) => tag });
  const run = async (
    script: readonly Scripted[],
    more: {
      mails?: PlannedMail[];
      failAt?: (line: NewMailLine) => boolean;
      gone?: string;
      stopAfter?: number;
      stopInWait?: true;
    } = {},
  ) => {
    const session = scriptedSession(script);
    const starts: number[] = [];
    let results = 0;
    const done = await applyMail(more.mails ?? plan().mails, {
      session: {
        send: async (mail, beforeText) => {
          starts.push(time);
          const outcome = await session.send(mail, beforeText);
          time += 100;
          return outcome;
        },
      },
      append: async (line) => {
        if (more.failAt?.(line)) throw cannotSaveError('disk_full', 'The disk is full.');
        lines.push(line);
        foldMailing(mailings, { ...line, at: now().toISOString() });
      },
      compose: async ({ to }) => ({ from: 'zane@example.org', to, source: new Uint8Array(), content: 'sha256:x' }),
      isPresent: async (tag) => tag !== more.gone,
      batch: 'b',
      pace: createMailPace(rate, [], { now, sleep }),
      sleep,
      stop: stop.signal,
      onResult: () => {
        results += 1;
        if (results === more.stopAfter) stop.abort();
      },
      onWait: (text) => {
        waits.push(text);
        if (more.stopInWait) stop.abort();
      },
    });
    return { ...done, session, starts, said: done.results.map(({ result }) => result) };
  };
  return { run, plan, lines, mailings, waits, slept };
}

const UNKNOWN = { kind: 'unknown', reason: 'closed' } as const;
const LOST = { kind: 'not_sent', reason: 'closed' } as const;

test('the line is on disk before the text leaves, and the outcome after it', async () => {
  const { run, lines } = world(1);
  await run([]);
  expect(lines.map(({ type }) => type)).toEqual(['mailing', 'mailed']);
});

test('54 people in two runs, the first of which is lost in the middle of mail 30: nobody gets two', async () => {
  const { run, plan } = world(54);
  const first = await run([...Array.from({ length: 29 }, () => ACCEPTED), UNKNOWN, UNKNOWN]);
  expect(first.stopped?.code).toBe('mail_in_doubt');
  expect(plan().inDoubt).toHaveLength(2);
  const second = await run([]);
  const got = [...first.session.sent, ...second.session.sent].map(({ to }) => to[0]);
  expect(new Set(got).size).toBe(got.length);
  expect(got).toHaveLength(54);
  expect(second.session.sent).toHaveLength(23);
  expect(plan().mails).toEqual([]);
});

test('a refused address goes on, and is left out until the address changes or --retry-refused', async () => {
  const { run, plan } = world(3);
  const { said, stopped } = await run([refusal(550, '5.1.1 no such user')]);
  expect(said).toEqual(['refused', 'accepted', 'accepted']);
  expect(stopped).toBeUndefined();
  expect(plan().refused.map(({ mail }) => mail.to)).toEqual([['p0@example.org']]);
  expect(plan({ retryRefused: true }).mails.map(({ messageId }) => messageId)).toEqual(['<tag0.1@example.org>']);
});

test('what the server does not take now is tried again after 30, 60 and 120 s, then the run stops with exit 5', async () => {
  const { run, waits, slept, plan } = world(2);
  const { said, stopped, session } = await run(Array.from({ length: 4 }, () => refusal(451, '4.7.1 greylisted')));
  expect(slept).toEqual([30_000, 60_000, 120_000]);
  expect(waits[0]).toBe('the server asks for later (4.7.1 greylisted), waiting 30 s');
  expect(said).toEqual(['not_started', 'not_started']);
  expect(stopped?.exitCode).toBe(EXIT.UNREACHABLE);
  expect(session.tried).toHaveLength(4);
  expect(plan().mails).toHaveLength(2);
});

test('a mail that is taken at the second try counts once', async () => {
  const { run, plan } = world(1);
  const { said } = await run([refusal(452, 'full', 'message')]);
  expect(said).toEqual(['accepted']);
  expect(plan().had).toHaveLength(1);
});

test('three refusals of the text in a row with the same words stop the run with exit 3; other words do not', async () => {
  const spam = (id: string) => refusal(554, `5.7.1 spam, id ${id}`, 'message');
  const { run } = world(5);
  const { said, stopped } = await run([spam('4F1'), spam('4F2'), spam('4F3')]);
  expect(said).toEqual(['refused', 'refused', 'refused', 'not_started', 'not_started']);
  expect([stopped?.code, stopped?.exitCode]).toEqual(['mail_policy', EXIT.PARTIAL]);
  const other = await world(5).run([spam('4F1'), spam('4F2'), refusal(552, 'too big', 'message'), spam('4F3')]);
  expect(other.stopped).toBeUndefined();
});

test('three addresses in a row that do not exist are no reason to stop', async () => {
  const { stopped } = await world(4).run(Array.from({ length: 3 }, () => refusal(550, '5.1.1 no such user')));
  expect(stopped).toBeUndefined();
});

test('a connection lost before the text is opened once more; lost again, the run stops with exit 5', async () => {
  expect((await world(2).run([LOST])).said).toEqual(['accepted', 'accepted']);
  const { run, plan } = world(2);
  const { said, stopped } = await run([LOST, LOST]);
  expect(said).toEqual(['not_started', 'not_started']);
  expect(stopped?.exitCode).toBe(EXIT.UNREACHABLE);
  expect(plan().mails).toHaveLength(2);
});

test('a doubt goes on with the next, and two in a row stop', async () => {
  expect((await world(3).run([UNKNOWN, ACCEPTED, UNKNOWN])).stopped).toBeUndefined();
  const { said, stopped } = await world(3).run([UNKNOWN, UNKNOWN]);
  expect(said).toEqual(['unknown', 'unknown', 'not_started']);
  expect(stopped?.exitCode).toBe(EXIT.PARTIAL);
});

test('a line that cannot be written before the text: nothing leaves, exit 6', async () => {
  const { run, plan } = world(2);
  const { said, stopped, session } = await run([], { failAt: ({ type }) => type === 'mailing' });
  expect(session.sent).toEqual([]);
  expect(said).toEqual(['not_started', 'not_started']);
  expect(stopped?.exitCode).toBe(EXIT.CANNOT_SAVE);
  expect(plan().mails).toHaveLength(2);
});

test('accepted, but it cannot be written: the run stops with exit 6, and the mail is in doubt', async () => {
  const { run, plan } = world(2);
  const { said, stopped } = await run([], { failAt: ({ type }) => type === 'mailed' });
  expect(said).toEqual(['unknown', 'not_started']);
  expect(stopped?.exitCode).toBe(EXIT.CANNOT_SAVE);
  expect(plan().inDoubt).toHaveLength(1);
});

test('a login that is refused stops the run with exit 4, and a sender too', async () => {
  const login = new CliError('mail_login', EXIT.NOT_AUTHORIZED, 'No.');
  expect((await world(2).run([login])).stopped?.exitCode).toBe(EXIT.NOT_AUTHORIZED);
  const { run, plan } = world(2);
  expect((await run([refusal(553, 'not yours', 'from')])).stopped?.exitCode).toBe(EXIT.NOT_AUTHORIZED);
  expect(plan().mails).toHaveLength(2);
});

test('a certificate that is not trusted after some mails were sent is not exit 2, which means that nothing changed', async () => {
  const error = new CliError('mail_certificate', EXIT.USAGE, 'No.');
  expect((await world(2).run([error])).stopped?.exitCode).toBe(EXIT.USAGE);
  expect((await world(2).run([ACCEPTED, error])).stopped?.exitCode).toBe(EXIT.UNREACHABLE);
});

test('Ctrl-C finishes the mail under way and begins no other', async () => {
  const { said, session } = await world(3).run([], { stopAfter: 1 });
  expect(said).toEqual(['accepted', 'not_started', 'not_started']);
  expect(session.sent).toHaveLength(1);
});

test('Ctrl-C while the server is waited for does not try again', async () => {
  const { session, said } = await world(2).run([refusal(451, 'later')], { stopInWait: true });
  expect(session.tried).toHaveLength(1);
  expect(said).toEqual(['not_started', 'not_started']);
});

test('a key that was rotated while the run was under way does not leave', async () => {
  const { said, session } = await world(2).run([], { gone: 'tag1' });
  expect(said).toEqual(['accepted', 'stale']);
  expect(session.sent).toHaveLength(1);
});

test('never more than the rate in any 60 s, and 54 mails at 25 a minute within 2 min 15 s', async () => {
  const { starts } = await world(54, 25).run([]);
  const most = Math.max(...starts.map((from) => starts.filter((at) => at >= from && at <= from + 60_000).length));
  expect(most).toBe(25);
  expect((starts.at(-1) ?? 0) - (starts[0] ?? 0)).toBeLessThan(135_000);
});

test('mails of a run a moment ago count for the rate', async () => {
  let time = 100_000;
  const pace = createMailPace(2, [99_000, 99_500], {
    now: () => new Date(time),
    sleep: async (ms) => {
      time += ms;
    },
  });
  await pace.turn(new AbortController().signal);
  expect(time).toBe(159_001);
});

test('a server that repeats the key does not get it into the log', async () => {
  const { run, lines } = world(1);
  await run([refusal(554, 'no: sk-or-v1-test-0 is a secret', 'message')]);
  expect(JSON.stringify(lines)).not.toContain('test-0');
});

test('--again is one more mail with another Message-ID; a doubt gets none until it is settled', async () => {
  const { run, plan, mailings } = world(2);
  await run([UNKNOWN]);
  const again = { again: ['p0@example.org', 'P1@example.org'] };
  expect(plan(again).mails.map(({ messageId }) => messageId)).toEqual(['<tag1.2@example.org>']);
  foldMailing(mailings, { type: 'mail_settled', at: '', message_id: '<tag0.1@example.org>', how: 'missing' });
  expect(plan().mails.map(({ messageId }) => messageId)).toEqual(['<tag0.1@example.org>']);
});
