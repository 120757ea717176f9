import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CTRL_C } from '../support/context.ts';
import { useProvisioned } from '../support/provisioned.ts';

test('one key whole: whose it is, what is left, where its secret is saved', async () => {
  const { command, screen, sandbox, saved } = await useProvisioned(
    '--limit',
    '2',
    '--limit-reset',
    'daily',
    '--expires',
    '7d',
  );
  sandbox.account.spend(saved[1]?.hash ?? '', 0.5);
  expect(screen(await command(['show', 'V.Veveris@example.com']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Name         SUMMER_Valdis_Vēveris_<tag>
    Hash         <hash>
    Secret       <masked>
    Saved in     <folder>/output/SUMMER/keys.json
    Status       active
    Participant  Valdis Vēveris · valdis.veveris@example.org, v.veveris@example.com
    Workshop     SUMMER
    Limit        $2.00 daily, $1.50 remaining
    Spent        $0.50 ($0.50 today, $0.50 this week, $0.50 this month)
    Expires      2026-03-09 09:00 UTC
    Created      2026-03-02 09:00 UTC
    Last used    2026-03-02 09:00 UTC
    Workspace    5a9db0c5-0000-4000-8000-000000000001
    Created by   user_sandbox
    --- stderr
    "
  `);
});

test('a name, a name without its tag, a participant, a hash and its beginning mean the same key', async () => {
  const { command, saved } = await useProvisioned();
  const { name = '', hash = '' } = saved[0] ?? {};
  for (const typed of [name, 'SUMMER_Anda_Baklāne', 'anda baklāne', hash, hash.slice(0, 8).toUpperCase()]) {
    const { code, stdout } = await command(['show', typed, '--json']);
    expect(code, typed).toBe(0);
    expect(JSON.parse(stdout).key, typed).toMatchObject({ hash, status: 'active', prefix: 'SUMMER' });
  }
});

test('what fits several keys lists them, with exit 2', async () => {
  const { command, screen, sandbox } = await useProvisioned();
  sandbox.account.createKey({ name: 'twin' });
  sandbox.account.createKey({ name: 'Twin' });
  sandbox.account.createKey({ name: 'TWIN' });
  expect(screen(await command(['show', 'tWin'])).replaceAll(/[0-9a-f]{12}/g, '<hash>')).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: tWin matches 3 keys.

      <hash>  TWIN
      <hash>  Twin
      <hash>  twin

    Hint: Use one of these names, or more characters of the hash.
    "
  `);
});

test.each([
  ['a part of the name', 'andA', 'Anda'],
  ['a name without its accents', 'baklane', 'Anda'],
  ['parts in any order', 'veveris vald', 'Valdis'],
  ['a part of the address', 'zane.ozola@', 'Zane'],
  ['a pattern for the name', '*aldis V*', 'Valdis'],
  ['a pattern for the address', 'zane*@example.???', 'Zane'],
  ['a pattern for the key', 'SUMMER_A*', 'Anda'],
])('%s is enough: %s', async (_, typed, name) => {
  const { command } = await useProvisioned();
  const { stdout } = await command(['show', typed, '--json']);
  expect(JSON.parse(stdout).key.participant).toMatchObject({ name });
});

test('an address is an option too, and a whole address is never part of another', async () => {
  const { command } = await useProvisioned();
  const { stdout } = await command(['show', '--email', 'Zane.Ozola@example.net', '--fields', 'participant']);
  expect(stdout).toContain('Zane');
  expect(await command(['show', 'ozola@example.net'])).toMatchObject({ code: 2, stdout: '' });
  expect(await command(['show'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('orkeys show needs a key.'),
  });
});

test('on a terminal, several matches are a list to choose from', async () => {
  const { command, screen } = await useProvisioned();
  const chosen = await command(['show', 'SUMMER', '--fields', 'name'], { answers: ['2'] });
  const [, valdis] = [...chosen.stderr.matchAll(/^\d {2}([0-9a-f]{12}) {2}(\S+)/gm)].map((line) => line[2]);
  expect(chosen).toMatchObject({ code: 0, stdout: `name  ${valdis}\n` });
  expect(
    screen(await command(['show', 'SUMMER'], { answers: [''] })).replaceAll(/[0-9a-f]{12} /g, '<hash> '),
  ).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    SUMMER matches 3 keys:
       HASH          KEY NAME                        PARTICIPANT
    1  <hash>  SUMMER_Zane_Ozola_<tag>      zane.ozola@example.net
    2  <hash>  SUMMER_Valdis_Vēveris_<tag>  valdis.veveris@example.org
    3  <hash>  SUMMER_Anda_Baklāne_<tag>    anda.baklane@example.org
    Type a number, or press Enter to cancel: [31mError:[39m No key was selected.
    [1mHint:[22m Type a number of the list, or more of the name.
    "
  `);
});

test('the list to choose from fits a narrow terminal, and Ctrl-C at it ends the command', async () => {
  const { command } = await useProvisioned();
  const { code, stdout, stderr } = await command(['show', 'SUMMER'], { answers: [CTRL_C], columns: 60 });
  expect([code, stdout]).toEqual([130, '']);
  expect(stderr).toMatch(/\nType a number, or press Enter to cancel: \n.*Cancelled; nothing was changed\.\n$/);
  expect(stderr).toContain(' valdis.veveris@example.org\n');
  for (const line of stderr.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
});

test('ORKEYS_PREFIX decides where several workshops match, and hides no key of another one', async () => {
  const { command, env } = await useProvisioned();
  await command(['provision', 'SUMMER_participants.csv', '--prefix', 'WINTER', '--create-duplicates', '--yes']);
  const prefixOf = async (args: string[], usual = 'WINTER') => {
    const { stdout } = await command(['show', ...args, '--json'], { env: { ...env, ORKEYS_PREFIX: usual } });
    return JSON.parse(stdout).key.prefix;
  };
  expect(await prefixOf(['anda'])).toBe('WINTER');
  expect(await prefixOf(['anda'], 'SUMMER')).toBe('SUMMER');
  expect(await prefixOf(['SUMMER_Anda*'])).toBe('SUMMER');
  expect(await prefixOf(['anda', '--prefix', 'SUMMER'])).toBe('SUMMER');
  expect(await command(['show', 'anda'])).toMatchObject({ code: 2, stderr: expect.stringContaining('matches 2 keys') });
});

describe('the secret', () => {
  test('is shown with --reveal, on a terminal only', async () => {
    const { command, saved } = await useProvisioned();
    const { stdout } = await command(['show', 'anda', '--reveal'], { answers: [] });
    expect(stdout).toContain(`Secret       ${saved[0]?.key}\n`);
    const fields = (...typed: string[]) => command(['show', 'anda', '--reveal', '--fields', ...typed], { answers: [] });
    expect((await fields('label')).stdout).toBe(`label  ${saved[0]?.key}\n`);
    expect(await fields('name')).toMatchObject({ code: 2, stdout: '' });
    expect((await command(['show', 'anda'], { answers: [] })).stdout).not.toContain(saved[0]?.key);
    expect(await command(['show', 'anda', '--reveal'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: 'Error: --reveal works only on a terminal.\nHint: Use --copy, or read the secret from keys.json.\n',
    });
    expect(await command(['show', 'anda', '--reveal', '--json'], { answers: [] })).toMatchObject({
      code: 2,
      stdout: '',
    });
  });

  test.each([[[]], [['--grace']]])('of a rotated key is shown by the command that rotate prints: %j', async (flags) => {
    const { command, saved } = await useProvisioned();
    const rotated = await command(['rotate', 'anda.baklane@example.org', '--yes', ...flags]);
    const [, words = ''] = /^Next, to show the new key:\n {2}orkeys (.+)$/m.exec(rotated.stdout) ?? [];
    const { stdout } = await command(words.split(' '), { answers: [] });
    expect(stdout).toMatch(/^Secret +sk-or-v1-/m);
    expect(stdout).not.toContain(saved[0]?.key);
    const many = await command(['rotate', '--prefix', 'SUMMER', '--yes']);
    expect(many.stdout).not.toContain('to show the new key');
  });

  test('is not there for a key of somebody else', async () => {
    const { command, sandbox, screen } = await useProvisioned();
    sandbox.account.createKey({ name: 'theirs' });
    const shown = await command(['show', 'theirs', '--reveal'], { answers: [] });
    expect(shown).toMatchObject({ code: 2, stdout: '' });
    expect(screen(shown)).toContain('The secret of theirs is not saved on this computer.');
  });

  test('is found in keys.json where the journal is damaged', async () => {
    const { command, saved, folder } = await useProvisioned();
    const journal = join(folder, 'journal.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').replace('Anda', 'Anka'));
    const { stdout } = await command(['show', saved[0]?.name ?? '', '--reveal'], { answers: [] });
    expect(stdout).toContain(`Secret       ${saved[0]?.key}\n`);
  });
});

describe.skipIf(process.platform === 'win32')('--copy', () => {
  /** Programs of the platform, which write what they get, how they are called and what they can see into a file. */
  function clipboard(cwd: string, programs: Record<string, string>) {
    const bin = join(cwd, 'bin');
    mkdirSync(bin);
    for (const [name, script] of Object.entries(programs)) {
      writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o700 });
    }
    return bin;
  }
  const WRITE = 'cat > "$HOME/keys-1.json"; echo "$0" "$@" > "$HOME/called"; env > "$HOME/env"';

  test.each([
    ['linux', { WAYLAND_DISPLAY: 'wayland-0' }, 'wl-copy', 'wl-copy --trim-newline'],
    ['linux', { DISPLAY: ':0' }, 'xclip', 'xclip -selection clipboard'],
    ['linux', { DISPLAY: ':0' }, 'xsel', 'xsel --clipboard --input'],
    ['linux', { WSL_DISTRO_NAME: 'Ubuntu' }, 'clip.exe', 'clip.exe'],
    ['darwin', {}, 'pbcopy', 'pbcopy'],
  ] as const)('on %s with %j, %s gets the secret on its standard input', async (platform, more, program, called) => {
    const { cwd, command, env, saved } = await useProvisioned();
    const bin = clipboard(cwd, { [program]: WRITE });
    const shown = await command(['show', 'anda', '--copy'], {
      platform,
      env: { ...env, ...more, HOME: cwd, PATH: `${bin}:/usr/bin:/bin` },
    });
    expect(shown).toMatchObject({ code: 0, stderr: 'Copied the secret to the clipboard.\n' });
    expect(readFileSync(join(cwd, 'keys-1.json'), 'utf8')).toBe(saved[0]?.key);
    expect(readFileSync(join(cwd, 'called'), 'utf8')).toBe(`${join(bin, called)}\n`);
    expect(readFileSync(join(cwd, 'env'), 'utf8')).not.toContain('MANAGEMENT_KEY');
  });

  test('on Windows only its own clip.exe gets the secret, and none of the working folder or of PATH', async () => {
    const { cwd, command, env, saved } = await useProvisioned();
    const steal = `#!/bin/sh\ncat > "${cwd}/stolen"\n`;
    const PATH = `${clipboard(cwd, { 'clip.exe': steal })}:/usr/bin:/bin`;
    writeFileSync(join(cwd, 'clip.exe'), steal, { mode: 0o700 });
    const root = join(cwd, 'Windows');
    writeFileSync(`${root}\\System32\\clip.exe`, `#!/bin/sh\n${WRITE}\n`, { mode: 0o700 });
    const set = { ...env, HOME: cwd, PATH, SystemRoot: root };
    expect((await command(['show', 'anda', '--copy'], { platform: 'win32', env: set })).code).toBe(0);
    expect(readFileSync(join(cwd, 'keys-1.json'), 'utf8')).toBe(saved[0]?.key);
    expect(existsSync(join(cwd, 'stolen'))).toBe(false);
  });

  test('without a program, and with one that fails, says what to do', async () => {
    const { cwd, command, env, screen } = await useProvisioned();
    const none = { ...env, PATH: clipboard(cwd, {}) };
    expect(screen(await command(['show', 'anda', '--copy'], { platform: 'linux', env: none }))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: Cannot copy the secret: no clipboard program (xclip, xsel, wl-copy).
      Hint: Install wl-clipboard, xclip or xsel, or show the secret with --reveal.
      "
    `);
    writeFileSync(join(cwd, 'bin', 'pbcopy'), '#!/bin/sh\nexit 3\n', { mode: 0o700 });
    expect(screen(await command(['show', 'anda', '--copy'], { platform: 'darwin', env: none }))).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: Cannot copy the secret: pbcopy ended with exit code 3.
      Hint: Show the secret with --reveal instead.
      "
    `);
  });
});

test.each([
  ['anda.baklan@example.org', 'Did you mean anda.baklane@example.org?'],
  ['SUMMER_Zane_Osola', 'Did you mean SUMMER_Zane_Ozola_<tag>?'],
  ['veveris@example.org', 'Did you mean valdis.veveris@example.org'],
  ['something else', 'To list all keys, run: orkeys list'],
])('%s is unknown, with exit 2 and what is near', async (typed, hint) => {
  const { command, screen } = await useProvisioned();
  const shown = await command(['show', typed]);
  expect(shown.code).toBe(2);
  expect(screen(shown)).toContain(hint);
});

test('a key that was deleted elsewhere is shown as the journal remembers it', async () => {
  const { command, sandbox, saved } = await useProvisioned();
  sandbox.account.deleteKey(saved[2]?.hash ?? '');
  const { code, stdout } = await command(['show', 'zane.ozola@example.net']);
  expect(code).toBe(0);
  expect(stdout).toContain('Status       gone: no longer on the account; these details are from the journal');
});

test('a key of somebody else is shown too, its tricks made visible', async () => {
  const { command, sandbox, screen } = await useProvisioned();
  sandbox.account.createKey({ name: 'evil\u001b[2J\u202egnp.exe', limit: null });
  const shown = await command(['list', '--name', 'evil*'], { answers: [], columns: 200 });
  expect(screen(shown)).toContain('evil\\u001b[2J\\u202e');
  const whole = await command(['show', 'evil\u001b[2J\u202egnp.exe']);
  expect(whole.stdout).toContain('Name         evil\\u001b[2J\\u202egnp.exe');
  expect(whole.stdout).toContain('not saved on this computer');
  for (const trick of ['\u202e', '\u001b[2J']) expect(whole.stdout + shown.stdout).not.toContain(trick);
});

test('--fields picks, in the order typed; an unknown one is refused with the known ones', async () => {
  const { command, screen } = await useProvisioned();
  expect(
    screen(await command(['show', 'zane.ozola@example.net', '--fields', 'status,limit,name'])),
  ).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    status  active
    limit   1
    name    SUMMER_Zane_Ozola_<tag>
    --- stderr
    "
  `);
  expect(screen(await command(['list', '--fields', 'name,usage,participant']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    NAME                            USAGE  PARTICIPANT
    SUMMER_Zane_Ozola_<tag>      0      Zane Ozola
    SUMMER_Valdis_Vēveris_<tag>  0      Valdis Vēveris
    SUMMER_Anda_Baklāne_<tag>    0      Anda Baklāne
    --- stderr
    "
  `);
  const { stdout } = await command(['list', '--json', '--fields', 'limit,expires_at']);
  expect(JSON.parse(stdout).keys).toEqual(Array(3).fill({ limit: 1, expires_at: null }));
  expect(screen(await command(['list', '--fields', 'name,limt']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Unknown field limt in --fields name,limt.
    Hint: Did you mean limit? Available fields: participant, prefix, name, hash, label, status, disabled, limit, limit_remaining, limit_reset, include_byok_in_limit, usage, usage_daily, usage_weekly, usage_monthly, byok_usage, created_at, updated_at, expires_at, last_used_at, creator_user_id, workspace_id
    "
  `);
});
