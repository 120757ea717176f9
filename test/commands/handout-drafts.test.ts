import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { useProvisioned } from '../support/provisioned.ts';

const read = (folder: string, name: string) => readFileSync(join(folder, 'handout', 'drafts', name));

test('a draft for each person, with their own key alone', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  expect(screen(await command(['handout', 'drafts']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Drafts    3 participants, an email each to send from your own mail program
    Saved     <folder>/output/SUMMER/handout/drafts
    Send      open each .eml file and send it; Outlook opens it as a new message, some programs as a received one
    Try it    with one first: not every program keeps the recipient and the text
    --- stderr
    "
  `);
  const names = readdirSync(join(folder, 'handout', 'drafts')).sort();
  expect(names).toEqual(['002-anda-baklane.eml', '003-valdis-veveris.eml', '004-zane-ozola.eml']);
  for (const [at, name] of names.entries()) {
    const source = read(folder, name);
    const { text = '' } = await simpleParser(source);
    expect(saved.filter(({ key }) => text.includes(key)).map(({ key }) => key)).toEqual([saved[at]?.key]);
    const [head = ''] = source.toString('latin1').split('\r\n\r\n');
    expect(head).toMatch(/^X-Unsent: 1\r?$/m);
    expect(head).not.toMatch(/^(From|Cc|Bcc):/im);
    expect(head).not.toContain(saved[at]?.key ?? 'none');
  }
  const { to, subject } = await simpleParser(read(folder, '003-valdis-veveris.eml'));
  expect([to, subject]).toMatchObject([
    { value: [{ name: 'Valdis Vēveris', address: 'valdis.veveris@example.org' }] },
    'Your OpenRouter key for SUMMER',
  ]);
});

test('a text of one’s own, the page attached, the sender named, all addresses of a person', async () => {
  const { command, cwd, env, folder, saved } = await useProvisioned();
  writeFileSync(join(cwd, 'mail.txt'), 'Sveiki, {{name}}! Atslēga beidzas ar {{last_four}}.\n');
  env.ORKEYS_MAIL_FROM = 'Zane Liepa <zane@example.org>';
  const args = ['--template', 'mail.txt', '--subject', 'Atslēga: {{workshop}}', '--attach', 'page', '--to', 'all'];
  await command([
    'handout',
    'drafts',
    '--email',
    'valdis.veveris@example.org',
    '--reply-to',
    'help@example.org',
    ...args,
  ]);
  const { from, to, replyTo, subject, text, attachments } = await simpleParser(read(folder, '003-valdis-veveris.eml'));
  const key = saved[1]?.key ?? 'none';
  expect([from?.text, replyTo?.text, subject]).toEqual([
    '"Zane Liepa" <zane@example.org>',
    'help@example.org',
    'Atslēga: SUMMER',
  ]);
  expect(to).toMatchObject({
    value: [{ address: 'valdis.veveris@example.org' }, { address: 'v.veveris@example.com' }],
  });
  expect(text).toBe(`Sveiki, Valdis Vēveris! Atslēga beidzas ar ${key.slice(-4)}.\n`);
  expect(attachments.map(({ filename }) => filename)).toEqual(['key.html']);
  expect(attachments[0]?.content.toString().replaceAll(/<[^>]+>/g, '')).toContain(key);
});

test('everything that is wrong with a text is told at once, and nothing is written', async () => {
  const { command, screen, cwd, folder } = await useProvisioned();
  writeFileSync(join(cwd, 'mail.txt'), 'Hello {{nam}}\n{{secret}}\n');
  const args = ['handout', 'drafts', '--template', 'mail.txt', '--subject', 'It is {{key}}'];
  expect(screen(await command(args))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: The mail cannot be made: 4 problems in its text.

      subject: {{key}}, which is for the text only
      line 1: {{nam}}
      line 2: {{secret}}
      no {{key}}: nobody would get a key

    Hint: Available placeholders: {{name}}, {{email}}, {{group}}, {{workshop}}, {{key}}, {{limit}}, {{works}}, {{shared}}, {{last_four}}, {{model}}, {{snippets}}
    "
  `);
  expect(readdirSync(folder)).not.toContain('handout');
});

test.each([
  ['--reply-to', 'Zane <zane@example.org>'],
  ['--reply-to', 'a@example.org,b@example.org'],
  ['--client', 'telepathy'],
  ['--model', 'no slug'],
])('%s %s is refused', async (option, value) => {
  const { command } = await useProvisioned();
  expect((await command(['handout', 'drafts', option, value])).code).toBe(2);
});

test('drafts of keys that are rotated away are deleted', async () => {
  const { command, folder } = await useProvisioned();
  await command(['handout', 'drafts']);
  await command(['rotate', '--email', 'anda.baklane@example.org', '--yes']);
  expect(readdirSync(join(folder, 'handout', 'drafts')).sort()).toEqual([
    '003-valdis-veveris.eml',
    '004-zane-ozola.eml',
  ]);
});
