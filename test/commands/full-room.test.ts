import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { refused } from '../support/faults.ts';
import { useWorkshop } from '../support/workshop-world.ts';

// What is seen when the room fills up: what changed or needs something has a row, the rest is a count.

const PEOPLE = ['Ada Lind', 'Bo Krag', 'Cleo Ruiz', 'Dora Weiss', 'Emil Holm', 'Fay Moss', 'Gil Sands', 'Hana Ito'];

function rosterOf(names: readonly string[], more = '', heading = '') {
  const rows = names.map((name) => `${name.split(' ')[0]?.toLowerCase()}@example.org,${name}${more}`);
  return `E-mail,Name${heading}\n${rows.join('\n')}\n`;
}

async function useRoom(...flags: string[]) {
  const world = await useWorkshop();
  world.write('ROOM.csv', rosterOf(PEOPLE));
  await world.run(['provision', 'ROOM.csv', '--yes', ...flags]);
  return world;
}

/** The arguments of a command that was printed, as a shell understands it. */
function argsOf(command: string): string[] {
  const text = command.replace(/^orkeys /, '');
  const printed = execFileSync('sh', ['-c', `printf '%s\\0' ${text}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

/** The commands on lines of their own. */
function commandsIn(text: string): string[] {
  return [...text.matchAll(/^ +(orkeys .*)$/gm)].map((match) => match[1] ?? '');
}

test('a second run lists nobody, a run for a latecomer lists the latecomer, --all-rows lists everybody', async () => {
  const { run, write } = await useRoom();
  const second = await run(['provision', 'ROOM.csv']);
  expect(second.stdout).toContain('Created 0 keys; 8 have a key already\n');
  expect(second.stdout).not.toContain('Ada Lind');
  expect(second.stdout).not.toContain('Next');
  write('ROOM.csv', rosterOf([...PEOPLE, 'Ines Late']));
  const third = await run(['provision', 'ROOM.csv']);
  expect(third.stdout).toContain('Ines Late');
  expect(third.stdout).not.toContain('Ada Lind');
  expect(third.stdout).toContain('Created 1 key, total limit $1.00; 8 have a key already\n');
  const all = await run(['provision', 'ROOM.csv', '--all-rows']);
  expect(all.stdout.match(/has key/g)).toHaveLength(9);
});

test('why people have no key is told below the table, in full, and once for all with the same reason', async () => {
  const { run, write, server } = await useWorkshop();
  write('ROOM.csv', rosterOf(PEOPLE));
  const why = 'this organization allows nobody to create any further keys of this kind before the end of the month';
  server.setRules(({ route, nth }) => (route === 'POST /keys' && nth > 3 && nth <= 6 ? refused(400, why) : undefined));
  const { code, stdout } = await run(['provision', 'ROOM.csv'], { answers: ['y'], columns: 80 });
  expect(code).toBe(3);
  const [, below = ''] = stdout.split(/\n\n/);
  expect(below.replaceAll(/\S+\[\d+m/g, '').replaceAll(/\n +/g, ' ')).toMatch(
    /^Refused, +rows 2, 3, 4: [^\n]*any further keys of this kind before the end of the month\)?\.?$/,
  );
  expect(stdout.match(/this organization/g)).toHaveLength(1);
});

test.each([60, 80, 100])('names and keys are told apart by their ends in %s columns', async (columns) => {
  const { run, write, saved } = await useWorkshop();
  const long = 'Maximiliana Wolkenstein-Trostburg';
  write('A_LONG_NAME_OF_A_WORKSHOP.csv', rosterOf([`${long} First`, `${long} Other`, 'Bo Krag']));
  const args = ['provision', 'A_LONG_NAME_OF_A_WORKSHOP.csv', '--shared-emails'];
  const { stdout } = await run(args, { answers: ['y'], columns });
  const lines = stdout.slice(0, stdout.indexOf('Created')).split('\n');
  for (const line of lines) expect(line.replaceAll(/\S+\[\d+m/g, '').length).toBeLessThanOrEqual(columns);
  for (const { name } of saved('A_LONG_NAME_OF_A_WORKSHOP')) expect(stdout).toContain(name.slice(-8));
  expect(stdout).toMatch(/….*First /);
  expect(stdout).toMatch(/….*Other /);
});

test('many keys with one and the same change are one line, right above the question', async () => {
  const { run, screen } = await useRoom();
  const asked = await run(['update', '--prefix', 'ROOM', '--limit', '2'], { answers: ['n'] });
  expect(screen(asked).replaceAll(/\S+\[\d+m/g, '')).toContain(
    '8 keys: limit $1.00 → $2.00 (--all-rows lists them)\n\n8 keys to change.\nChange 8 keys? [y/N] Cancelled',
  );
  for (const flag of ['--dry-run', '--all-rows']) {
    const listed = await run(['update', '--prefix', 'ROOM', '--limit', '2', flag, '--yes']);
    expect(listed.stdout + listed.stderr).toContain('Ada_Lind');
  }
});

test('a revocation tells how many keys go and what they spent; few keys are always listed by name', async () => {
  const { run } = await useRoom();
  const all = await run(['revoke', '--prefix', 'ROOM'], { answers: [''] });
  expect(all.stderr).toContain('8 keys: delete (--all-rows lists them)\n\n8 keys to delete, total spent $0.00.\n');
  expect(all.stderr).not.toContain('Ada_Lind');
  const some = await run(['revoke', '--email', 'ada@example.org', '--email', 'bo@example.org'], { answers: [''] });
  expect(some.stderr).toContain('Ada_Lind');
});

test('sync tells what is the same for many as one line too', async () => {
  const { run } = await useRoom();
  const { stderr } = await run(['sync', 'ROOM.csv', '--limit', '3'], { answers: ['n'] });
  expect(stderr).toContain('8 keys: limit $1.00 → $3.00');
  expect(stderr).not.toContain('Ada_Lind');
});

test('a limit that is not applied to existing keys is told, with a command that applies it', async () => {
  const { run, server } = await useRoom('--limit', '2');
  await run(['update', '--email', 'hana@example.org', '--limit', '5', '--yes']);
  const { stderr } = await run(['provision', 'ROOM.csv', '--limit', '3', '--yes', '--limit-reset', 'daily']);
  expect(stderr).toContain('8 participants keep the limit they have ($2.00; 1 × $5.00). To change them, run:');
  expect(stderr).toContain('8 participants keep the limit reset they have (never).');
  const [command = ''] = commandsIn(stderr);
  expect(command).toBe('orkeys sync ROOM.csv --limit 3 --limit-reset daily --rate off');
  expect((await run(argsOf(command), { answers: ['y'] })).code).toBe(0);
  const room = server.liveKeys().filter(({ name }) => name.startsWith('ROOM'));
  expect(new Set(room.map(({ limit, limit_reset }) => `${limit} ${limit_reset}`))).toEqual(new Set(['3 daily']));
  const again = await run(['provision', 'ROOM.csv', '--limit', '3', '--yes', '--limit-reset', 'daily']);
  expect(commandsIn(again.stderr)).toEqual([]);
});

test('without --limit nothing is said about limits; a limit of a row is', async () => {
  const { run, write } = await useRoom('--limit', '2');
  expect((await run(['provision', 'ROOM.csv'])).stderr).not.toContain('keep');
  write('ROOM.csv', rosterOf(PEOPLE, ',4', ',Limit'));
  expect((await run(['provision', 'ROOM.csv'])).stderr).toContain('8 participants keep the limit they have ($2.00).');
});

test('an expiration and BYOK that are not applied are told, each with a command that works', async () => {
  const { run, server } = await useRoom();
  const { stderr } = await run(['provision', 'ROOM.csv', '--expires', '7d', '--include-byok']);
  expect(stderr).toContain('8 participants keep the expiration they have (never). It cannot be changed;');
  expect(stderr).toContain('8 participants keep a limit that does not count BYOK usage. To change that:');
  const [rotate = '', update = ''] = commandsIn(stderr);
  expect([rotate, update]).toEqual([
    'orkeys rotate --prefix ROOM --expires 7d',
    'orkeys update --prefix ROOM --include-byok',
  ]);
  expect((await run(argsOf(update), { answers: ['y'] })).code).toBe(0);
  expect((await run(argsOf(rotate), { answers: ['ROOM'] })).code).toBe(0);
  const room = server.liveKeys().filter(({ name }) => name.startsWith('ROOM'));
  expect(room.every(({ expires_at, include_byok_in_limit }) => expires_at !== null && include_byok_in_limit)).toBe(
    true,
  );
  const again = await run(['sync', 'ROOM.csv', '--expires', '30d', '--yes']);
  expect(again.stderr).toContain('8 participants keep the expiration they have (2026-03-09 09:00 UTC).');
});

test.each(['provision', 'sync'])(
  "%s tells that a row's own expiration is not applied to an existing key",
  async (command) => {
    const { run, write, server } = await useRoom();
    write('ROOM.csv', rosterOf(PEOPLE.slice(0, 3), ',2026-05-01', ',Expires'));
    const { stdout, stderr } = await run([command, 'ROOM.csv']);
    expect(stdout + stderr).toContain('3 participants keep an expiration that differs from the roster');
    const [rotate = ''] = commandsIn(stderr).filter((line) => line.includes('rotate'));
    expect(rotate).toBe('orkeys rotate --prefix ROOM --email ada@example.org --expires 2026-05-01T23:59:59Z');
    expect(await run([...argsOf(rotate), '--yes'])).toMatchObject({ code: 0 });
    expect(server.liveKeys().filter(({ expires_at }) => expires_at === '2026-05-01T23:59:59Z')).toHaveLength(1);
    expect((await run([command, 'ROOM.csv'])).stderr).toContain('2 participants keep an expiration');
  },
);

test('keys that are switched off are told, with the command that enables them', async () => {
  const { run, server } = await useRoom();
  const emails = ['ada', 'bo', 'cleo'].flatMap((name) => ['--email', `${name}@example.org`]);
  await run(['update', ...emails, '--disable', '--yes']);
  const some = await run(['provision', 'ROOM.csv']);
  expect(some.stderr).toContain('3 of these keys are disabled. To enable them:');
  expect(some.stdout).toContain('8 have a key already, 3 of them disabled');
  await run(['update', '--prefix', 'ROOM', '--disable', '--yes']);
  const all = await run(['provision', 'ROOM.csv']);
  expect(commandsIn(all.stderr)).toEqual(['orkeys update --prefix ROOM --enable']);
  for (const command of commandsIn(some.stderr)) await run(argsOf(command), { answers: ['y'] });
  expect(server.liveKeys().filter(({ name, disabled }) => name.startsWith('ROOM') && !disabled)).toHaveLength(3);
  for (const command of commandsIn(all.stderr)) await run(argsOf(command), { answers: ['y'] });
  expect(server.liveKeys().filter(({ name, disabled }) => name.startsWith('ROOM') && !disabled)).toHaveLength(8);
});

test('a limit of $0 is told as what it is', async () => {
  const { run, write } = await useRoom();
  write('ZERO.csv', rosterOf(PEOPLE.slice(0, 2)));
  const zero = await run(['provision', 'ZERO.csv', '--limit', '0', '--dry-run']);
  expect(zero.stdout).toContain('total limit $0.00; these keys cannot spend anything; remaining credit');
  const update = await run(['update', '--prefix', 'ROOM', '--limit', '0', '--dry-run']);
  expect(update.stdout).toContain('8 keys to change; these keys cannot spend anything.');
  write('SOME.csv', rosterOf(PEOPLE.slice(0, 1)).replace('Name\n', 'Name,Limit\n').replace('Lind', 'Lind,0'));
  const one = await run(['provision', 'SOME.csv', '--dry-run']);
  expect(one.stdout).toContain('; this key cannot spend anything');
});

test('the question names the workshop, its folder, the account and the people with their limits', async () => {
  const { run, write, screen } = await useRoom();
  write('BSSDH_2025_participants.csv', rosterOf(PEOPLE.slice(0, 2)));
  const { stderr } = await run(['provision', 'BSSDH_2025_participants.csv'], { answers: ['n'] });
  const plain = screen({ code: 0, stdout: '', stderr }).replaceAll(new RegExp(`${'\u001b'}\\[\\d+m`, 'g'), '');
  expect(plain.slice(plain.indexOf('Workshop'))).toMatchInlineSnapshot(`
    "Workshop  BSSDH_2025 → output/BSSDH_2025 (prefix from the file name; --prefix sets another)
    Account   user_sandbox, management key <masked>
    Roster    BSSDH_2025_participants.csv: 2 participants in 2 rows
    Columns   email A, full_name B

    ROW  NAME      EMAIL            LIMIT
      2  Ada Lind  ada@example.org  $1.00
      3  Bo Krag   bo@example.org   $1.00

    Create    2 keys, $1.00 each, no expiration
    Limits    total limit $2.00; remaining credit $1,000.00
    Create 2 keys? [y/N] Cancelled; nothing was changed.
    "
  `);
});

test('at most 20 people stand above a question; --all-rows lists all of them', async () => {
  const { run, write } = await useRoom();
  const many = Array.from({ length: 25 }, (_, at) => `P${at + 1} Many`);
  write('MANY.csv', rosterOf(many));
  const asked = (await run(['provision', 'MANY.csv'], { answers: ['n'] })).stderr;
  expect(asked.match(/ Many /g)).toHaveLength(20);
  expect(asked).toContain('… and 5 more (--all-rows lists them)');
  expect((await run(['provision', 'MANY.csv', '--all-rows'], { answers: ['n'] })).stderr.match(/ Many /g)).toHaveLength(
    25,
  );
});

test('a prefix that comes from the environment or was typed is told as such', async () => {
  const { run, server } = await useRoom();
  const env = { ORKEYS_BASE_URL: server.url, OPENROUTER_MANAGEMENT_KEY: server.managementKey, ORKEYS_PREFIX: 'ENV' };
  const fromEnv = await run(['provision', 'ROOM.csv', '--dry-run'], { env });
  expect(fromEnv.stdout).toContain('ENV → output/ENV (prefix from ORKEYS_PREFIX)');
  const typed = await run(['provision', 'ROOM.csv', '--prefix', 'TYPED', '--dry-run']);
  expect(typed.stdout).toContain('TYPED → output/TYPED\n');
});

test('every command that provisioning suggests works as it is printed', async () => {
  const { run, write } = await useRoom();
  write('NEW.csv', rosterOf(PEOPLE.slice(0, 3)));
  const { stdout } = await run(['provision', 'NEW.csv', '--out', 'my results']);
  const commands = commandsIn(stdout);
  expect(commands).toEqual([
    "orkeys verify --prefix NEW --out 'my results'",
    "orkeys handout slips NEW --out 'my results'",
  ]);
  for (const command of commands) expect((await run(argsOf(command))).code).toBe(0);
});
