import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { versions } from 'node:process';
import { expect, test } from 'vitest';
import { emptyState } from '../../src/journal/fold.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { orkeys, type Screen, screenOf, temporaryFolder } from '../support/cli.ts';
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
    ok       Node.js             version <node>
    ok       .env                none in <folder>
    ok       Key variable        OPENROUTER_MANAGEMENT_KEY from the environment
    ok       Base URL            http://<host>/api/v1, from ORKEYS_BASE_URL
    ok       Certificates        checked
    ok       Proxy               none
    ok       App headers         none
    ok       Network             <host> answers
    ok       Clock               agrees with the service
    ok       Management key      <masked>, manages keys
    ok       Credit              $1,000.00 left; 2 living keys may still spend $2.00
    ok       Output folder       <folder>/output, private
    ok       SUMMER: folder      <folder>/output/SUMMER, private
    ok       SUMMER: git         git keeps away from the keys
    ok       SUMMER: journal     whole: 6 entries, 2 secrets
    ok       SUMMER: lock        free
    ok       SUMMER: operations  no unresolved operations, no orphaned keys

    All is well.
    --- stderr
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
    problem  Key variable    No management key: OPENROUTER_MANAGEMENT_KEY, OPENROUTER_PROVISIONING_KEY, OPENROUTER_MGMT_KEY are not set.
                             → Create a management key at https://openrouter.ai/settings/management-keys and put it into a file .env here as OPENROUTER_MANAGEMENT_KEY=…, or try everything without one by adding --sandbox.
    ok       Base URL        http://<host>/api/v1, from ORKEYS_BASE_URL
    ok       Certificates    checked
    ok       Proxy           none
    ok       App headers     none
    ok       Network         <host> answers
    ok       Clock           agrees with the service
    skipped  Management key  there is none to ask about
    skipped  Credit          not asked: it takes a management key
    ok       Output folder   <folder>/output is not there yet; it is made when it is needed

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
    ok       Node.js             version <node>
    ok       .env                none in <folder>
    warning  Key variable        OPENROUTER_MANAGEMENT_KEY from the environment is used; OPENROUTER_PROVISIONING_KEY is set too, to something else
                                 → Unset OPENROUTER_PROVISIONING_KEY.
    ok       Base URL            http://<host>/api/v1, from ORKEYS_BASE_URL
    problem  Certificates        NODE_TLS_REJECT_UNAUTHORIZED=0 would expose the management key to anyone on the network.
                                 → Unset it. To trust your own certificate authority, set NODE_EXTRA_CA_CERTS to its PEM file.
    ok       Proxy               none
    ok       App headers         none
    skipped  Network             not asked: see above
    skipped  Clock               not asked: see above
    skipped  Management key      not asked: see above
    skipped  Credit              not asked: see above
    ok       Output folder       <folder>/output, private
    warning  SUMMER: folder      <folder>/output/SUMMER: other users of this computer may look into it
                                 → chmod 700 <folder>/output/SUMMER
    ok       SUMMER: git         git keeps away from the keys
    warning  SUMMER: journal     a crash tore its last line; nothing is lost, and the next run cuts it off
                                 → Run orkeys provision with the same roster again; it goes on where it stopped.
    ok       SUMMER: lock        free
    skipped  SUMMER: operations  nothing unresolved in the journal; the account could not be checked

    1 problem, 3 warnings.
    --- stderr
    "
  `);
  writeFileSync(join(folder, 'journal.jsonl'), 'x\n', { flag: 'a' });
  expect(screen(await orkeys(['doctor', '--prefix', 'SUMMER'], { cwd, env }))).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    ok       Node.js             version <node>
    ok       .env                none in <folder>
    ok       Key variable        OPENROUTER_MANAGEMENT_KEY from the environment
    ok       Base URL            http://<host>/api/v1, from ORKEYS_BASE_URL
    ok       Certificates        checked
    ok       Proxy               none
    ok       App headers         none
    ok       Network             <host> answers
    ok       Clock               agrees with the service
    ok       Management key      <masked>, manages keys
    warning  Credit              $1,000.00 left; 3 living keys may still spend $2.00; 1 without any limit: a key of\\u202e somebody
                                 → Give each a limit: orkeys update --hash <hash> --limit 1
    ok       Output folder       <folder>/output, private
    warning  SUMMER: folder      <folder>/output/SUMMER: other users of this computer may look into it
                                 → chmod 700 <folder>/output/SUMMER
    ok       SUMMER: git         git keeps away from the keys
    problem  SUMMER: journal     <folder>/output/SUMMER/journal.jsonl is damaged. Nothing was changed.
                                 → Check it with: orkeys journal verify SUMMER
                                 → Then repair it with: orkeys journal repair SUMMER
    ok       SUMMER: lock        free
    skipped  SUMMER: operations  not checked: the journal cannot be used

    1 problem, 2 warnings.
    --- stderr
    "
  `);
});

test('a clock that is a day off is a problem', async () => {
  const { cwd, env } = await useWorld();
  const now = () => new Date(Date.now() - 86_400_000);
  const { code, stdout } = await orkeys(['doctor', '--json'], { cwd, env, now });
  expect(JSON.parse(stdout).checks.find(({ id }: { id: string }) => id === 'clock')).toMatchObject({
    verdict: 'problem',
    says: expect.stringMatching(
      /^this computer is (1 d|23 h.*|24 h.*) behind the service; expiries would be off by as much$/,
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
  expect(operationsOf(asked)).toContain('resolved just now: delete 1 orphaned key that spent nothing');
  expect(sandbox.account.listKeys({ offset: 0, includeDisabled: true, includeExpired: true }).data).toHaveLength(2);
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toContain('"type":"orphan"');
  expect(await doctor()).toMatchObject({ code: 0 });
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
