import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createProgram } from '../../src/program.ts';
import { startMailServer } from '../../src/sandbox/mail-server.ts';
import { createTestContext } from '../support/context.ts';
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
  ['anna', ['tiers', 'check', 'tiers.json'], 'basic'],
  ['ilze', ['tiers', 'apply', 'tiered.csv', '--tiers', 'tiers.json', ...PREFIX, '--yes'], 'guardrail'],
  ['anna', ['tiers', 'show', ...PREFIX], 'basic'],
  ['ilze', ['budget', 'set', '--workspace', 'default', '--daily', '20', '--yes'], 'Set 1 budget'],
  ['anna', ['budget', 'show', '--workspace', 'default'], '$20.00'],
  ['ilze', ['budget', 'clear', '--workspace', 'default', '--all', '--yes'], '1 budget'],
  ['ilze', ['handout', 'slips', 'SUMMER'], '5 participants'],
  ['anna', ['handout', 'files', 'SUMMER', '--new'], '5 participants'],
  ['anna', ['handout', 'table', 'SUMMER'], '5 participants'],
  ['ilze', ['handout', 'sealed', 'SUMMER'], '5 participants'],
  ['anna', ['handout', 'drafts', 'SUMMER'], '4 participants'],
  ['ilze', ['handout', 'moodle', 'SUMMER', '--worksheet', 'grades.csv'], '1 participant'],
  ['anna', ['handout', 'template'], '{'],
  ['anna', ['mail', 'template'], '{'],
  ['anna', ['mail', 'test', 'SUMMER', '--to', 'self@example.org'], 'self@example.org'],
  ['ilze', ['mail', 'preview', 'SUMMER'], 'Subject:'],
  // The answer to the second email is lost: Anna finds out that it arrived.
  ['ilze', ['mail', 'send', 'SUMMER', '--yes', '--limit', '2', '--rate', '6000'], '1 in doubt', 3],
  ['anna', ['mail', 'status', 'SUMMER'], '1 in doubt'],
  ['anna', ['mail', 'send', 'SUMMER', '--yes', '--rate', '6000'], '2 accepted by the server', 3],
  ['anna', ['mail', 'settle', 'SUMMER', '--arrived', '<in doubt>'], 'arrived'],
  ['ilze', ['mail', 'send', 'SUMMER', '--yes', '--rate', '6000'], '0 accepted by the server · 4 had it before'],
  ['anna', ['export', 'SUMMER'], 'keys.json'],
  ['ilze', ['journal', 'verify', 'SUMMER'], '(journal) is intact'],
  ['anna', ['journal', 'repair', 'SUMMER'], 'needs no repair'],
  ['ilze', ['journal', 'rebuild', 'SUMMER'], 'needs no rebuild'],
  ['anna', ['doctor'], 'SUMMER'],
  ['ilze', ['share', 'status'], 'Ilze'],
  ['ilze', ['share', 'password', 'add', 'Bo'], 'Bo'],
  ['anna', ['share', 'password', 'list'], 'Bo'],
  ['anna', ['share', 'password', 'remove', 'Bo', '--yes'], 'Bo'],
  ['anna', ['share', 'restore', 'SUMMER'], 'Nothing to restore.'],
  ['anna', ['share', 'sql'], 'CREATE SCHEMA'],
  ['ilze', ['revoke', ...PREFIX, '--yes'], 'Deleted 5 keys.'],
  ['anna', ['list', ...PREFIX], 'No keys found.'],
  ['anna', ['purge', 'SUMMER', '--yes'], 'Removed'],
  ['ilze', ['journal', 'verify', 'SUMMER'], 'intact'],
  ['anna', ['share', 'leave', 'SUMMER', '--yes'], 'SUMMER'],
];

/** Before that life begins. */
const SHARING = ['share start', 'share join'];

/** They are not about a workshop, ask at a terminal, or serve. */
const NOT_ABOUT_WORKSHOPS = [
  'start',
  'roster check',
  'init',
  'login',
  'logout',
  'profiles',
  'whoami',
  'sandbox spend',
  'completion',
];

const WORKSHEET = `Identifier,"Full name","Email address",Status,Grade
"Participant 1041","Anda Baklāne",anda.baklane@example.org,"No submission",
`;

interface Named {
  name(): string;
  commands: readonly Named[];
}

/** `journal verify` and so on: what does something. */
function leavesOf(command: Named, above: readonly string[] = []): string[] {
  if (command.commands.length === 0) return [above.join(' ')];
  return command.commands.flatMap((below) => leavesOf(below, [...above, below.name()]));
}

describe.skipIf(WITHOUT_POSTGRES)(`a shared workshop${WITHOUT_POSTGRES}`, () => {
  test('every command and subcommand is tried on one', async () => {
    const host = { ctx: createTestContext({ cwd: '/' }), args: [], finish: () => undefined };
    const names = leavesOf(await createProgram(host, 'all'));
    const tried = LIFE.map(([, args]) => names.find((name) => `${args.join(' ')} `.startsWith(`${name} `)) ?? '');
    expect([...new Set([...tried, ...SHARING, ...NOT_ABOUT_WORKSHOPS])].sort()).toEqual(names.sort());
  });

  test('every command works for both members, with nothing new to type', async () => {
    const team = await useTeam(server);
    await team.share();
    await team.joinIt();
    const received: string[] = [];
    const mail = await startMailServer({
      deliver: ({ to }) => void received.push(...to),
      // the third, after the one to oneself
      faultAt: ({ step, mail: nth }) => (step === 'delivered' && nth === 3 ? 'drop' : undefined),
    });
    const { key } = team.sandbox.account.createKey({ name: 'Extra', limit: 1 });
    for (const cwd of [team.cwd, team.annas]) {
      copyFileSync(join(EXAMPLES, 'tiers.json'), join(cwd, 'tiers.json'));
      const roster = readFileSync(join(team.cwd, 'SUMMER_participants.csv'), 'utf8').trimEnd().split('\n');
      writeFileSync(join(cwd, 'SUMMER_participants.csv'), `${roster.join('\n')}\n`);
      writeFileSync(
        join(cwd, 'tiered.csv'),
        roster.map((row, at) => `${row},${at === 0 ? 'Tier' : 'basic'}\n`).join(''),
      );
      writeFileSync(join(cwd, 'grades.csv'), WORKSHEET);
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
    const wrong: object[] = [];
    for (const [who, typed, says, expected = 0] of LIFE) {
      const args = typed.map((word) => (word === '<in doubt>' ? (received[2] ?? '') : word));
      // Emails wait their turn by the clock.
      const clock = args[0] === 'mail' ? { now } : {};
      const { code, stdout, stderr } = await team[who](args, { env, ...clock });
      const said = stdout + stderr;
      if (code !== expected || !said.includes(says)) wrong.push({ who, args, code, says, said });
    }
    expect(wrong).toEqual([]);
    expect(received.sort()).toEqual([...new Set(received)]);
    expect(received).toHaveLength(5);
    await mail.close();
  }, 120_000);
});
