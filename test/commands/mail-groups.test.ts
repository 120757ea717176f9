import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { simpleParser } from 'mailparser';
import { expect, test } from 'vitest';
import { orkeys, temporaryFolder } from '../support/cli.ts';

/** A workshop of groups and its mails, all in the sandbox. */
async function useGroupMails() {
  const cwd = temporaryFolder();
  const write = (...rows: string[]) =>
    writeFileSync(join(cwd, 'people.csv'), `E-mail,Name,Surname,Group\n${rows.join('\n')}\n`);
  let now = Date.parse('2026-03-02T09:00:00Z');
  const ticking = () => {
    now += 1000;
    return new Date(now);
  };
  const command = (...args: string[]) => orkeys([...args, '--sandbox'], { cwd, now: ticking });
  const provision = async () => {
    const { code, stderr } = await command(
      ...['provision', 'people.csv', '--per', 'group', '--limit', '6', '--prefix', 'SUMMER', '--yes', '--rate', 'off'],
    );
    expect(code, stderr).toBe(0);
  };
  const send = async () => {
    const { stdout, stderr } = await command('mail', 'send', 'SUMMER', '--yes', '--json');
    expect(stderr).toBe('');
    return JSON.parse(stdout).totals;
  };
  const outbox = join(cwd, 'output', 'sandbox', 'SUMMER', 'outbox');
  const arrived = () =>
    Promise.all(readdirSync(outbox).map(async (name) => simpleParser(readFileSync(join(outbox, name)))));
  const rotate = (...flags: string[]) => command('rotate', '--prefix', 'SUMMER', '--yes', '--rate', 'off', ...flags);
  return { write, provision, send, arrived, rotate };
}

const ANDA = 'anda@example.org,Anda,Liepa,Table 3';
const JANIS = 'janis@example.org,Jānis,Kalns,Table 3';
const ILZE = 'ilze@example.org,Ilze,Ozola,Table 4';
const PEDRO = 'pedro@example.org,Pedro,Silva,Table 3';

test('each member of a group gets one mail with the shared key, and a member who joins gets one later; nobody gets a second one', async () => {
  const { write, provision, send, arrived } = await useGroupMails();
  write(ANDA, JANIS, ILZE);
  await provision();
  expect(await send()).toMatchObject({ accepted: 3, had_it: 0 });
  expect(await send()).toMatchObject({ accepted: 0, had_it: 3 });
  write(ANDA, JANIS, ILZE, PEDRO);
  await provision();
  expect(await send()).toMatchObject({ accepted: 1, had_it: 3 });

  const mails = await arrived();
  const to = mails.map((mail) => [mail.to].flat()[0]?.value[0]?.address);
  expect(to.sort()).toEqual(['anda@example.org', 'ilze@example.org', 'janis@example.org', 'pedro@example.org']);
  expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(4);
  const keys = new Map(
    mails.map(({ text = '', to }) => [[to].flat()[0]?.value[0]?.address, /sk-or-\S+/.exec(text)?.[0]]),
  );
  expect(keys.get('anda@example.org')).toBe(keys.get('janis@example.org'));
  expect(keys.get('anda@example.org')).not.toBe(keys.get('ilze@example.org'));
  expect(mails[0]?.text).toContain('Shared by Table 3: Anda Liepa, Jānis Kalns. All of you spend the same limit.');
});

test('after a rotation every member of the group is told to have an old key, until each has had a mail with the new one', async () => {
  const { write, provision, send, rotate } = await useGroupMails();
  write(ANDA, JANIS, ILZE);
  await provision();
  await send();
  const { code, stderr } = await rotate('--group', 'Table 3');
  expect(code, stderr).toBe(0);
  expect(stderr.replaceAll(/\s+/g, ' ')).toContain('2 participants got an email with a key no longer in use');
  expect(await send()).toMatchObject({ accepted: 2, had_it: 1 });
});

test('after a rotation, those who left the group are not counted among those who need the current key', async () => {
  const { write, provision, send, rotate } = await useGroupMails();
  write(ANDA, JANIS, PEDRO, ILZE);
  await provision();
  await send();
  write(ANDA, JANIS, ILZE);
  await provision();
  const { stdout, stderr } = await rotate('--group', 'Table 3');
  expect(stdout + stderr).toContain('2 participants got an email with a key no longer in use');
  expect(await send()).toMatchObject({ accepted: 2, had_it: 1 });
  const again = await rotate('--group', 'Table 4');
  expect(again.stdout + again.stderr).toContain('1 participant got an email with a key no longer in use');
});
