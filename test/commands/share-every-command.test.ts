import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../../src/command-table.ts';
import { startMailServer } from '../../src/sandbox/mail-server.ts';
import { usePostgres, WITHOUT_POSTGRES } from '../support/postgres.ts';
import { useTeam } from '../support/shared-team.ts';

const server = usePostgres();
const EXAMPLES = join(import.meta.dirname, '..', '..', 'examples');

const PREFIX = ['--prefix', 'SUMMER'];

/** What Ilze and Anna type in turn, each on their own computer, and what must be in what is printed. */
const LIFE: readonly [who: 'ilze' | 'anna', args: readonly string[], says: string, code?: number][] = [
  ['anna', ['provision', 'SUMMER_participants.csv', '--yes'], 'Created 0 keys; 3 have a key already'],
  ['anna', ['sync', 'SUMMER_participants.csv', '--limit', '2', '--yes'], '3'],
  ['ilze', ['list', ...PREFIX], '$2.00'],
  ['anna', ['create', 'Solo', ...PREFIX, '--yes'], 'Solo_'],
  ['ilze', ['show', 'Solo', ...PREFIX], 'Saved in'],
  ['anna', ['verify', 'SUMMER'], 'All 4 keys work.'],
  ['ilze', ['update', ...PREFIX, '--add-limit', '1', '--yes'], '4 keys'],
  ['anna', ['rotate', '--email', 'zane.ozola@example.net', '--yes'], 'Rotated 1 key.'],
  ['ilze', ['import', 'roster.csv', ...PREFIX, '--yes'], 'Imported 1 key.'],
  ['anna', ['list', ...PREFIX], 'Extra Person'],
  ['ilze', ['usage', 'SUMMER'], 'by 0 of'],
  ['anna', ['usage', 'SUMMER', '--offline'], 'by 0 of'],
  ['ilze', ['watch', 'SUMMER', '--once'], 'Watching'],
  ['anna', ['watch', 'SUMMER', '--once'], 'Watching'],
  ['ilze', ['tiers', 'apply', 'tiered.csv', '--tiers', 'tiers.json', ...PREFIX, '--yes'], 'guardrail'],
  ['anna', ['tiers', 'show', ...PREFIX], 'basic'],
  ['ilze', ['handout', 'slips', 'SUMMER'], '5 participants'],
  ['anna', ['handout', 'files', 'SUMMER', '--new'], '5 participants'],
  ['anna', ['handout', 'table', 'SUMMER'], '5 participants'],
  ['ilze', ['handout', 'sealed', 'SUMMER'], '5 participants'],
  ['anna', ['handout', 'drafts', 'SUMMER'], '4 participants'],
  ['ilze', ['mail', 'preview', 'SUMMER'], 'Subject:'],
  ['ilze', ['mail', 'send', 'SUMMER', '--yes', '--limit', '2', '--rate', '6000'], '2 accepted by the server', 3],
  ['anna', ['mail', 'status', 'SUMMER'], '2 accepted by the server · 2 not yet'],
  ['anna', ['mail', 'send', 'SUMMER', '--yes', '--rate', '6000'], '2 accepted by the server · 2 had it before'],
  ['ilze', ['mail', 'send', 'SUMMER', '--yes', '--rate', '6000'], '0 accepted by the server · 4 had it before'],
  ['anna', ['export', 'SUMMER'], 'keys.json'],
  ['ilze', ['journal', 'verify', 'SUMMER'], 'intact'],
  ['anna', ['doctor'], 'SUMMER'],
  ['ilze', ['share', 'status'], 'Ilze'],
  ['ilze', ['revoke', ...PREFIX, '--yes'], 'Deleted 5 keys.'],
  ['anna', ['list', ...PREFIX], 'No keys found.'],
  ['anna', ['purge', 'SUMMER', '--yes'], 'Removed'],
  ['ilze', ['journal', 'verify', 'SUMMER'], 'intact'],
];

/** They are not about a workshop, ask at a terminal, or serve. */
const NOT_ABOUT_WORKSHOPS = [
  'start',
  'budget',
  'roster',
  'init',
  'login',
  'logout',
  'profiles',
  'whoami',
  'sandbox',
  'completion',
];

describe.skipIf(WITHOUT_POSTGRES)(`a shared workshop${WITHOUT_POSTGRES}`, () => {
  test('every command is tried on one', () => {
    const tried = new Set([...LIFE.map(([, [name]]) => name), ...NOT_ABOUT_WORKSHOPS]);
    expect([...tried].sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
  });

  test('every command works for both members, with nothing new to type', async () => {
    const team = await useTeam(server);
    await team.share();
    await team.joinIt();
    const received: string[] = [];
    const mail = await startMailServer({ deliver: ({ to }) => void received.push(...to) });
    const { key } = team.sandbox.account.createKey({ name: 'Extra', limit: 1 });
    for (const cwd of [team.cwd, team.annas]) {
      copyFileSync(join(EXAMPLES, 'tiers.json'), join(cwd, 'tiers.json'));
      const roster = readFileSync(join(team.cwd, 'SUMMER_participants.csv'), 'utf8').trimEnd().split('\n');
      writeFileSync(join(cwd, 'SUMMER_participants.csv'), `${roster.join('\n')}\n`);
      writeFileSync(
        join(cwd, 'tiered.csv'),
        roster.map((row, at) => `${row},${at === 0 ? 'Tier' : 'basic'}\n`).join(''),
      );
      writeFileSync(join(cwd, 'roster.csv'), `E-mail,Name,Surname,api_key\nextra@example.org,Extra,Person,${key}\n`);
    }
    const env = {
      ...team.env,
      ORKEYS_SMTP_URL: `smtp://127.0.0.1:${mail.port}`,
      ORKEYS_MAIL_FROM: 'Zane Liepa <zane@example.org>',
    };
    let ticks = 0;
    const now = () => {
      ticks += 1;
      return new Date(team.now().getTime() + ticks * 1000);
    };
    for (const [who, args, says, expected = 0] of LIFE) {
      // Emails wait their turn by the clock.
      const clock = args[0] === 'mail' ? { now } : {};
      const { code, stdout, stderr } = await team[who](args, { env, ...clock });
      expect({ who, args, code, said: code === expected ? '' : stdout + stderr }).toEqual({
        ...{ who, args, code: expected, said: '' },
      });
      expect({ args, text: stdout + stderr }).toEqual({ args, text: expect.stringContaining(says) });
    }
    expect(received.sort()).toEqual([...new Set(received)]);
    expect(received).toHaveLength(4);
    await mail.close();
  }, 120_000);
});
