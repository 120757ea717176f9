import { expect, test } from 'vitest';
import { CTRL_C } from '../support/context.ts';
import { useWorkshop } from '../support/workshop-world.ts';

// One rule: y or N where a change can be undone; the prefix, or the name of the one key, where it cannot.

/** A workshop of three people, a second workshop of two, and what a command asks. */
async function useTwoWorkshops() {
  const world = await useWorkshop();
  world.write('TWO.csv', 'E-mail,Name,Surname\nada@example.org,Ada,Lind\nbo@example.org,Bo,Krag\n');
  await world.run(['provision', 'TWO.csv', '--yes']);
  const asked = async (args: string[], answers: string[] = ['']) => {
    const { stderr } = await world.run(args, { answers });
    return /^.*\[y\/N\]|^Type .*? to confirm/m.exec(stderr)?.[0] ?? stderr;
  };
  const name = (person: string) => world.server.liveKeys().find((key) => key.name.includes(person))?.name ?? '';
  return { ...world, asked, name };
}

test('what can be undone asks for y or N', async () => {
  const { asked } = await useTwoWorkshops();
  expect(await asked(['update', '--prefix', 'WS', '--limit', '2'])).toBe('Change 3 keys? [y/N]');
  expect(await asked(['revoke', '--prefix', 'WS', '--disable'])).toBe('Disable 3 keys? [y/N]');
  expect(await asked(['rotate', '--prefix', 'WS', '--grace'])).toBe('Replace 3 keys and disable the old ones? [y/N]');
  expect(await asked(['update', '--all', '--disable'])).toBe('Change 5 keys? [y/N]');
});

test('what cannot be undone asks for the prefix, or for the name of the one key', async () => {
  const { asked, name } = await useTwoWorkshops();
  expect(await asked(['revoke', '--prefix', 'WS'])).toBe('Type WS to confirm');
  expect(await asked(['rotate', '--prefix', 'WS'])).toBe('Type WS to confirm');
  expect(await asked(['revoke', '--email', 'anda@example.org', '--email', 'zane@example.org'])).toBe(
    'Type WS to confirm',
  );
  expect(await asked(['revoke', '--email', 'anda@example.org'])).toBe(`Type ${name('Anda')} to confirm`);
  expect(await asked(['rotate', '--email', 'anda@example.org'])).toBe(`Type ${name('Anda')} to confirm`);
});

test('keys of several workshops have no prefix in common: what is done to how many is typed', async () => {
  const { asked, server, run } = await useTwoWorkshops();
  expect(await asked(['revoke', '--name', '*_*'])).toBe('Type delete 5 keys to confirm');
  expect(await asked(['revoke', '--all'], ['delete 5 keys', 'yes'])).toBe('Type delete all 5 keys to confirm');
  expect(server.liveKeys()).toHaveLength(5);
  expect((await run(['revoke', '--all'], { answers: ['delete all 5 keys'] })).code).toBe(0);
  expect(server.liveKeys()).toHaveLength(0);
});

test('a wrong word is asked for once more; then it is cancelled', async () => {
  const { run, server } = await useTwoWorkshops();
  const no = await run(['revoke', '--prefix', 'TWO'], { answers: ['two', 'two'] });
  expect(no.stderr.match(/Type TWO to confirm/g)).toHaveLength(2);
  expect(no.stderr).toMatch(/Cancelled; nothing was changed\.\n$/);
  expect(server.liveKeys()).toHaveLength(5);
  expect((await run(['revoke', '--prefix', 'TWO'], { answers: ['two', 'TWO'] })).code).toBe(0);
  expect(server.liveKeys()).toHaveLength(3);
});

test.each([
  ['update', ['--limit', '7']],
  ['rotate', []],
  ['revoke', []],
])('Ctrl-C at the question about keys named alike cancels %s altogether', async (command, more) => {
  const { run, server, sent } = await useTwoWorkshops();
  server.account.createKey({ name: 'WS_of_another_program' });
  sent();
  const { code, stderr } = await run([command, '--prefix', 'WS', ...more], { answers: [CTRL_C, 'WS', 'y'] });
  expect(stderr).toMatch(/Type unknown to confirm: \n(?:Error: )?Cancelled; nothing was changed\.\n$/);
  expect([code, sent()]).toEqual([130, []]);
});
