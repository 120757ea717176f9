import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';
import { refused } from '../support/faults.ts';
import { type FaultyServer, type Rules, useFaultyServer } from '../support/faulty-server.ts';
import { newAccount } from '../support/sandbox.ts';
import { NOW } from '../support/workshop-world.ts';

const ROSTER = `E-mail,Name,Surname
anda@example.org,Anda,Ozola
janis@example.org,Jānis,Bērziņš
zane@example.org,Zane,Kalna
`;

/** Two computers, each with its own output folder, that provision the same roster at the same moment. */
async function useTwoComputers(options: { roster?: string; lookAgain?: Rules } = {}) {
  const { roster = ROSTER } = options;
  const people = roster.trim().split('\n').length - 1;
  const turns: (() => void)[] = [];
  const done = { lists: 0, posts: 0 };
  const until = (isTime: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => (isTime() ? resolve() : turns.push(look));
      look();
    });
  const server: FaultyServer = await useFaultyServer({
    account: newAccount(NOW),
    rules: (request, self) =>
      request.route === 'GET /keys' && request.nth > 2 ? options.lookAgain?.(request, self) : undefined,
    onEvent: async (phase, { route, nth }) => {
      if (phase === 'received' && route === 'POST /keys') await until(() => done.lists === 2);
      if (phase === 'received' && route === 'GET /keys' && nth > 2) await until(() => done.posts === 2 * people);
      if (phase !== 'answered') return;
      if (route === 'GET /keys') done.lists += 1;
      if (route === 'POST /keys') done.posts += 1;
      for (const look of turns.splice(0)) look();
    },
  });
  const root = temporaryFolder();
  const computers = ['one', 'other'].map((name) => {
    const cwd = join(root, name);
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'WS_participants.csv'), roster);
    const env = { ORKEYS_BASE_URL: server.url, OPENROUTER_MANAGEMENT_KEY: server.managementKey };
    return (...args: string[]) => orkeys([...args, '--rate', 'off'], { cwd, env, now: NOW, columns: 400 });
  });
  const screens = await Promise.all(computers.map((run) => run('provision', 'WS_participants.csv')));
  return { root, server, computers, screens };
}

const commandIn = (stdout: string) => /^ {2}orkeys (revoke --hash .*)$/m.exec(stdout)?.[1]?.split(' ') ?? [];

test('both say who has a second key now, and name the same keys as unneeded', async () => {
  const { root, server, computers, screens } = await useTwoComputers();
  expect(server.liveKeys()).toHaveLength(6);
  const [one, other] = screens.map(({ stdout }) => commandIn(stdout));
  expect(one?.filter((word) => word === '--hash')).toHaveLength(3);
  expect(one?.toSorted()).toEqual(other?.toSorted());
  const text = screenOf(screens[0] ?? { code: -1, stdout: '', stderr: '' }, root).replaceAll(
    /--hash [0-9a-f]{12}/g,
    '--hash <hash>',
  );
  expect(text.slice(text.indexOf('Note '), text.indexOf('Next'))).toMatchInlineSnapshot(`
    "Note      3 participants have a second key, created elsewhere during this run: WS_Anda_Ozola_<tag> and WS_Anda_Ozola_<tag>; WS_Jānis_Bērziņš_<tag> and WS_Jānis_Bērziņš_<tag>; WS_Zane_Kalna_<tag> and WS_Zane_Kalna_<tag>
    To delete the unused key of each:
      orkeys revoke --hash <hash> --hash <hash> --hash <hash>
    "
  `);
  expect(screens.map(({ code }) => code)).toEqual([0, 0]);

  const [run] = computers;
  expect((await run?.(...(one ?? []), '--yes'))?.code).toBe(0);
  const names = server.liveKeys().map(({ name }) => name.replace(/_[a-z2-7]{8}$/, ''));
  expect(names.sort()).toEqual(['WS_Anda_Ozola', 'WS_Jānis_Bērziņš', 'WS_Zane_Kalna']);
  const posts = server.requests.filter(({ method }) => method === 'POST').length;
  for (const run of computers) expect((await run('provision', 'WS_participants.csv')).code).toBe(0);
  expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(posts);
});

test('a key that was used stays, whichever it is', async () => {
  let used = '';
  const { screens } = await useTwoComputers({
    lookAgain: (_, { account, liveKeys }) => {
      used ||= liveKeys().find(({ name }) => name.includes('Anda'))?.hash ?? '';
      if (account.getKey(used).data.usage === 0) account.spend(used, 0.5);
      return undefined;
    },
  });
  for (const { stdout } of screens) expect(commandIn(stdout)).not.toContain(used.slice(0, 12));
});

test('where two participants have one name, nobody is told to delete a key', async () => {
  const roster = 'E-mail,Name,Surname\nanna1@example.org,Anna,Ozola\nanna2@example.org,Anna,Ozola\n';
  const { screens } = await useTwoComputers({ roster });
  for (const { stdout } of screens) {
    expect(stdout).toContain('2 participants have a second key, created elsewhere during this run');
    expect(commandIn(stdout)).toEqual([]);
    expect(stdout).toContain('keep one key for each participant and revoke the other');
  }
});

test('where it cannot be looked again, that is said, and all is done all the same', async () => {
  const { screens } = await useTwoComputers({ lookAgain: () => refused(401) });
  for (const { code, stdout } of screens) {
    expect([code, stdout]).toEqual([0, expect.stringContaining('cannot check for keys created elsewhere')]);
  }
});
