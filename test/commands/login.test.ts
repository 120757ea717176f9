import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../src/files/lock.ts';
import { useKeyring, whyNoKeyring } from '../keychain/support/keyring.ts';
import { useStandIn } from '../keychain/support/stand-in.ts';
import { findLeaks } from '../support/canary.ts';
import { orkeys, temporaryFolder, withoutPace } from '../support/cli.ts';
import { type ContextOptions, CTRL_C } from '../support/context.ts';
import { JSON_SHAPES } from '../support/json-shapes.ts';
import { NOW, useKeyStore } from '../support/key-store-world.ts';
import { HOME_KEY, REGULAR_KEY, useTwoAccounts, WORK_KEY } from '../support/two-accounts.ts';

const LINUX = process.platform !== 'win32';

describe.skipIf(!LINUX)('login', () => {
  test('asks for a management key, checks it, saves it, and it is used from then on', async () => {
    const { run, screen, file, profiles, keyring, lastKey, service } = await useKeyStore();
    expect(screen(await run('login', { answers: [WORK_KEY] }))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Saved     management key <masked> as profile default, in the keyring of this computer
      Account   user_work
      Service   http://<host>/api/v1
      Default   yes
      Check it  orkeys whoami
      --- stderr
      Note: the management key is checked on http://<host>/api/v1, which ORKEYS_BASE_URL selects, and saved for it.
      Management key for profile default (not shown): 
      "
    `);
    expect(profiles()).toEqual({
      version: 1,
      default: 'default',
      profiles: {
        default: {
          store: 'secret-service',
          added_at: '2026-03-02T09:00:00.000Z',
          label: 'sk-or-v1-tes...aaaa',
          account: 'user_work',
          base_url: service.url,
        },
      },
      mail: {},
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).not.toContain(WORK_KEY);
    expect(keyring.calls().map(({ args }) => args[0])).toEqual(['search', 'store', 'lookup']);
    expect(screen(await run('whoami'))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Key         <masked>, from profile default, the default profile
      Kind        management key
      Service     http://<host>/api/v1
      Workspace   Default (5a9db0c5-0000-4000-8000-000000000001)
      Created by  user_work
      Limit       unlimited
      Expires     never
      Credit      $1,000.00 remaining ($1,000.00 purchased, $0.00 spent)
      --- stderr
      "
    `);
    expect(lastKey()).toBe(WORK_KEY);
  });

  test('takes a management key from a pipe; the arguments and the environment of other programs never have it', async () => {
    const { run, profiles, keyring } = await useKeyStore();
    const piped = { stdin: new TextEncoder().encode(`${WORK_KEY}\nlogin: zane\n`) };
    const done = await run('login work --json', piped);
    expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('which ORKEYS_BASE_URL selects') });
    expect(JSON.parse(done.stdout)).toMatchObject({ profile: 'work', default: true, store: 'secret-service' });
    expect(profiles().profiles.work).toMatchObject({ account: 'user_work' });
    const seen = JSON.stringify(keyring.calls().map(({ args, env }) => [args, env]));
    expect(seen).not.toContain(WORK_KEY);
    expect(keyring.calls()[1]?.env).not.toHaveProperty('ORKEYS_BASE_URL');
  });

  test.each([
    ['a regular key', REGULAR_KEY, 4, 'This is a regular API key, which cannot manage keys.'],
    ['a key that OpenRouter rejects', 'sk-or-v1-test-unknown-0123456789abcdef', 4, 'rejected'],
    ['a key in quotes', `"${WORK_KEY}"`, 2, 'The management key has quotes around its value.'],
    ['two words', 'no key', 2, 'contains spaces, line breaks or characters that are not allowed'],
    ['nothing', '', 2, 'No management key was typed. Nothing was saved.'],
    ['Ctrl-C', CTRL_C, 130, 'Cancelled; nothing was changed.'],
  ])('%s is refused, and nothing is saved', async (_, typed, code, message) => {
    const { login, file, keyring } = await useKeyStore();
    expect(await login('', typed)).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) });
    expect(existsSync(file)).toBe(false);
    expect(keyring.calls().map(({ args }) => args[0])).toEqual(['search']);
  });

  test('where there is no keyring nobody is asked, and .env is named', async () => {
    const { run, screen, service } = await useKeyStore({
      secretTool: "fail(1, 'secret-tool: Cannot autolaunch D-Bus without X11 $DISPLAY\\n');",
    });
    expect(screen(await run('login', { answers: [WORK_KEY] }))).toMatchInlineSnapshot(`
      "exit 6
      --- stdout
      --- stderr
      [31mError:[39m This computer has no key store that orkeys can use: no keyring service runs in this session.
      [1mHint:[22m This is usual over SSH, in containers and in WSL. Without a key store, use a .env file that only you can read,
        with OPENROUTER_MANAGEMENT_KEY=… or ORKEYS_SMTP_PASSWORD=… in it.
      "
    `);
    expect(service.requests).toEqual([]);
  });

  test('another key under the same name replaces the only copy, so it is confirmed', async () => {
    const { login, run, screen, profiles, keyring } = await useKeyStore();
    await login('', WORK_KEY);
    expect((await login('', WORK_KEY)).code).toBe(0);
    const declined = await run('login', { answers: [HOME_KEY, 'n'] });
    expect(screen(declined)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      --- stderr
      Note: the management key is checked on http://<host>/api/v1, which ORKEYS_BASE_URL selects, and saved for it.
      Management key for profile default (not shown): 
      Replace the management key <masked> of profile default? Its secret will be gone from this computer. [y/N] Cancelled; nothing was changed.
      "
    `);
    const piped = await run('login', { stdin: new TextEncoder().encode(HOME_KEY) });
    expect(piped).toMatchObject({ code: 2, stderr: expect.stringContaining('Add --yes to confirm.') });
    const dry = await run('login --dry-run', { stdin: new TextEncoder().encode(HOME_KEY) });
    expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('Would save') });
    expect(profiles().profiles.default.account).toBe('user_work');
    expect(keyring.calls().filter(({ args }) => args[0] === 'store')).toHaveLength(2);
    expect((await run('login --yes', { stdin: new TextEncoder().encode(HOME_KEY) })).code).toBe(0);
    expect(profiles().profiles.default.account).toBe('user_home');
  });

  test.each(['', '-x', 'a/b', 'a b', 'ķ', '__proto__', 'x'.repeat(65)])('%j cannot name a profile', async (name) => {
    const { cwd, env, file } = await useKeyStore();
    const screen = await orkeys(['login', '--', name], { cwd, env, answers: [WORK_KEY], platform: 'linux' });
    expect(screen.code).toBe(2);
    expect(existsSync(file)).toBe(false);
  });

  test('while another process changes the profiles, nothing is saved, removed or lost', async () => {
    const { login, run, file, keyring } = await useKeyStore();
    await login('work', WORK_KEY);
    const before = [readFileSync(file, 'utf8'), keyring.calls().filter(({ args }) => args[0] !== 'search').length];
    const world = {
      pid: process.pid,
      hostname: hostname(),
      platform: process.platform,
      now: NOW,
      sleep: async () => {},
    };
    const lock = await acquireLock(dirname(file), {
      ...world,
      command: 'login',
      random: (bytes) => randomBytes(bytes),
    });
    for (const command of ['login home', 'login work', 'logout --yes']) {
      expect([command, (await run(command, { answers: [WORK_KEY] })).code]).toEqual([command, 7]);
    }
    expect([readFileSync(file, 'utf8'), keyring.calls().filter(({ args }) => args[0] !== 'search').length]).toEqual(
      before,
    );
    await lock.release();
    expect((await login('home', HOME_KEY)).code).toBe(0);
  });

  test('a profiles.json that is damaged or newer is left alone', async () => {
    const { login, run, file, profiles } = await useKeyStore();
    await login('', WORK_KEY);
    const text = readFileSync(file, 'utf8');
    for (const damaged of [text.slice(0, -5), text.replace('"version": 1', '"version": 2')]) {
      writeFileSync(file, damaged);
      for (const command of ['whoami', 'profiles', 'login', 'logout']) {
        expect(await run(command, { answers: [HOME_KEY] })).toMatchObject({
          code: 6,
          stderr: expect.stringMatching(/is damaged, or from a newer\s+version of orkeys/),
        });
      }
      expect(readFileSync(file, 'utf8')).toBe(damaged);
    }
    writeFileSync(file, text);
    expect(profiles().version).toBe(1);
  });
});

describe.skipIf(!LINUX)('which management key is used', () => {
  async function useBoth() {
    const world = await useKeyStore();
    await world.login('work', WORK_KEY);
    await world.login('home', HOME_KEY);
    return {
      ...world,
      /** the key that whoami sends, and its notes */
      used: async (args: string, env: Record<string, string> = {}, dotenv = '') => {
        writeFileSync(join(world.cwd, '.env'), dotenv);
        const { stderr } = await world.run(`whoami${args}`, { env: { ...world.env, ...env } });
        return { key: world.lastKey(), stderr };
      },
    };
  }
  const KEY = 'OPENROUTER_MANAGEMENT_KEY';
  const WORK = { [KEY]: WORK_KEY };

  test.each([
    ['the default profile, if nothing else says so', '', {}, '', WORK_KEY],
    ['the key in .env before the default profile', '', {}, `${KEY}=${HOME_KEY}`, HOME_KEY],
    ['ORKEYS_PROFILE in .env before the key in .env', '', {}, `${KEY}=${WORK_KEY}\nORKEYS_PROFILE=home`, HOME_KEY],
    ['the key in the environment before all of .env', '', WORK, `${KEY}=${HOME_KEY}\nORKEYS_PROFILE=home`, WORK_KEY],
    ['ORKEYS_PROFILE in the environment before the key there', '', { ...WORK, ORKEYS_PROFILE: 'home' }, '', HOME_KEY],
    [
      '--profile before all',
      ' --profile work',
      { ORKEYS_PROFILE: 'home', [KEY]: HOME_KEY },
      `${KEY}=${HOME_KEY}`,
      WORK_KEY,
    ],
  ])('%s', async (_, args, env, dotenv, expected) => {
    const { used } = await useBoth();
    expect((await used(args, env, dotenv)).key).toBe(expected);
  });

  test('a profile that contradicts a variable says so in one line, one with the same key does not', async () => {
    const { used } = await useBoth();
    expect((await used(' --profile home', WORK)).stderr).toBe(
      'Note: Using profile home (--profile). OPENROUTER_MANAGEMENT_KEY in the environment contains another management key, which is ignored.\n',
    );
    expect((await used('', WORK, 'ORKEYS_PROFILE=home')).stderr).toBe(
      'Note: ORKEYS_PROFILE in .env is ignored: OPENROUTER_MANAGEMENT_KEY in the environment comes first.\n',
    );
    expect((await used(' --profile work', WORK)).stderr).toBe('');
    expect((await used('', WORK, 'ORKEYS_PROFILE=work')).stderr).toBe('');
  });

  test('the key store is asked only when its key is used', async () => {
    const { used, run, keyring } = await useBoth();
    const calls = keyring.calls().length;
    expect((await used('', WORK)).key).toBe(WORK_KEY);
    for (const command of ['list --sandbox --profile work', 'profiles']) {
      expect([command, (await run(command)).code]).toEqual([command, 0]);
    }
    expect(keyring.calls()).toHaveLength(calls);
    expect((await run('list')).code).toBe(0);
    expect(keyring.calls()).toHaveLength(calls + 1);
  });

  test('an unknown profile is named, with those that exist', async () => {
    const { run } = await useBoth();
    expect(await run('list --profile wrok')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('No profile wrok on this computer.\nHint: Profiles: work, home'),
    });
  });

  test('JSON tells where the management key comes from', async () => {
    const { run, env } = await useBoth();
    const sourceOf = async (args: string, more: Record<string, string> = {}) => {
      const document = JSON.parse((await run(`whoami --json${args}`, { env: { ...env, ...more } })).stdout);
      expect(JSON_SHAPES.whoami.safeParse(document).error).toBeUndefined();
      const { variable, variable_from, profile } = document;
      return { variable, variable_from, profile };
    };
    const none = { variable: null, variable_from: null };
    const store = 'secret-service';
    expect(await sourceOf('')).toEqual({ ...none, profile: { name: 'work', selected_by: 'default', store } });
    expect(await sourceOf('', { ORKEYS_PROFILE: 'home' })).toEqual({
      ...none,
      profile: { name: 'home', selected_by: 'ORKEYS_PROFILE', store },
    });
    expect(await sourceOf(' --profile home')).toEqual({
      ...none,
      profile: { name: 'home', selected_by: '--profile', store },
    });
    expect(await sourceOf('', WORK)).toEqual({ variable: KEY, variable_from: 'environment', profile: null });
  });

  test('--profile may stand before the command', async () => {
    const { run, lastKey } = await useBoth();
    expect((await run('--profile home whoami')).code).toBe(0);
    expect(lastKey()).toBe(HOME_KEY);
  });

  test('a saved key is sent only to the address for which it was saved', async () => {
    const { run, env } = await useBoth();
    const other = await useTwoAccounts(NOW);
    const refused = await run('whoami --profile work', { env: { ...env, ORKEYS_BASE_URL: other.url } });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('was saved for http://127.0.0.1') });
    expect(other.requests).toEqual([]);
  });

  test('a secret that is gone from the keyring is told, with the command to save it again', async () => {
    const { run, keyring, env } = await useBoth();
    writeFileSync(keyring.path, '#!/bin/sh\nexit 0\n');
    writeFileSync(keyring.path, '#!/bin/sh\n[ "$1" = search ]\n');
    expect(await run('list --profile work', { env })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining(
        'The management key of profile work is no longer in the keyring of this computer.\nHint: Save it again with: orkeys login work',
      ),
    });
  });

  test('printed commands keep --profile', async () => {
    const { run, cwd } = await useBoth();
    writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\n');
    const made = await run('provision W.csv --yes --profile home');
    expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('orkeys verify --prefix W --profile home') });
    expect((await run('export W --profile home')).code).toBe(0);
  });

  test('a workshop stays with its account: the wrong profile is refused before anything changes', async () => {
    const { run, cwd, service } = await useBoth();
    writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\n');
    expect((await run('provision W.csv --yes --profile work')).code).toBe(0);
    writeFileSync(join(cwd, 'W.csv'), 'E-mail,Name,Surname\nanda@example.org,Anda,Ozola\nbo@example.org,Bo,Krag\n');
    const journal = readFileSync(join(cwd, 'output', 'W', 'journal.jsonl'));
    const before = service.requests.length;
    for (const command of [
      'provision W.csv --yes',
      'sync W.csv --yes --revoke-missing',
      'update --prefix W --limit 2 --yes',
      'rotate --prefix W --yes',
      'revoke --prefix W --yes',
      'purge W --yes',
    ]) {
      const refused = await run(`${command} --profile home`);
      expect([command, refused.code]).toEqual([command, 2]);
      if (!command.includes('prefix'))
        expect(refused.stderr).toContain('belongs to a different account than this management key');
    }
    expect(service.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
    expect(readFileSync(join(cwd, 'output', 'W', 'journal.jsonl'))).toEqual(journal);
  });

  test('doctor says which profile is used and whether its key can be read', async () => {
    const { run, keyring, env, cwd } = await useBoth();
    const checks = async (args = '', more: Record<string, string> = {}) => {
      const { stdout } = await run(`doctor --json${args}`, { env: { ...env, ...more } });
      const all: { id: string; verdict: string; says: string }[] = JSON.parse(stdout).checks;
      return all.flatMap(({ id, verdict, says }) =>
        /^(?:management_key|key_)/.test(id) ? [`${id}: ${verdict}: ${says}`] : [],
      );
    };
    expect(await checks()).toMatchInlineSnapshot(`
      [
        "management_key_variable: ok: profile work, the default profile",
        "key_store: ok: the keyring of this computer; the management key of profile work can be read; saved: work, home",
        "management_key: ok: sk-or-v1-san...ment, can manage keys",
      ]
    `);
    expect(await checks(' --profile home', WORK)).toMatchInlineSnapshot(`
      [
        "management_key_variable: warning: Using profile home (--profile). OPENROUTER_MANAGEMENT_KEY in the environment contains another management key, which is ignored.",
        "key_store: ok: the keyring of this computer; the management key of profile home can be read; saved: work, home",
        "management_key: ok: sk-or-v1-san...ment, can manage keys",
      ]
    `);
    expect(await checks('', { [KEY]: HOME_KEY })).toMatchInlineSnapshot(`
      [
        "management_key_variable: ok: OPENROUTER_MANAGEMENT_KEY from the environment; it comes before the default profile work, which has another management key",
        "key_store: ok: the keyring of this computer; saved: work, home",
        "management_key: ok: sk-or-v1-san...ment, can manage keys",
      ]
    `);
    writeFileSync(
      keyring.path,
      '#!/bin/sh\necho "secret-tool: Cannot create an item in a locked collection" >&2; exit 1\n',
    );
    expect(await checks()).toMatchInlineSnapshot(`
      [
        "management_key_variable: ok: profile work, the default profile",
        "key_store: problem: The keyring of this computer is locked.",
        "management_key: skipped: not checked: see above",
      ]
    `);
    expect(await checks('', WORK)).toMatchInlineSnapshot(`
      [
        "management_key_variable: ok: OPENROUTER_MANAGEMENT_KEY from the environment",
        "key_store: warning: The keyring of this computer is locked.",
        "management_key: ok: sk-or-v1-san...ment, can manage keys",
      ]
    `);
    expect((await run('doctor')).code).toBe(4);
    expect(existsSync(join(cwd, 'output'))).toBe(false);
  });
});

describe.skipIf(!LINUX)('the password of a mail server', () => {
  const SMTP = { ORKEYS_SMTP_URL: 'smtps://zane%40lnb.example.org@smtp.example.org:465' };
  const PASSWORD = 'abcd efgh ijkl mnop';

  test('is saved for one user of one server, listed, and removed', async () => {
    const { run, env, screen, profiles, keyring, file } = await useKeyStore();
    const mail = { env: { ...env, ...SMTP } };
    expect(screen(await run('login --smtp', { ...mail, answers: [PASSWORD] }))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Saved  the password of zane@lnb.example.org@smtp.example.org, in the keyring of this computer
      --- stderr
      Password of zane@lnb.example.org@smtp.example.org (not shown): 
      "
    `);
    expect(profiles().mail).toEqual({
      'zane@lnb.example.org@smtp.example.org': { store: 'secret-service', added_at: '2026-03-02T09:00:00.000Z' },
    });
    expect(readFileSync(file, 'utf8')).not.toContain(PASSWORD);
    expect(keyring.calls()[1]).toMatchObject({ input: PASSWORD });
    expect(screen(await run('profiles'))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Mail passwords: zane@lnb.example.org@smtp.example.org
      --- stderr
      "
    `);
    const json = JSON.parse((await run('login --smtp --json', { ...mail, answers: [PASSWORD] })).stdout);
    expect(JSON_SHAPES.login.safeParse(json).error).toBeUndefined();
    expect(json).toMatchObject({ server: 'zane@lnb.example.org@smtp.example.org', profile: null });
    const listed = JSON.parse((await run('profiles --json')).stdout);
    expect(JSON_SHAPES.profiles.safeParse(listed).error).toBeUndefined();
    expect(await run('logout --smtp zane@other.example.org --yes')).toMatchObject({ code: 2 });
    const dry = await run('logout --smtp zane@lnb.example.org@smtp.example.org --dry-run --json');
    expect(JSON_SHAPES.logout.safeParse(JSON.parse(dry.stdout)).error).toBeUndefined();
    expect(screen(await run('logout --smtp zane@lnb.example.org@smtp.example.org --yes'))).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Removed  the password of zane@lnb.example.org@smtp.example.org from the keyring of this computer
      --- stderr
      "
    `);
    expect(profiles().mail).toEqual({});
  });

  test.each([
    '',
    'smtp.example.org',
    'https://zane@example.org',
    'smtps://smtp.example.org',
    'smtps://zane:secret@smtp.example.org',
    "smtps://za'ne@smtp.example.org",
  ])('ORKEYS_SMTP_URL=%s says not which', async (url) => {
    const { run, env, keyring } = await useKeyStore();
    const refused = await run('login --smtp', { env: { ...env, ORKEYS_SMTP_URL: url }, answers: [PASSWORD] });
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('which user of which mail server') });
    expect(refused.stderr).not.toContain('secret@');
    expect(keyring.calls()).toEqual([]);
  });
});

describe.skipIf(!LINUX)('on Windows, with a stand-in for powershell.exe', () => {
  test('profiles.json has the encrypted key, in the folder for settings of Windows, and logout removes it', async () => {
    const { cwd, service } = await useKeyStore();
    const root = 'W:\\Windows';
    const powershell = useStandIn(
      `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`,
      "print(Buffer.from(input.trim(), 'base64').reverse().toString('base64'));",
    );
    const env = { ...powershell.env, SystemRoot: root, APPDATA: join(cwd, 'Roaming'), ORKEYS_BASE_URL: service.url };
    const run = (args: string, options: Partial<ContextOptions> = {}) =>
      orkeys(withoutPace(args.split(' ')), { cwd, env, now: NOW, platform: 'win32', ...options });
    expect(await run('login work', { answers: [WORK_KEY] })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('in the data protection of Windows'),
    });
    const file = join(cwd, 'Roaming', 'orkeys', 'profiles.json');
    const { profiles } = JSON.parse(readFileSync(file, 'utf8'));
    expect(profiles.work).toMatchObject({
      store: 'dpapi',
      sealed: Buffer.from([...WORK_KEY].reverse().join('')).toString('base64'),
    });
    expect((await run('list')).code).toBe(0);
    expect(service.requests.at(-1)?.key).toBe(WORK_KEY);
    expect(await run('login home', { answers: [HOME_KEY] })).toMatchObject({ code: 0 });
    expect((await run('logout work --yes')).code).toBe(0);
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')).profiles)).toEqual(['home']);
    expect(readFileSync(file, 'utf8')).not.toContain(profiles.work.sealed);
    // The same home folder, seen from another system.
    const linux = { ...env, XDG_CONFIG_HOME: join(cwd, 'Roaming') };
    expect(await run('list --profile home', { platform: 'linux', env: linux })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('in a key store of another system (dpapi)'),
    });
  });
});

const missing = whyNoKeyring();

describe.skipIf(missing !== undefined)(`with a real keyring${missing === undefined ? '' : ` (${missing})`}`, () => {
  test('two profiles are saved, used, locked and removed, and no file has a key', async () => {
    const keyring = await useKeyring();
    const cwd = temporaryFolder();
    const service = await useTwoAccounts(NOW);
    const env = { ...keyring.env, ORKEYS_BASE_URL: service.url };
    const run = (args: string, options: Partial<ContextOptions> = {}) =>
      orkeys(withoutPace(args.split(' ')), { cwd, env, now: NOW, ...options });
    const owner = async (args: string) => JSON.parse((await run(`whoami --json${args}`)).stdout).key.creator_user_id;
    expect((await run('login work', { answers: [WORK_KEY] })).code).toBe(0);
    expect((await run('login home', { stdin: new TextEncoder().encode(`${HOME_KEY}\n`) })).code).toBe(0);
    expect([await owner(''), await owner(' --profile home')]).toEqual(['user_work', 'user_home']);
    await keyring.lock();
    for (const command of ['list', 'logout home --yes', 'login third']) {
      const refused = await run(command, { answers: [WORK_KEY] });
      expect(refused.stderr.replaceAll(/\s+/g, ' ')).toContain('The keyring of this computer is locked.');
      expect(refused.code).toBe(command === 'list' ? 4 : 6);
    }
    await keyring.unlock();
    expect(await owner(' --profile home')).toBe('user_home');
    expect((await run('logout home --yes')).code).toBe(0);
    expect((await run('list --profile home')).code).toBe(2);
    expect(await owner('')).toBe('user_work');
    expect(await findLeaks([WORK_KEY, HOME_KEY], {}, cwd)).toEqual([]);
  });
});
