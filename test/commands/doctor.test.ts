import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { versions } from 'node:process';
import { expect, test } from 'vitest';
import { emptyState } from '../../src/journal/fold.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { orkeys, type Screen, screenOf, temporaryFolder } from '../support/cli.ts';
import { CTRL_C } from '../support/context.ts';
import { useSandbox } from '../support/sandbox.ts';

const ROSTER = 'E-mail,Name,Surname\nanda.baklane@example.org,Anda,Baklāne\nzane.ozola@example.net,Zane,Ozola\n';

async function useWorld() {
  const cwd = temporaryFolder();
  const sandbox = await useSandbox();
  const env: Record<string, string> = {
    ORKEYS_BASE_URL: sandbox.url,
    OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey,
    PATH: '/usr/bin:/bin',
  };
  writeFileSync(join(cwd, 'SUMMER_participants.csv'), ROSTER);
  const command = (...args: string[]) => orkeys(args, { cwd, env });
  return {
    cwd,
    env,
    sandbox,
    folder: join(cwd, 'output', 'SUMMER'),
    command,
    provision: () => command('provision', 'SUMMER_participants.csv', '--yes', '--quiet'),
    doctor: (...args: string[]) => command('doctor', ...args),
    screen: (screen: Screen) =>
      screenOf(screen, cwd)
        .replaceAll(sandbox.url, '<url>')
        .replaceAll(new URL(sandbox.url).host, '<host>')
        .replace(versions.node, '<node>')
        .replaceAll(/--hash [0-9a-f]{12}/g, '--hash <hash>'),
    /** Adds an entry to the journal, as a run that was killed after it would have left it. */
    async append(...entries: Parameters<ReturnType<typeof createJournal>['append']>) {
      const path = join(cwd, 'output', 'SUMMER', 'journal.jsonl');
      const sink = { append: async (line: string) => writeFileSync(path, `${line}\n`, { flag: 'a' }) };
      await createJournal({ state: emptyState(), sink, now: () => new Date() }).append(...entries);
    },
  };
}

const INTENT = {
  type: 'intent',
  tag: 'abcdefgh',
  person: 'abcdefgh',
  participant: null,
  wanted: { name: 'SUMMER_Lost_abcdefgh', limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false },
} as const;

test('all is well', async () => {
  const { provision, doctor, screen } = await useWorld();
  await provision();
  expect(screen(await doctor())).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    ok       Node.js         version <node>
    ok       .env            none in <folder>
    ok       Key source      OPENROUTER_MANAGEMENT_KEY from the environment
    ok       Key store       not used: no management key is saved on this computer
    ok       Base URL        http://<host>/api/v1, from ORKEYS_BASE_URL
    ok       Certificates    verified
    ok       Proxy           none
    ok       App headers     none
    ok       Network         <host> is reachable
    ok       Clock           matches OpenRouter's clock
    ok       Management key  <masked>, can manage keys
    ok       Credit          $1,000.00 remaining; 2 active keys can still spend $2.00
    ok       Output folder   <folder>/output, private
    ok       SUMMER          no unresolved operations, no orphaned keys

    No problems found.
    --- stderr
    "
  `);
});

test('each workshop is one line, and all that is wrong with one of them is shown; --verbose shows every check', async () => {
  const { command, doctor, cwd } = await useWorld();
  for (const prefix of ['AUTUMN', 'SPRING', 'WINTER']) {
    await command('provision', 'SUMMER_participants.csv', '--prefix', prefix, '--yes', '--quiet');
  }
  const linesOf = ({ stdout }: Screen) => stdout.split('\n').filter((line) => /AUTUMN|SPRING|WINTER/.test(line));
  expect(linesOf(await doctor()).map((line) => line.slice(9, 15))).toEqual(['AUTUMN', 'SPRING', 'WINTER']);
  expect(linesOf(await doctor('--verbose'))).toHaveLength(15);
  expect(JSON.parse((await doctor('--json')).stdout).checks).toHaveLength(13 + 15);

  rmSync(join(cwd, 'output', 'SPRING', 'keys.json'));
  chmodSync(join(cwd, 'output', 'SPRING'), 0o755);
  const { code, stdout } = await doctor();
  expect(code).toBe(0);
  const text = stdout.replaceAll(cwd, '<folder>');
  expect(text.slice(text.indexOf('ok       AUTUMN'))).toMatchInlineSnapshot(`
    "ok       AUTUMN           no unresolved operations, no orphaned keys
    warning  SPRING: folder   <folder>/output/SPRING: other users of this computer may be able to read it
                              → chmod 700 <folder>/output/SPRING
    warning  SPRING: journal  intact: 6 entries, 2 secrets; keys.json is missing
                              → Rebuild it from the journal: orkeys export SPRING
    ok       WINTER           no unresolved operations, no orphaned keys

    2 warnings.
    "
  `);
});

test('without a key everything else is looked at all the same', async () => {
  const { cwd, sandbox, screen } = await useWorld();
  expect(screen(await orkeys(['doctor'], { cwd, env: { ORKEYS_BASE_URL: sandbox.url } }))).toMatchInlineSnapshot(`
    "exit 4
    --- stdout
    ok       Node.js         version <node>
    ok       .env            none in <folder>
    problem  Key source      No management key: none of OPENROUTER_MANAGEMENT_KEY, OPENROUTER_PROVISIONING_KEY, OPENROUTER_MGMT_KEY is set.
                             → Create one at https://openrouter.ai/settings/management-keys and save it with orkeys login, or add the line OPENROUTER_MANAGEMENT_KEY=… to a .env file in this folder. To try orkeys without a management key, add --sandbox.
    ok       Key store       not used: no management key is saved on this computer
    ok       Base URL        http://<host>/api/v1, from ORKEYS_BASE_URL
    ok       Certificates    verified
    ok       Proxy           none
    ok       App headers     none
    ok       Network         <host> is reachable
    ok       Clock           matches OpenRouter's clock
    skipped  Management key  not checked: no management key is set
    skipped  Credit          not checked: needs a management key
    ok       Output folder   <folder>/output does not exist yet; it is created when needed

    1 problem.
    --- stderr
    "
  `);
});

test('what contradicts the tool’s promises is a problem or a warning, each with what to do', async () => {
  const { cwd, env, provision, screen, folder, sandbox } = await useWorld();
  await provision();
  sandbox.account.createKey({ name: 'a key of\u202e somebody', limit: null });
  rmSync(join(folder, 'keys.json'));
  chmodSync(folder, 0o755);
  const other = { ...env, OPENROUTER_PROVISIONING_KEY: 'sk-or-v1-test-another', NODE_TLS_REJECT_UNAUTHORIZED: '0' };
  writeFileSync(join(folder, 'journal.jsonl'), `{"torn`, { flag: 'a' });
  expect(screen(await orkeys(['doctor'], { cwd, env: other }))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    ok       Node.js          version <node>
    ok       .env             none in <folder>
    warning  Key source       OPENROUTER_MANAGEMENT_KEY from the environment is used; OPENROUTER_PROVISIONING_KEY is also set, to a different value
                              → Unset OPENROUTER_PROVISIONING_KEY.
    ok       Key store        not used: no management key is saved on this computer
    ok       Base URL         http://<host>/api/v1, from ORKEYS_BASE_URL
    problem  Certificates     NODE_TLS_REJECT_UNAUTHORIZED=0 would expose the management key to anyone on the network.
                              → Unset it. To trust your own certificate authority, set NODE_EXTRA_CA_CERTS to its PEM file.
    ok       Proxy            none
    ok       App headers      none
    skipped  Network          not checked: see above
    skipped  Clock            not checked: see above
    skipped  Management key   not checked: see above
    skipped  Credit           not checked: see above
    ok       Output folder    <folder>/output, private
    warning  SUMMER: folder   <folder>/output/SUMMER: other users of this computer may be able to read it
                              → chmod 700 <folder>/output/SUMMER
    warning  SUMMER: journal  last line incomplete after a crash; nothing is lost, and the next run removes it
                              → Run orkeys provision with the same roster again to resume.

    1 problem, 3 warnings.
    --- stderr
    "
  `);
  writeFileSync(join(folder, 'journal.jsonl'), 'x\n', { flag: 'a' });
  expect(screen(await orkeys(['doctor', '--prefix', 'SUMMER'], { cwd, env }))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    ok       Node.js          version <node>
    ok       .env             none in <folder>
    ok       Key source       OPENROUTER_MANAGEMENT_KEY from the environment
    ok       Key store        not used: no management key is saved on this computer
    ok       Base URL         http://<host>/api/v1, from ORKEYS_BASE_URL
    ok       Certificates     verified
    ok       Proxy            none
    ok       App headers      none
    ok       Network          <host> is reachable
    ok       Clock            matches OpenRouter's clock
    ok       Management key   <masked>, can manage keys
    warning  Credit           $1,000.00 remaining; 3 active keys can still spend $2.00; 1 without a limit: a key of\\u202e somebody
                              → Set a limit with: orkeys update --hash <hash> --limit 1
    ok       Output folder    <folder>/output, private
    warning  SUMMER: folder   <folder>/output/SUMMER: other users of this computer may be able to read it
                              → chmod 700 <folder>/output/SUMMER
    problem  SUMMER: journal  <folder>/output/SUMMER/journal.jsonl is damaged. Nothing was changed.
                              → Check it with: orkeys journal verify SUMMER
                              → Then repair it with: orkeys journal repair SUMMER

    1 problem, 2 warnings.
    --- stderr
    "
  `);
});

test('a file of certificates that cannot be read, or has none, is told', async () => {
  const { cwd, env } = await useWorld();
  const look = async (path: string) => {
    const { stdout } = await orkeys(['doctor', '--json'], { cwd, env: { ...env, NODE_EXTRA_CA_CERTS: path } });
    return JSON.parse(stdout).checks.find(({ id }: { id: string }) => id === 'tls');
  };
  writeFileSync(join(cwd, 'empty.pem'), 'no certificate');
  writeFileSync(join(cwd, 'company.pem'), '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n');
  const missing = 'verified, but /nowhere/company.pem (set in NODE_EXTRA_CA_CERTS) cannot be read (ENOENT)';
  expect(await look('/nowhere/company.pem')).toMatchObject({ verdict: 'warning', says: missing });
  expect(await look(join(cwd, 'empty.pem'))).toMatchObject({
    verdict: 'warning',
    says: expect.stringContaining('contains no PEM certificate'),
  });
  expect(await look(join(cwd, 'company.pem'))).toMatchObject({ verdict: 'ok' });
});

test('a clock that is a day off is a problem', async () => {
  const { cwd, env } = await useWorld();
  const now = () => new Date(Date.now() - 86_400_000);
  const { code, stdout } = await orkeys(['doctor', '--json'], { cwd, env, now });
  expect(JSON.parse(stdout).checks.find(({ id }: { id: string }) => id === 'clock')).toMatchObject({
    verdict: 'problem',
    says: expect.stringMatching(
      /^this computer's clock is (1 d|23 h.*|24 h.*) behind OpenRouter's; expiration times would be off by as much$/,
    ),
  });
  expect(code).toBe(3);
});

test('a key whose secret was lost is shown, kept in a dry run, and resolved when confirmed', async () => {
  const { provision, doctor, append, sandbox, cwd, env, folder } = await useWorld();
  await provision();
  await append(INTENT);
  sandbox.account.createKey(INTENT.wanted);
  const operationsOf = ({ stdout }: Screen) => /operations .*(?:\n {5}.*)*/.exec(stdout)?.[0];

  const shown = await doctor('--dry-run', '--yes');
  expect(shown.code).toBe(3);
  expect(operationsOf(shown)).toMatchInlineSnapshot(`
    "operations  delete 1 orphaned key that spent nothing
                                 → Resolve it with: orkeys doctor --prefix SUMMER --yes"
  `);
  expect(await doctor()).toMatchObject({ code: 3 });
  expect(await orkeys(['doctor'], { cwd, env, answers: ['n'] })).toMatchObject({ code: 3 });
  expect(sandbox.account.listKeys({ offset: 0, includeDisabled: true, includeExpired: true }).data).toHaveLength(3);

  const asked = await orkeys(['doctor'], { cwd, env, answers: ['y'] });
  expect(asked.stderr).toContain('Resolve it now? [y/N]');
  expect(asked.code).toBe(0);
  expect(asked.stdout).toMatch(/SUMMER +resolved just now: delete 1 orphaned key that spent nothing\n/);
  expect(sandbox.account.listKeys({ offset: 0, includeDisabled: true, includeExpired: true }).data).toHaveLength(2);
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toContain('"type":"orphan"');
  expect(await doctor()).toMatchObject({ code: 0 });
});

test('Ctrl-C at the question of doctor changes nothing and asks nothing more', async () => {
  const { provision, command, append, sandbox, cwd, env, folder } = await useWorld();
  await provision();
  await append(INTENT);
  sandbox.account.createKey(INTENT.wanted);
  await command('provision', 'SUMMER_participants.csv', '--prefix', 'WINTER', '--yes', '--quiet');
  const journal = () => readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  const before = journal();
  const { code, stdout, stderr } = await orkeys(['doctor'], { cwd, env, answers: [CTRL_C, 'y'] });
  expect(code).toBe(130);
  expect(stderr).toMatch(/Resolve it now\? \[y\/N\] \nCancelled; nothing was changed in SUMMER\.\n$/);
  expect(stdout).toMatch(/SUMMER: operations .*delete 1 orphaned key/);
  expect(stdout).toMatch(/WINTER +not checked: interrupted/);
  expect(journal()).toBe(before);
});

test('a service that is not there is exit 5, a folder that is a file exit 6, an unknown workshop exit 2', async () => {
  const { cwd, env, sandbox } = await useWorld();
  writeFileSync(join(cwd, 'output'), '');
  expect((await orkeys(['doctor'], { cwd, env })).code).toBe(6);
  await sandbox.close();
  const nobody = await orkeys(['doctor', '--retries', '0', '--timeout', '1'], { cwd, env });
  expect(nobody.code).toBe(5);
  expect(nobody.stdout).toContain('Cannot reach');
  expect((await orkeys(['doctor', '--sandbox', '--out', join(cwd, 'elsewhere')], { cwd, env })).code).toBe(0);
  expect((await orkeys(['doctor', '--prefix', 'NONE'], { cwd, env })).code).toBe(2);
});

test('a .env that git tracks is a problem', async () => {
  const { cwd, sandbox } = await useWorld();
  const { execFileSync } = await import('node:child_process');
  mkdirSync(join(cwd, 'repository'));
  const git = (...args: string[]) => execFileSync('git', ['-C', join(cwd, 'repository'), ...args], { stdio: 'ignore' });
  git('init');
  writeFileSync(join(cwd, 'repository', '.env'), `OPENROUTER_MANAGEMENT_KEY=${sandbox.managementKey}\n`);
  const env = { ORKEYS_BASE_URL: sandbox.url, PATH: '/usr/bin:/bin' };
  const look = async () => (await orkeys(['doctor'], { cwd: join(cwd, 'repository'), env })).stdout;
  expect(await look()).toContain('git does not ignore');
  git('add', '.env');
  expect(await look()).toContain('Git tracks');
});

test.skipIf(process.platform === 'win32')(
  'a .env that others can read is told, with the command that ends it',
  async () => {
    const { cwd, sandbox } = await useWorld();
    const path = join(cwd, '.env');
    writeFileSync(path, `OPENROUTER_MANAGEMENT_KEY=${sandbox.managementKey}\n`);
    const look = async () => {
      const { stdout } = await orkeys(['doctor', '--json'], { cwd, env: { ORKEYS_BASE_URL: sandbox.url } });
      return JSON.parse(stdout).checks.find(({ id }: { id: string }) => id === 'env_file');
    };
    for (const mode of [0o644, 0o640, 0o602]) {
      chmodSync(path, mode);
      expect(await look()).toMatchObject({ verdict: 'warning', next: `Run: chmod 600 ${path}` });
    }
    chmodSync(path, 0o600);
    expect(await look()).toMatchObject({ verdict: 'ok', says: path });
  },
);

test.skipIf(process.platform === 'win32')(
  'a folder that others can change, and an output folder that is a link, are told',
  async () => {
    const { cwd, provision, doctor, folder } = await useWorld();
    await provision();
    chmodSync(folder, 0o777);
    renameSync(join(cwd, 'output'), join(cwd, 'elsewhere'));
    symlinkSync(join(cwd, 'elsewhere'), join(cwd, 'output'));
    const { checks } = JSON.parse((await doctor('--json')).stdout);
    const of = (wanted: string) => checks.find(({ id }: { id: string }) => id === wanted);
    expect(of('workshop_folder')).toMatchObject({ verdict: 'warning', next: `Run: chmod go-w ${folder}` });
    expect(of('workshop_folder').says).toContain('other users can change it');
    expect(of('output_folder').says).toContain(`is a link to ${join(cwd, 'elsewhere')}`);
  },
);
