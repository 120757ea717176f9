import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';

const ROSTER = 'E-mail,Name,Surname\nanda@example.org,Anda,Baklāne\nbo@example.org,Bo,Krag\n';

test('who got the email at an address that was corrected since is told, and --again sends it to the new one, once', async () => {
  const cwd = temporaryFolder();
  let time = Date.parse('2026-03-02T09:00:00Z');
  const now = () => {
    time += 1000;
    return new Date(time);
  };
  const run = (...args: string[]) => orkeys([...args, '--sandbox'], { cwd, now, columns: 120 });
  const outbox = () => readdirSync(join(cwd, 'output', 'sandbox', 'W', 'outbox')).length;
  const provision = ['provision', 'W.csv', '--limit', '1', '--expires', '2026-03-09', '--rate', 'off', '--yes'];
  writeFileSync(join(cwd, 'W.csv'), ROSTER);
  await run(...provision);
  await run('mail', 'send', '--yes');
  writeFileSync(join(cwd, 'W.csv'), ROSTER.replace('anda@', 'anda.baklane@'));
  await run(...provision, '--same-person', 'anda@example.org=anda.baklane@example.org');

  expect(screenOf(await run('mail', 'status'), cwd)).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    ROW  NAME          ADDRESS           WHAT
      2  Anda Baklāne  anda@example.org  accepted there, but the address is now anda.baklane@example.org
    2 accepted by the server
    Next      orkeys mail send --again anda.baklane@example.org W --sandbox  sends it to the new address
    --- stderr
    "
  `);
  expect(screenOf(await run('mail', 'send', '--yes'), cwd)).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    From      Workshop <workshop@example.org> through sandbox
    To        0 of 2 participants, one email each
    Had it    2 participants got an email with the current key before
    Elsewhere 1 participant: row 2, at an address no longer in the roster; --again sends it once more
    ROW  NAME          ADDRESS           WHAT
      2  Anda Baklāne  anda@example.org  accepted there, but the address is now anda.baklane@example.org
    0 accepted by the server · 2 had it before
    Next      orkeys mail send --again anda.baklane@example.org W --sandbox  sends it to the new address
    --- stderr
    "
  `);
  expect(outbox()).toBe(2);
  const { mails } = JSON.parse((await run('mail', 'status', '--json')).stdout);
  expect(mails.map((row: { new_address: string | null }) => row.new_address)).toEqual([
    'anda.baklane@example.org',
    null,
  ]);

  expect((await run('mail', 'send', '--yes', '--again', 'anda.baklane@example.org')).code).toBe(0);
  expect(outbox()).toBe(3);
  expect((await run('mail', 'status')).stdout).toBe('2 accepted by the server\n');
  expect((await run('mail', 'send', '--yes')).stdout).not.toContain('Elsewhere');
  expect(outbox()).toBe(3);
  const last =
    readdirSync(join(cwd, 'output', 'sandbox', 'W', 'outbox'))
      .sort()
      .at(-1) ?? '';
  expect(readFileSync(join(cwd, 'output', 'sandbox', 'W', 'outbox', last), 'utf8')).toContain(
    'anda.baklane@example.org',
  );
});
