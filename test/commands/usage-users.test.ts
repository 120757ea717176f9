import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSandboxAccount } from '../../src/connection/local-sandbox.ts';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';
import { createTestContext } from '../support/context.ts';

const ROSTER = `E-mail,Name,Surname,Group
anna@example.org,Anna,Bērziņa,Table 3
janis@example.org,Jānis,Ozols,Table 3
kaspars@example.org,Kaspars,Liepa,Table 3
zane@example.org,Zane,Ozola,Zane's table
`;

const NOW = () => new Date('2026-03-02T09:00:00Z');
const FILE = 'BSSDH_2025_participants.csv';

/** A workshop with a key for each group, and requests that say who they are from. */
async function useWorkshop(per: 'person' | 'group' = 'group') {
  const cwd = temporaryFolder();
  const write = (text: string) => writeFileSync(join(cwd, FILE), text);
  write(ROSTER);
  const command = (...args: string[]) => orkeys([...args, '--sandbox', '--rate', 'off'], { cwd, now: NOW });
  await command('provision', FILE, '--per', per, '--limit', '6');
  const root = join(cwd, 'output', 'sandbox');
  const spend = (group: string, usd: number, user?: string) => {
    const file = openSandboxAccount(root, createTestContext({ cwd, now: NOW }));
    const key = file?.account.toJSON().keys.find(({ name }) => name.startsWith(`BSSDH_2025_${group}_`));
    if (!file || !key) throw new Error(`no key of ${group}`);
    file.account.spend(key.hash, usd, {
      requests: 2,
      at: '2026-03-02T08:00:00Z',
      ...(user === undefined ? {} : { user }),
    });
    file.close();
  };
  return { cwd, write, command, spend, screen: (screen: Awaited<ReturnType<typeof orkeys>>) => screenOf(screen, cwd) };
}

test('usage by user says who requests with a key of a group say they are, and that it is their own word', async () => {
  const { command, spend, screen } = await useWorkshop();
  spend('Table_3', 0.5, 'table-3-02');
  spend('Table_3', 0.25, 'table-3-02');
  spend('Table_3', 0.1, 'someone else\u001b[31m');
  spend('Table_3', 0.05);
  // The name of this group has the name of a member: the user has not.
  await command('usage', 'BSSDH_2025');
  expect(
    screen(await command('usage', 'BSSDH_2025', '--by', 'user')).replaceAll(/group-[a-z2-7]{4}-/g, 'group-<person>-'),
  ).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Sandbox   simulated account; keys cost nothing and work nowhere else
    Spent     $0.90 by 1 of 2 groups, 8 requests; 1 has not started
    Period    Tue 24 Feb 2026 to Mon 2 Mar 2026, UTC days; not over
    Limits    total limit $12.00, remaining $11.10; credit left on the account $999.10

    GROUP         USER                    WHO              COST  REQ  PROMPT  COMPLETION
    Table 3       table-3-02              Jānis Ozols     $0.75    4       0           0
    Table 3       someone else\\u001b[31m  (nobody known)  $0.10    2       0           0
    Table 3       (no user)                               $0.05    2       0           0
    Table 3       table-3-01              Anna Bērziņa        –    –       0           0
    Table 3       table-3-03              Kaspars Liepa       –    –       0           0
    Zane's table  group-<person>-01           Zane Ozola          –    –       0           0

    Users     are what requests say of themselves: a client may send no user or that of somebody else. OpenRouter keeps them for 31 days
    Models    openai/gpt-4.1-2025-04-14 $0.90 (100 %)
    As of     2026-03-02 09:00 UTC.
    --- stderr
    Note: unusual spending: fewer than 8 people spent, which is too few to compare
    "
  `);
});

test('a user stays with its member when the key is rotated, the group renamed and others leave; who left is named too', async () => {
  const { command, spend, write } = await useWorkshop();
  spend('Table_3', 0.5, 'table-3-02');
  spend('Table_3', 0.2, 'table-3-01');
  await command('rotate', '--prefix', 'BSSDH_2025', '--group', 'Table 3', '--yes');
  write(ROSTER.replaceAll('Table 3', 'Blue').replace('anna@example.org,Anna,Bērziņa,Blue\n', ''));
  await command('sync', FILE, '--per', 'group', '--same-group', 'Table 3=Blue');
  spend('Table_3', 0.5, 'table-3-02');
  const { users } = JSON.parse((await command('usage', 'BSSDH_2025', '--by', 'user', '--json')).stdout);
  const told = users.map((each: { user: string; member: { name: string } | null; left: boolean; cost: number }) => [
    each.user.replace(/^group-.{4}/, 'group-<person>'),
    each.member?.name,
    each.left,
    each.cost,
  ]);
  expect(told).toEqual([
    ['table-3-02', 'Jānis', false, 1],
    ['table-3-01', 'Anna', true, 0.2],
    ['table-3-03', 'Kaspars', false, 0],
    ['group-<person>-01', 'Zane', false, 0],
  ]);
});

test('usage by user is refused where it could show nothing true', async () => {
  const { command, screen } = await useWorkshop();
  expect(screen(await command('usage', 'BSSDH_2025', '--by', 'user', '--offline'))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: --by user and --offline cannot be combined: usage.jsonl has no users.
    Hint: Remove --offline.
    "
  `);
  expect(screen(await command('usage', 'BSSDH_2025', '--by', 'user', '--days', '32'))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: --by user: OpenRouter tells users apart for 31 days at most.
    Hint: Choose a shorter period, for example: --days 31
    "
  `);
  expect((await command('usage', 'BSSDH_2025', '--by', 'user', '--days', '31')).code).toBe(0);
  const people = await useWorkshop('person');
  expect(people.screen(await people.command('usage', 'BSSDH_2025', '--by', 'user'))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: No selected key is shared by a group, so --by user has nothing to show.
    Hint: Keys of participants are their own users: remove --by user.
    "
  `);
});

test('masked usage by user names nobody', async () => {
  const { command, spend } = await useWorkshop();
  spend('Table_3', 0.5, 'table-3-02');
  const masked = await command('usage', 'BSSDH_2025', '--by', 'user', '--mask', '--json');
  expect(masked.stdout).toContain('table-3-02');
  expect(masked.stdout).not.toMatch(/Jānis|janis@|Ozols/);
});
