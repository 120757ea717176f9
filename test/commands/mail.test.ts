import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLock } from '../../src/files/lock.ts';
import { emptyMailings, foldMailing } from '../../src/handout/fold-mailings.ts';
import { encodeLogLine } from '../../src/journal/log-lines.ts';
import { startMailServer } from '../../src/sandbox/mail-server.ts';
import { lockTools } from '../files/world.ts';
import { orkeys } from '../support/cli.ts';
import type { ContextOptions } from '../support/context.ts';
import { useProvisioned } from '../support/provisioned.ts';

/** Three people, and a mail server on this computer that drops, refuses or accepts. */
async function useMails(...flags: string[]) {
  const world = await useProvisioned('--expires', '2026-03-09', ...flags);
  const got: { to: string; source: Buffer }[] = [];
  let fault: Parameters<typeof startMailServer>[0]['faultAt'];
  const server = await startMailServer({
    deliver: ({ to, source }) => void got.push({ to: to.join(), source: Buffer.from(source) }),
    faultAt: (moment) => fault?.(moment),
  });
  onTestFinished(() => server.close());
  const env = {
    ...world.env,
    ORKEYS_SMTP_URL: `smtp://127.0.0.1:${server.port}`,
    ORKEYS_MAIL_FROM: 'Zane Liepa <zane@example.org>',
  };
  // A clock that goes on: on one that stands still, the turn of the second mail never comes.
  let ticks = 0;
  const ticking = () => {
    ticks += 1;
    return new Date(world.now().getTime() + ticks * 1000);
  };
  const mail = (args: readonly string[], options: Partial<ContextOptions> = {}) =>
    orkeys(['mail', ...args], { cwd: world.cwd, env, now: ticking, columns: 120, ...options });
  return {
    ...world,
    mail,
    got,
    faultAt: (next: typeof fault) => {
      fault = next;
    },
    log: () => readFileSync(join(world.folder, 'handouts.jsonl'), 'utf8'),
  };
}

test('everybody gets one mail with their own key; run again, nobody gets a second one', async () => {
  const { mail, screen, got, saved, log } = await useMails();
  expect(screen(await mail(['send', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    3 accepted by the server
    Accepted is not delivered: what comes back goes to zane@example.org.
    --- stderr
    From      Zane Liepa <zane@example.org> through <host> (not encrypted, on this computer)
    To        3 of 3 participants, one email each
    Subject   Your OpenRouter key for SUMMER
    Pace      25 a minute: about 7 s
    First     row 2  Anda Baklāne  anda.baklane@example.org  …<end>
    Longest   row 3  Valdis Vēveris  valdis.veveris@example.org  …<end>
    Test it   first: orkeys mail test --to zane@example.org SUMMER
    Sending: 0 of 3
    Sending: 1 of 3
    Sending: 2 of 3
    Sending: 3 of 3 after 25 s
    "
  `);
  expect(got.map(({ to }) => to)).toEqual([
    'anda.baklane@example.org',
    'valdis.veveris@example.org',
    'zane.ozola@example.net',
  ]);
  for (const [index, { source }] of got.entries()) {
    const { text, subject, messageId } = await simpleParser(source);
    expect(text).toContain(saved[index]?.key);
    expect(subject).toBe('Your OpenRouter key for SUMMER');
    expect(messageId).toMatch(/^<[a-z2-7]{8}\.1@example\.org>$/);
  }
  for (const { key } of saved) expect(log()).not.toContain(key);
  expect(screen(await mail(['send', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    From      Zane Liepa <zane@example.org> through <host>
    To        0 of 3 participants, one email each
    Had it    3 participants got an email with the current key before
    0 accepted by the server · 3 had it before
    --- stderr
    "
  `);
  expect(got).toHaveLength(3);
});

test('the plan is shown before the question, and an answer that is no yes sends nothing', async () => {
  const { mail, screen, got, folder } = await useMails();
  expect(screen(await mail(['send'], { answers: ['n'] }))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    --- stderr
    [1mFrom     [22m Zane Liepa <zane@example.org> through <host> (not encrypted, on this computer)
    [1mTo       [22m 3 of 3 participants, one email each
    [1mSubject  [22m Your OpenRouter key for SUMMER
    [1mPace     [22m 25 a minute: about 7 s
    [1mFirst    [22m row 2  Anda Baklāne  anda.baklane@example.org  …<end>
    [1mLongest  [22m row 3  Valdis Vēveris  valdis.veveris@example.org  …<end>
    [1mTest it  [22m first: orkeys mail test --to zane@example.org SUMMER
    Send 3 emails? [y/N] Cancelled; nothing was changed.
    "
  `);
  expect(got).toEqual([]);
  expect(existsSync(join(folder, 'handouts.jsonl'))).toBe(false);
  expect((await mail(['send'])).code).toBe(2);
  expect((await mail(['send'], { answers: ['y'] })).code).toBe(0);
  expect(got).toHaveLength(3);
});

test('keys without a limit want the prefix typed; keys that are off are told', async () => {
  const { mail, command, got } = await useMails();
  await command(['update', '--prefix', 'SUMMER', '--limit', 'none', '--yes']);
  const asked = await mail(['send'], { answers: ['y', 'y'] });
  expect(asked.stderr).toContain(
    '3 without a limit: whoever gets hold of such an email can use the key until you revoke it',
  );
  expect(asked.stderr).toContain('Type SUMMER to confirm');
  expect(got).toEqual([]);
  await command(['update', '--prefix', 'SUMMER', '--disable', '--yes']);
  expect((await mail(['send', '--dry-run'])).stdout).toContain(
    'all are off now; to switch them on: orkeys update --prefix SUMMER --enable',
  );
  expect((await mail(['send'], { answers: ['SUMMER', 'y'] })).code).toBe(0);
});

test('a connection lost after the text: in doubt, told, not sent again, and settled by a person', async () => {
  const { mail, screen, got, faultAt } = await useMails();
  faultAt(({ step, mail: number }) => (step === 'delivered' && number === 2 ? 'drop' : undefined));
  expect(screen(await mail(['send', '--yes']))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    ROW  NAME            ADDRESS                     WHAT
      3  Valdis Vēveris  valdis.veveris@example.org  in doubt: it may have arrived (the server closed the connection after it had asked for the message)
    2 accepted by the server · 1 in doubt
    Next      orkeys mail settle --missing valdis.veveris@example.org SUMMER  … or --arrived, once you have asked or looked into Sent
    Accepted is not delivered: what comes back goes to zane@example.org.
    --- stderr
    From      Zane Liepa <zane@example.org> through <host> (not encrypted, on this computer)
    To        3 of 3 participants, one email each
    Subject   Your OpenRouter key for SUMMER
    Pace      25 a minute: about 7 s
    First     row 2  Anda Baklāne  anda.baklane@example.org  …<end>
    Longest   row 3  Valdis Vēveris  valdis.veveris@example.org  …<end>
    Test it   first: orkeys mail test --to zane@example.org SUMMER
    Sending: 0 of 3
    Sending: 1 of 3
    Sending: 2 of 3
    Sending: 3 of 3 after 25 s
    "
  `);
  faultAt(undefined);
  expect(screen(await mail(['send', '--yes']))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    From      Zane Liepa <zane@example.org> through <host>
    To        0 of 3 participants, one email each
    Had it    2 participants got an email with the current key before
    In doubt  1 participant: row 3; to settle it: orkeys mail status SUMMER
    ROW  NAME            ADDRESS                     WHAT
      3  Valdis Vēveris  valdis.veveris@example.org  in doubt: it may have arrived (the server closed the connection after it had asked for the message)
    0 accepted by the server · 2 had it before · 1 in doubt
    Next      orkeys mail settle --missing valdis.veveris@example.org SUMMER  … or --arrived, once you have asked or looked into Sent
    --- stderr
    "
  `);
  expect(got).toHaveLength(3);
  expect(screen(await mail(['settle', '--missing', 'anda.baklane@example.org']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: No email to anda.baklane@example.org is in doubt (1 email in doubt).
    Hint: To see what is in doubt: orkeys mail status SUMMER
    "
  `);
  expect(screen(await mail(['settle', '--missing', 'VALDIS.veveris@example.org']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    VALDIS.veveris@example.org: did not arrive; the next orkeys mail send sends it again
    Next      orkeys mail send SUMMER
    --- stderr
    "
  `);
  await mail(['send', '--yes']);
  expect(got.map(({ to }) => to).filter((to) => to.startsWith('valdis'))).toHaveLength(2);
  const ids = await Promise.all(got.map(async ({ source }) => (await simpleParser(source)).messageId));
  expect(new Set(ids).size).toBe(3);
});

test('an address that does not exist is told, left out, and tried again only on demand', async () => {
  const { mail, screen, got, faultAt } = await useMails();
  faultAt(({ address }) => (address?.startsWith('zane') ? { reply: '550 5.1.1 no such user' } : undefined));
  expect(screen(await mail(['send', '--yes']))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    ROW  NAME        ADDRESS                 WHAT
      4  Zane Ozola  zane.ozola@example.net  refused: 550 5.1.1 no such user
    2 accepted by the server · 1 refused
    Next      correct the addresses in the roster, or add --retry-refused to orkeys mail send SUMMER
    Accepted is not delivered: what comes back goes to zane@example.org.
    --- stderr
    From      Zane Liepa <zane@example.org> through <host> (not encrypted, on this computer)
    To        3 of 3 participants, one email each
    Subject   Your OpenRouter key for SUMMER
    Pace      25 a minute: about 7 s
    First     row 2  Anda Baklāne  anda.baklane@example.org  …<end>
    Longest   row 3  Valdis Vēveris  valdis.veveris@example.org  …<end>
    Test it   first: orkeys mail test --to zane@example.org SUMMER
    Sending: 0 of 3
    Sending: 1 of 3
    Sending: 2 of 3
    Sending: 3 of 3 after 24 s
    "
  `);
  faultAt(undefined);
  expect((await mail(['send', '--yes'])).code).toBe(3);
  expect(got).toHaveLength(2);
  expect((await mail(['send', '--yes', '--retry-refused'])).code).toBe(0);
  expect(got).toHaveLength(3);
});

test('--limit sends some, and the same command the next ones; --again sends one more on purpose', async () => {
  const { mail, got } = await useMails();
  expect((await mail(['send', '--yes', '--limit', '2'])).code).toBe(3);
  expect(got).toHaveLength(2);
  expect((await mail(['send', '--yes', '--limit', '2'])).code).toBe(0);
  expect((await mail(['send', '--yes', '--again', 'anda.baklane@example.org'])).code).toBe(0);
  expect(got.map(({ to }) => to[0])).toEqual(['a', 'v', 'z', 'a']);
  expect((await mail(['send', '--yes', '--again', 'nobody@example.org'])).code).toBe(2);
});

test('status: who has it, who does not, and whose key was rotated after the mail', async () => {
  const { mail, command, screen, got } = await useMails();
  await mail(['send', '--yes', '--limit', '2']);
  const rotated = await command(['rotate', '--email', 'anda.baklane@example.org', '--yes']);
  expect(rotated.stderr).toContain('orkeys mail send SUMMER');
  expect(screen(await mail(['status']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    ROW  NAME          ADDRESS                   WHAT
      2  Anda Baklāne  anda.baklane@example.org  stale: the email has an earlier key
    1 accepted by the server · 2 not yet
    Next      orkeys mail send SUMMER  sends the 2; nobody gets a second email
    --- stderr
    "
  `);
  await mail(['send', '--yes']);
  expect(got.map(({ to }) => to[0])).toEqual(['a', 'v', 'a', 'z']);
  expect((await mail(['status'])).stdout).toBe('3 accepted by the server\n');
});

test('everything that is wrong with the text is said at once, before any connection', async () => {
  const { mail, screen, cwd } = await useMails();
  writeFileSync(join(cwd, 'own.txt'), 'Hello {{nmae}}\n\n{{limit}} {{password}}\n');
  const args = ['send', '--template', 'own.txt', '--subject', 'Key {{key}}'];
  expect(screen(await mail(args, { env: {} }))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: The mail cannot be made: 4 problems in its text.

      subject: {{key}}, which is for the text only
      line 1: {{nmae}}
      line 3: {{password}}
      no {{key}}: nobody would get a key

    Hint: Available placeholders: {{name}}, {{email}}, {{group}}, {{workshop}}, {{key}}, {{limit}}, {{works}}, {{shared}}, {{last_four}}, {{model}}, {{snippets}}
    "
  `);
  expect((await mail(['send', '--subject', 'One\r\nBcc: x@example.org'])).code).toBe(2);
  expect((await mail(['send', '--reply-to', 'a@example.org, b@example.org'])).code).toBe(2);
});

test('a preview masks the key, and needs no mail server', async () => {
  const { mail, screen } = await useMails();
  expect(screen(await mail(['preview', '--email', 'zane.ozola@example.net'], { env: {} }))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    From: (ORKEYS_MAIL_FROM is not set)
    To: Zane Ozola <zane.ozola@example.net>
    Subject: Your OpenRouter key for SUMMER

    Hello Zane Ozola,

    this is your OpenRouter API key for SUMMER:

    <masked>

    Limit: $1.00
    It works until Mon 9 Mar 2026, 23:59 UTC.

    Keep it to yourself: whoever has it spends your limit. Do not forward this mail, do not put the key into a notebook, and do not commit
    it. If it got out, answer this mail: you get a new one within a minute.
    --- stderr
    "
  `);
});

test('a test goes to the organizer with a key that does not exist, and nothing is recorded', async () => {
  const { mail, screen, got, saved, folder } = await useMails();
  expect(screen(await mail(['test', '--to', 'zane@example.org']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Test      the email of Anda Baklāne, with a key that does not exist
    Accepted  by <host>, to zane@example.org
    Look      into your mailbox, and into the spam folder
    --- stderr
    "
  `);
  const { text, subject } = await simpleParser(got[0]?.source ?? '');
  expect(got.map(({ to }) => to)).toEqual(['zane@example.org']);
  expect(subject).toBe('[Test] Your OpenRouter key for SUMMER');
  expect(text).toContain(`sk-or-v1-${'0'.repeat(64)}`);
  for (const { key } of saved) expect(text).not.toContain(key);
  expect(existsSync(join(folder, 'handouts.jsonl'))).toBe(false);
});

test('a run at the same time is refused with exit 7, and a damaged log with exit 2; nothing is sent', async () => {
  const { mail, command, got, folder } = await useMails();
  const lock = await acquireLock(folder, {
    ...lockTools({ now: () => new Date('2026-03-02T08:59:00Z') }),
    lockName: 'handouts',
  });
  expect((await mail(['send', '--yes'])).code).toBe(7);
  await lock.release();
  await mail(['send', '--yes', '--limit', '1']);
  const path = join(folder, 'handouts.jsonl');
  const whole = readFileSync(path, 'utf8');
  writeFileSync(path, whole.replace('"mailed"', '"mauled"'));
  expect((await mail(['send', '--yes'])).code).toBe(2);
  expect(got).toHaveLength(1);
  expect((await command(['journal', 'verify', 'SUMMER'])).code).toBe(2);
  expect((await command(['journal', 'repair', 'SUMMER'])).code).toBe(0);
  // What became of the mail is not known any more, so it is not sent again.
  expect((await mail(['send', '--yes'])).stderr).toContain('In doubt');
  expect(got.map(({ to }) => to[0])).toEqual(['a', 'v', 'z']);
});

test('a log gets a newer version with its first mail and not before; an older orkeys refuses it in words', async () => {
  const { mail, command, log, folder } = await useMails();
  await command(['handout', 'slips']);
  expect(JSON.parse(log().split('\n')[0] ?? '')).toMatchObject({ type: 'handouts', version: 1 });
  await mail(['send', '--yes']);
  expect(JSON.parse(log().split('\n')[0] ?? '')).toMatchObject({ type: 'handouts', version: 2, prefix: 'SUMMER' });
  expect(log()).toContain('"what":"slips"');
  expect((await command(['journal', 'verify', 'SUMMER'])).code).toBe(0);
  // What the older one does with version 2 this one does with 3.
  const newer = encodeLogLine({ type: 'handouts', version: 3, prefix: 'SUMMER', at: '2026-03-02T09:00:00.000Z' });
  writeFileSync(join(folder, 'handouts.jsonl'), `${newer}\n`);
  const { code, stderr } = await mail(['send', '--yes']);
  expect([code, stderr]).toEqual([2, expect.stringContaining('was written by a newer orkeys (format 3)')]);
});

test('--sandbox rehearses all of it into a folder, and purge removes that', async () => {
  const { mail, command, cwd, screen } = await useMails();
  await command(['provision', 'SUMMER_participants.csv', '--sandbox', '--yes']);
  expect(screen(await mail(['send', '--sandbox', '--yes'], { env: {} }))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    3 accepted by the server
    Look into <folder>/output/sandbox/SUMMER/outbox
    --- stderr
    From      Workshop <workshop@example.org> through the sandbox, which delivers to nobody
    To        3 of 3 participants, one email each
    Keys      3 without an expiration: whoever gets hold of such an email can use the key until you revoke it
    Subject   Your OpenRouter key for SUMMER
    First     row 2  Anda Baklāne  anda.baklane@example.org  …<end>
    Longest   row 3  Valdis Vēveris  valdis.veveris@example.org  …<end>
    Sending: 0 of 3
    Sending: 1 of 3
    Sending: 2 of 3
    Sending: 3 of 3 after 19 s
    "
  `);
  const outbox = join(cwd, 'output', 'sandbox', 'SUMMER', 'outbox');
  expect(readdirSync(outbox)).toEqual([
    '0001-anda.baklane@example.org.eml',
    '0002-valdis.veveris@example.org.eml',
    '0003-zane.ozola@example.net.eml',
  ]);
  await command(['revoke', '--prefix', 'SUMMER', '--sandbox', '--yes']);
  expect((await command(['purge', 'SUMMER', '--sandbox', '--yes'])).code).toBe(0);
  expect(existsSync(outbox)).toBe(false);
});

test('--attach page carries the key in a page, and --to all reaches every address of a person in one mail', async () => {
  const { mail, got, saved } = await useMails();
  await mail(['send', '--yes', '--attach', 'page', '--to', 'all', '--email', 'valdis.veveris@example.org']);
  expect(got.map(({ to }) => to)).toEqual(['valdis.veveris@example.org,v.veveris@example.com']);
  const { text, attachments } = await simpleParser(got[0]?.source ?? '');
  expect(text).not.toContain(saved[1]?.key);
  expect(attachments.map(({ filename }) => filename)).toEqual(['key.html']);
  const page = String(attachments[0]?.content);
  expect(page).toContain('The examples read the key from the variable OPENROUTER_API_KEY.');
  expect(page).not.toContain('of this folder');
});

test('an address of a person that the server does not take is told, also later, and the mail counts as accepted', async () => {
  const { mail, faultAt } = await useMails();
  faultAt(({ address }) => (address?.startsWith('v.veveris') ? { reply: '550 5.1.1 no sk-or-v1-test-1' } : undefined));
  const sent = await mail(['send', '--yes', '--quiet', '--to', 'all', '--email', 'valdis.veveris@example.org']);
  expect(sent.code).toBe(0);
  const told = /accepted, but not for\s+v\.veveris@example\.com: 550 5\.1\.1 no sk-or-…/;
  expect(sent.stdout).toMatch(told);
  const status = await mail(['status', '--email', 'valdis.veveris@example.org']);
  expect(status.stdout).toMatch(told);
  expect(JSON.parse((await mail(['status', '--json', '--email', 'valdis.veveris@example.org'])).stdout)).toMatchObject({
    mails: [{ result: 'accepted', refused_addresses: [{ address: 'v.veveris@example.com', status: 550 }] }],
  });
});

test('the pace of the next run counts a mail from when its server answered, not from when it began', () => {
  const mailings = emptyMailings();
  const whose = { message_id: '<t.1@example.org>', person: 'p', tag: 't', to: ['anna@example.org'] };
  const began = '2026-03-02T09:00:00Z';
  foldMailing(mailings, { type: 'mailing', at: began, batch: 'b', ...whose, hash: null, content: 'sha256:x' });
  expect(mailings.mails.get(whose.message_id)?.at).toBe(began);
  const at = '2026-03-02T09:00:20Z';
  foldMailing(mailings, { type: 'mailed', at, message_id: whose.message_id, status: 250, reply: 'ok', refused: [] });
  expect(mailings.mails.get(whose.message_id)?.at).toBe(at);
});

test.each([
  ['both lines about an email are damaged', /"type":"(?:mailing|mailed)"/],
  ['the line of its end is damaged', /"type":"mailed"/],
])('%s: after the repair it is in doubt, and nobody gets a second one', async (_, type) => {
  const { mail, command, got, folder } = await useMails();
  await mail(['send', '--yes']);
  const path = join(folder, 'handouts.jsonl');
  const lines = readFileSync(path, 'utf8').split('\n');
  const isAndas = (line: string) => type.test(line) && line.includes(andas);
  const andas = /<[^>]+>/.exec(lines.find((line) => line.includes('anda.baklane')) ?? '')?.[0] ?? 'none';
  writeFileSync(path, lines.map((line) => (isAndas(line) ? line.replace('"at":"2', '"at":"3') : line)).join('\n'));
  expect((await mail(['send', '--yes'])).code).toBe(2);
  expect((await command(['journal', 'repair', 'SUMMER'])).code).toBe(0);
  const again = await mail(['send', '--yes']);
  expect(again.code).toBe(3);
  expect(again.stdout).toContain('in doubt');
  expect(got).toHaveLength(3);
  expect((await mail(['settle', '--arrived', 'anda.baklane@example.org'])).code).toBe(0);
  expect((await mail(['send', '--yes'])).stdout).toContain('3 had it before');
});
