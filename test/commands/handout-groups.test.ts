import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';
import { useProvisioned } from '../support/provisioned.ts';

const ROSTER = `E-mail,Name,Surname,Group
anna@example.org,Anna,Bērziņa,Table 3
janis@example.org,Jānis,Ozols,Table 3
zane@example.org,Zane,Ozola,Red
`;
const NOW = () => new Date('2026-03-02T09:00:00Z');

test('a card for each group has its name, its members and its key once; every member counts as served', async () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'W.csv'), ROSTER);
  const run = (...args: string[]) => orkeys([...args, '--sandbox'], { cwd, now: NOW, columns: 120 });
  await run('provision', 'W.csv', '--per', 'group', '--limit', '6', '--rate', 'off', '--yes');
  const read = (name: string) => readFileSync(join(cwd, 'output', 'sandbox', 'W', name), 'utf8');
  expect(screenOf(await run('handout', 'slips', '--per', 'group', '--master'), cwd)).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Slips     2 cards for 3 participants, 1 page A4, 2 to a page; each with its key as text and QR code
    Saved     <folder>/output/sandbox/W/handout/slips.html
    Saved     <folder>/output/sandbox/W/handout/master.html
    Print     open it in a browser and press Ctrl-P (Mac: Cmd-P): paper A4, margins "None", scale 100 %
    --- stderr
    "
  `);

  const slips = read('handout/slips.html').split('<article').slice(1);
  const { keys } = JSON.parse(read('keys.json'));
  expect(slips).toHaveLength(2);
  for (const [at, words] of [
    ['Table 3', 'Anna Bērziņa, Jānis Ozols'],
    ['Red', 'Zane Ozola'],
  ].entries()) {
    for (const word of words) expect(slips[at]).toContain(word);
    expect(slips[at]?.replaceAll(/<\/?span>|<wbr>/g, '')).toContain(keys[at].key);
    expect(slips[at]).not.toContain('@');
  }
  const master = read('handout/master.html');
  expect([...master.matchAll(/class="box"/g)]).toHaveLength(2);

  expect((await run('handout', 'slips', '--per', 'group', '--new')).stdout).toContain('nothing new');
  writeFileSync(join(cwd, 'W.csv'), `${ROSTER}ilze@example.org,Ilze,Kalna,Table 3\n`);
  await run('provision', 'W.csv', '--per', 'group', '--limit', '6', '--rate', 'off', '--yes');
  expect((await run('handout', 'slips', '--per', 'group', '--new')).stdout).toContain('1 participant, 1 page');
  expect(read('handout/slips.html')).toContain('Anna Bērziņa, Jānis Ozols, Ilze Kalna');
});

test('--per group is refused where every key is a person’s own', async () => {
  const { command, screen } = await useProvisioned();
  expect(screen(await command(['handout', 'slips', '--per', 'group']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: No key of SUMMER is shared by a group.
    Hint: Leave out --per group. Keys for groups are made by: orkeys provision ROSTER --per group
    "
  `);
});
