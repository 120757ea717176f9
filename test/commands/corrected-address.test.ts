import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { decodeJournal } from '../../src/journal/codec.ts';
import { openWorld, PREFIX } from '../proof/support/workshop-world.ts';
import { orkeys } from '../support/cli.ts';

const OLD = 'p0@example.org';
const NEW = 'p0.new@example.org';

async function useWorld() {
  const world = await openWorld({ people: 2 });
  onTestFinished(() => world.close());
  await world.run(world.provision);
  const roster = (...rows: string[]) =>
    writeFileSync(join(world.cwd, 'roster.csv'), `E-mail,Name,Surname\n${rows.join('\n')}\n`);
  const living = () => world.server.liveKeys().filter(({ name }) => name.startsWith(`${PREFIX}_`));
  const keys = () => JSON.parse(readFileSync(join(world.folder, 'keys.json'), 'utf8')).keys;
  const people = () => keys().map(({ participant }: { participant: { emails: string[] } }) => participant.emails[0]);
  const before = living().map(({ hash }) => hash);
  roster(`${NEW},Anda,Liepa`, 'p1@example.org,Pēteris,Liepa');
  return { world, roster, living, people, before };
}

test('a corrected address makes no second key: off a terminal the row waits, exit 3, and says how to decide', async () => {
  const { world, living, before } = await useWorld();
  const { code, stdout, stderr } = await world.run(world.provision);
  expect(code).toBe(3);
  expect(stderr).toContain(`Anda Liepa seems to have a new address (${OLD} → ${NEW}) and waits`);
  expect(stdout).toContain(`--same-person ${OLD}=${NEW}`);
  expect(living().map(({ hash }) => hash)).toEqual(before);
});

test('the command that the screen suggests decides, and does not wait again', async () => {
  const { world, living, before } = await useWorld();
  const { stdout } = await world.run(world.provision);
  const suggested = /Next, if it is the same as before:\n {2}orkeys (.+)\n/.exec(stdout)?.[1] ?? 'none';
  expect(suggested).toBe([...world.provision, '--same-person', `${OLD}=${NEW}`].join(' '));
  expect((await world.run(suggested.split(' '))).code).toBe(0);
  expect(living().map(({ hash }) => hash)).toEqual(before);
});

test('--same-person keeps the key, with the new address in all outputs, and the next run has nothing to decide', async () => {
  const { world, living, people, before } = await useWorld();
  const { code, stdout } = await world.run([...world.provision, '--same-person', `${OLD}=${NEW}`]);
  expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('Created 0 keys') });
  expect(living().map(({ hash }) => hash)).toEqual(before);
  expect(people()).toEqual([NEW, 'p1@example.org']);
  expect((await world.run(world.provision)).code).toBe(0);
  const shown = await world.run(['list', '--email', NEW, '--json', '--rate', 'off']);
  expect(JSON.parse(shown.stdout).keys).toHaveLength(1);
});

test('a journal with such an entry says that it needs a newer version, so that an older one refuses it in words', async () => {
  const { world } = await useWorld();
  const versions = () =>
    decodeJournal(readFileSync(join(world.folder, 'journal.jsonl'))).entries.flatMap((entry) =>
      entry.type === 'journal' ? [entry.version] : [],
    );
  expect(versions()).toEqual([1]);
  await world.run([...world.provision, '--same-person', `${OLD}=${NEW}`]);
  expect(versions()).toEqual([1, 2]);
});

test('--new-person creates a key of their own; the former one stays', async () => {
  const { world, living } = await useWorld();
  expect((await world.run([...world.provision, '--new-person', NEW])).code).toBe(0);
  expect(living()).toHaveLength(3);
});

test('sync --revoke-missing revokes no such key before that is decided', async () => {
  const { world, living, before } = await useWorld();
  const sync = ['sync', ...world.provision.slice(1), '--revoke-missing'];
  expect((await world.run(sync)).code).toBe(3);
  expect(living().map(({ hash }) => hash)).toEqual(before);
  expect((await world.run([...sync, '--same-person', `${OLD}=${NEW}`])).code).toBe(0);
  expect(living().map(({ hash }) => hash)).toEqual(before);
});

test.each([
  ['y', 2],
  ['n', 3],
])('on a terminal it asks once: %s', async (answer, number) => {
  const { world, living, people } = await useWorld();
  const args = world.provision.filter((arg) => arg !== '--yes');
  const answers = answer === 'y' ? ['y'] : ['n', 'y'];
  const { code, stderr } = await orkeys(args, { cwd: world.cwd, home: world.home, env: world.env, answers });
  expect(stderr).toContain(`Anda Liepa seems to have a new address: ${OLD} → ${NEW}\nIs this the same person`);
  expect(code).toBe(0);
  expect(living()).toHaveLength(number);
  expect(people()).toContain(NEW);
});

test('the question is wrapped between words, never inside an address', async () => {
  const { world } = await useWorld();
  const args = world.provision.filter((arg) => arg !== '--yes');
  const { stderr } = await orkeys(args, {
    cwd: world.cwd,
    home: world.home,
    env: world.env,
    answers: ['n', 'n'],
    columns: 60,
  });
  expect(stderr).toContain(`Anda Liepa seems to have a new address: p0@example.org →\n${NEW}\nIs this the same person`);
});

test('somebody who shares a name with two others, or whose namesake is still there, is new', async () => {
  const { world, roster, living } = await useWorld();
  roster(`${OLD},Anda,Liepa`, `${NEW},Anda,Liepa`, 'p1@example.org,Pēteris,Liepa');
  expect((await world.run(world.provision)).code).toBe(0);
  expect(living()).toHaveLength(3);
});

test('what --same-person cannot mean is a usage error', async () => {
  const { world } = await useWorld();
  const { code, stderr } = await world.run([...world.provision, '--same-person', 'Anda']);
  expect(code).toBe(2);
  expect(stderr).toContain('Invalid --same-person Anda: expected two email addresses.');
});
