import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys } from '../support/cli.ts';
import { useWorkshop } from '../support/workshop-world.ts';

test('notices of one kind are one line with the count, the first rows and where to see all of them', async () => {
  const { run, write, cwd } = await useWorkshop();
  const people = Array.from({ length: 18 }, (_, at) => `Person,Number${at}`);
  const rows = people.flatMap((name, at) => [`p${at}@example.org,${name}`, `p${at}@example.org,${name}`]);
  write('my list.csv', `E-mail,Name,Surname\n${rows.join('\n')}\n`);
  const { stdout } = await run(['provision', 'my list.csv', '--prefix', 'LIST', '--dry-run']);
  const notices = stdout.slice(stdout.indexOf('Columns'), stdout.indexOf('ROW'));
  expect(notices).toMatchInlineSnapshot(`
    "Columns   email A, name B, surname C
      18 × The same participant is in several rows and gets one key. (rows 2, 4, 6, 8, 10, …)
      To see all:
        orkeys roster check 'my list.csv' --all

    "
  `);
  const all = await orkeys(['roster', 'check', 'my list.csv', '--all'], { cwd });
  expect(all.stdout.match(/are the same person/g)).toHaveLength(18);
  const short = await orkeys(['roster', 'check', 'my list.csv'], { cwd });
  expect(short.stdout).toContain(
    '\n18 notices\n  18 × The same participant is in several rows and gets one key. (rows 2, 4, 6, 8, 10, …) (--all\n  lists them)\n\n18 participants',
  );
});

test('a notice that stands alone says where it is', async () => {
  const { run, write } = await useWorkshop();
  write('one.csv', 'E-mail,Name,Surname,Limit\nada@example.org,Ada,Lind,"2,5"\n');
  const { stdout } = await run(['provision', 'one.csv', '--dry-run']);
  expect(stdout).toContain('USD. (row 2, column D: "2,5")');
  expect(stdout).not.toContain('To see all');
});

test('roster check --all lists every row of a notice', async () => {
  const { write, cwd } = await useWorkshop();
  const rows = Array.from({ length: 15 }, (_, at) => `p${at}@example.org,Person,Number${at},cancelled`);
  write('out.csv', `E-mail,Name,Surname,Status\n${rows.join('\n')}\nada@example.org,Ada,Lind,confirmed\n`);
  expect((await orkeys(['roster', 'check', 'out.csv'], { cwd })).stdout).toContain('… and 5 more (--all lists them)');
  const all = await orkeys(['roster', 'check', 'out.csv', '--all'], { cwd });
  expect(all.stdout).toContain('row 16, column D: cancelled');
  expect(all.stdout).not.toContain('more (');
});

/** The arguments of the command that a screen prints for this purpose, as a shell understands them. */
function argsIn(screen: string, command: string): string[] {
  const text = screen.split('\n').find((line) => line.includes(`orkeys ${command}`));
  const typed = text?.slice(text.indexOf('orkeys ') + 'orkeys '.length) ?? '';
  return execFileSync('sh', ['-c', `printf '%s\\0' ${typed}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
}

test('the command that shows all notices repeats how the roster is read', async () => {
  const { run, write, cwd } = await useWorkshop();
  const rows = Array.from(
    { length: 9 },
    (_, at) => `p${at}@example.org,Person ${'abcdefghi'[at]},"${at},5",cancelled,Guest`,
  );
  write(
    "team's list.csv",
    `Where to write,Who,Most,Status,Role\n${rows.join('\n')}\nada@example.org,Ada,2,going,Student\n`,
  );
  const how = [
    '--column',
    'email=Where to write',
    '--column',
    'limit=Most',
    '--include-status',
    'cancelled',
    '--exclude-role',
    'Guest',
  ];
  const { stdout } = await run(['provision', "team's list.csv", ...how, '--prefix', 'LIST', '--dry-run']);
  const suggested = argsIn(stdout, 'roster check');
  expect(suggested).toEqual(['roster', 'check', "team's list.csv", '--all', ...how]);
  const all = await orkeys(suggested, { cwd });
  expect(all.stdout.match(/, column E: Guest/g)).toHaveLength(9);
});

test('the command that rebuilds a missing result file does so, as it is printed', async () => {
  const { run, cwd } = await useWorkshop();
  const file = join(cwd, 'output', 'WS', 'keys.json');
  rmSync(file);
  const suggested = argsIn((await run(['doctor'])).stdout, 'export');
  expect(suggested).toEqual(['export', 'WS']);
  expect(await orkeys(suggested, { cwd })).toMatchObject({ code: 0 });
  expect(readFileSync(file, 'utf8')).toContain('anda@example.org');
});
