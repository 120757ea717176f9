import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { orkeys, type Screen, screenOf, temporaryFolder, withoutPace } from '../support/cli.ts';
import type { ContextOptions } from '../support/context.ts';
import { JSON_SHAPES } from '../support/json-shapes.ts';
import { newAccount, useSandbox } from '../support/sandbox.ts';

const NOW = () => new Date('2026-03-02T09:00:00Z');

/** An account with keys that a notebook made, and an empty folder. */
async function useNotebook() {
  const cwd = temporaryFolder();
  const sandbox = await useSandbox({ account: newAccount(NOW) });
  const env = { ORKEYS_BASE_URL: sandbox.url, OPENROUTER_MANAGEMENT_KEY: sandbox.managementKey, PATH: '/usr/bin:/bin' };
  const make = (name: string) => {
    const { key, data } = sandbox.account.createKey({ name, limit: 2 });
    return { key, hash: data.hash, name };
  };
  const run = (args: readonly string[], options: Partial<ContextOptions> = {}) =>
    orkeys(withoutPace(args), { cwd, env, now: NOW, columns: 140, ...options });
  return {
    cwd,
    sandbox,
    make,
    run,
    write: (name: string, content: string | object) =>
      writeFileSync(join(cwd, name), typeof content === 'string' ? content : JSON.stringify(content)),
    read: (name: string) => readFileSync(join(cwd, 'output', 'W', name), 'utf8'),
    screen: (screen: Screen) =>
      screenOf(screen, cwd)
        .replaceAll(sandbox.url, '<url>')
        .replaceAll(/\b[0-9a-f]{64}\b/g, '<hash>'),
  };
}

const IMPORT = ['import', 'keys.json', '--prefix', 'W'];

test('the list of a notebook is imported: every command knows whose the keys are, and nothing changes on the account', async () => {
  const { make, write, run, screen, read, sandbox, cwd } = await useNotebook();
  const [anda, bo] = [make('Anda Liepa'), make('Bo Krag')];
  make('Somebody else');
  write('keys.json', [
    { email: 'anda@example.org', name: 'Anda Liepa', api_key: anda.key },
    { email: 'bo@example.org', name: 'Bo Krag', api_key: bo.key },
  ]);
  const before = JSON.stringify(sandbox.account.toJSON().keys);
  expect(screen(await run([...IMPORT, '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workshop  W → <folder>/output/W
    File      keys.json: 2 keys

    ROW  NAME        EMAIL             KEY NAME    SECRET
      1  Anda Liepa  anda@example.org  Anda Liepa  <masked>
      2  Bo Krag     bo@example.org    Bo Krag     <masked>

    Import    2 keys; nothing changes on the account
    Dry run: nothing was changed.
    --- stderr
    Testing keys: 0 of 2
    Testing keys: 2 of 2 after 0.0 s
    "
  `);
  expect(existsSync(join(cwd, 'output'))).toBe(false);
  expect(screen(await run([...IMPORT, '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Imported 2 keys.
    Saved in <folder>/output/W/keys.json
    Saved in <folder>/output/W/keys.xlsx
    Next      to test every key: orkeys verify W
    Then      delete keys.json, which contains secrets
    --- stderr
    Testing keys: 0 of 2
    Testing keys: 2 of 2 after 0.0 s
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workshop  W → <folder>/output/W
    File      keys.json: 2 keys

    ROW  NAME        EMAIL             KEY NAME    SECRET
      1  Anda Liepa  anda@example.org  Anda Liepa  <masked>
      2  Bo Krag     bo@example.org    Bo Krag     <masked>

    Import    2 keys; nothing changes on the account
    "
  `);
  expect(JSON.stringify(sandbox.account.toJSON().keys)).toBe(before);
  expect(JSON.parse(read('keys.json')).keys.map(({ key }: { key: string }) => key)).toEqual([anda.key, bo.key]);
  expect(existsSync(join(cwd, 'output', 'W', 'keys.xlsx'))).toBe(true);

  const journal = read('journal.jsonl');
  expect(screen(await run([...IMPORT, '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Imported 0 keys; 2 were in this workshop already.
    --- stderr
    "
  `);
  expect(read('journal.jsonl')).toBe(journal);

  expect(screen(await run(['list', '--prefix', 'W']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Spent     today $0.00, week $0.00, month $0.00, in all $0.00; total limit $4.00; credit left $1,000.00
    PARTICIPANT  EMAIL             KEY    STATUS  LIMIT  SPENT  REMAINING
    Anda Liepa   anda@example.org  …<end>  active  $2.00  $0.00      $2.00
    Bo Krag      bo@example.org    …<end>  active  $2.00  $0.00      $2.00

    2 keys, total limit $4.00, total spent $0.00, remaining $4.00
    --- stderr
    "
  `);
  expect((await run(['verify', 'W'])).stdout).toContain('All 2 keys work.');
  write(
    'people.csv',
    'E-mail,Name,Surname\nanda@example.org,Anda,Liepa\nbo@example.org,Bo,Krag\nzoe@example.org,Zoe,Lind\n',
  );
  const provisioned = await run(['provision', 'people.csv', '--prefix', 'W', '--yes']);
  expect(provisioned.stdout).toContain('Created 1 key');
  expect((await run(['rotate', 'anda@example.org', '--yes'])).stdout).toContain('Rotated 1 key.');
  expect(sandbox.account.toJSON().keys.map(({ name }) => name)).not.toContain('Anda Liepa');
  expect((await run(['handout', 'table', 'W'])).stdout).toContain('3 participants');
  expect((await run(['revoke', '--prefix', 'W', '--yes'])).code).toBe(0);
  expect(sandbox.account.toJSON().keys.map(({ name }) => name)).toEqual(['Somebody else']);
});

test('what is in doubt is named, row by row, and left; the rest is imported', async () => {
  const { make, write, run, screen, sandbox } = await useNotebook();
  const [anda, off, twice, old, now] = ['Anda', 'Off', 'Twice', 'Cy', 'Cy'].map(make);
  if (!anda || !off || !twice || !old || !now) throw new Error('no keys');
  const deleted = make('Deleted');
  sandbox.account.updateKey(off.hash, { disabled: true });
  sandbox.account.deleteKey(deleted.hash);
  write(
    'roster.csv',
    [
      'E-mail,Name,api_key',
      `anda@example.org,Anda,${anda.key}`,
      `off@example.org,Off,${off.key}`,
      `twice@example.org,Twice,${twice.key}`,
      `other@example.org,Other,${twice.key}`,
      `cy@example.org,Cy,${old.key}`,
      `cy@example.org,Cy,${now.key}`,
      `boss@example.org,Boss,${sandbox.managementKey}`,
      'stranger@example.org,Stranger,sk-or-v1-test-of-nobody-0123456789',
      `deleted@example.org,Deleted,${deleted.key}`,
      `,,${make('Nobody').key}`,
      'none@example.org,None,',
    ].join('\n'),
  );
  const ended = await run(['import', 'roster.csv', '--prefix', 'W', '--yes']);
  expect(screen(ended)).toMatchInlineSnapshot(`
    "exit 3
    --- stdout
    Imported 1 key.
    Left 9 keys as they are, see above.
    Saved in <folder>/output/W/keys.json
    Saved in <folder>/output/W/keys.xlsx
    Next      to test every key: orkeys verify W
    --- stderr
    Testing keys: 0 of 9
    Testing keys: 9 of 9 after 0.0 s
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workshop  W → <folder>/output/W
    File      roster.csv: 10 keys

    ROW  NAME  EMAIL             KEY NAME  SECRET
      2  Anda  anda@example.org  Anda      <masked>

    ROW  NAME      EMAIL                 SECRET               NOT IMPORTED, BECAUSE
      3  Off       off@example.org       <masked>  it is disabled; enable Off first
      4  Twice     twice@example.org     <masked>  it is in rows 4, 5, for different people
      5  Other     other@example.org     <masked>  it is in rows 4, 5, for different people
      6  Cy        cy@example.org        <masked>  several keys in the file work for them: rows 6, 7
      7  Cy        cy@example.org        <masked>  several keys in the file work for them: rows 6, 7
      8  Boss      boss@example.org      <masked>  it is a management key
      9  Stranger  stranger@example.org  <masked>  it does not work, and no key of this account fits it: User not found.
     10  Deleted   deleted@example.org   <masked>  it does not work, and no key of this account fits it: User not found.
     11                                  <masked>  the row names nobody

    Import    1 key; nothing changes on the account
    "
  `);
  const { stdout } = await run(['import', 'roster.csv', '--prefix', 'W', '--json']);
  const json = JSON_SHAPES.import.parse(JSON.parse(stdout));
  expect(json.keys.map(({ row, result, code }) => [row, result, code])).toMatchInlineSnapshot(`
    [
      [
        2,
        "had_it",
        null,
      ],
      [
        3,
        "left",
        "refused",
      ],
      [
        4,
        "left",
        "twice",
      ],
      [
        5,
        "left",
        "twice",
      ],
      [
        6,
        "left",
        "several_keys",
      ],
      [
        7,
        "left",
        "several_keys",
      ],
      [
        8,
        "left",
        "management_key",
      ],
      [
        9,
        "left",
        "refused",
      ],
      [
        10,
        "left",
        "refused",
      ],
      [
        11,
        "left",
        "nobody",
      ],
    ]
  `);
  for (const { key } of [anda, off, twice, old, now, deleted]) {
    expect(ended.stdout + ended.stderr + stdout).not.toContain(key);
  }
});

test('a CSV with names and hashes, and a roster that says who they are', async () => {
  const { make, write, run, read } = await useNotebook();
  const [anda, bo, zoe] = ['Anda Liepa', 'Bo Krag', 'Zoe Lind'].map(make);
  if (!anda || !bo || !zoe) throw new Error('no keys');
  const rows = [anda, bo, zoe].map(({ name, key, hash }) => `${name},${key},${hash}`);
  write('roster.csv', `name,key,hash\n${rows.join('\n')}\n`);
  write('people.csv', 'E-mail,Name,Surname\nbo@example.org,Bo,Krag\nanda@example.org,Anda,Liepa\n');
  const ended = await run(['import', 'roster.csv', '--prefix', 'W', '--roster', 'people.csv', '--yes']);
  expect(ended.code).toBe(3);
  expect(ended.stderr).toContain('nobody in people.csv has this address or name');
  const { keys } = JSON.parse(read('keys.json'));
  expect(
    keys.map(
      ({ key, participant: { row, emails } }: { key: string; participant: { row: number; emails: string[] } }) => [
        key,
        row,
        emails,
      ],
    ),
  ).toEqual([
    [bo.key, 2, ['bo@example.org']],
    [anda.key, 3, ['anda@example.org']],
  ]);
});

test.each(['keys.json', 'keys.xlsx'])('%s of orkeys on another computer', async (name) => {
  const { write, run, read, cwd, sandbox } = await useNotebook();
  write('W.csv', 'E-mail,Name,Surname\nanda@example.org,Anda,Liepa\nbo@example.org,Bo,Krag\n');
  await run(['provision', 'W.csv', '--expires', '2026-03-09', '--yes']);
  const [before, count] = [JSON.parse(read('keys.json')).keys, sandbox.account.toJSON().keys.length];
  writeFileSync(join(cwd, name), readFileSync(join(cwd, 'output', 'W', name)));
  rmSync(join(cwd, 'output'), { recursive: true });
  expect((await run(['import', name, '--prefix', 'W', '--yes'])).code).toBe(0);
  const after = JSON.parse(read('keys.json')).keys;
  const told = ({ key, name, hash, limit, expires_at }: Record<string, unknown>) => [
    key,
    name,
    hash,
    limit,
    expires_at,
  ];
  expect(after.map(told)).toEqual(before.map(told));
  // With its tags, the workshop goes on as if it had been made here.
  expect((await run(['provision', 'W.csv', '--yes'])).stdout).toContain('Created 0 keys; 2 have a key already');
  expect(sandbox.account.toJSON().keys).toHaveLength(count);
});

test.each([
  '{"people": {"anda@example.org": KEY}}',
  '{"anda@example.org": KEY}',
  '{"Anda Liepa": {"key": KEY, "hash": HASH}}',
  '[{"person": {"name": "Anda Liepa", "emails": ["anda@example.org"]}, "openrouter": KEY}]',
  '{"created": "2026-03-01", "keys": [{"email": "anda@example.org", "secret": KEY}]}',
])('JSON in another shape: %s', async (text) => {
  const { make, write, run, read } = await useNotebook();
  const { key, hash } = make('Anda Liepa');
  write('keys.json', text.replace('KEY', `"${key}"`).replace('HASH', `"${hash}"`));
  const { code, stderr } = await run([...IMPORT, '--yes']);
  expect(code, stderr).toBe(0);
  expect(JSON.parse(read('keys.json')).keys).toMatchObject([{ key }]);
});

test('a key of another workshop, and a person who has a key, are told; the wrong account is refused', async () => {
  const { make, write, run, cwd } = await useNotebook();
  write('A.csv', 'E-mail,Name\nanda@example.org,Anda\n');
  await run(['provision', 'A.csv', '--yes']);
  const [{ key: secret }] = JSON.parse(readFileSync(join(cwd, 'output', 'A', 'keys.json'), 'utf8')).keys;
  write('keys.json', [
    { email: 'anda@example.org', api_key: secret },
    { email: 'bo@example.org', api_key: make('Bo').key },
  ]);
  const elsewhere = await run([...IMPORT, '--yes']);
  expect(elsewhere.stderr).toContain('it is a key of the workshop A');
  write('keys.json', [{ email: 'anda@example.org', api_key: make('Second').key }]);
  expect((await run(['import', 'keys.json', '--prefix', 'A', '--yes'])).stdout).toContain(
    'they have another key in this workshop',
  );
});

test('bad input is said with what to type', async () => {
  const { write, run, screen } = await useNotebook();
  write('empty.json', '[]');
  write('none.csv', 'E-mail,Name\nanda@example.org,Anda\n');
  for (const args of [
    ['import', 'empty.json', '--prefix', 'W'],
    ['import', 'none.csv', '--prefix', 'W'],
    ['import', 'nosuch.json', '--prefix', 'W'],
    ['import', 'none.csv'],
  ]) {
    expect(screen(await run(args))).toMatchSnapshot(args.join(' '));
  }
});

test('keys of others that are named alike are never touched, whatever becomes of the imported ones', async () => {
  const { make, write, run, sandbox } = await useNotebook();
  const [mine, duplicate] = [make('Anda'), make('Anda')];
  write('roster.csv', `E-mail,Name,api_key\nanda@example.org,Anda,${mine.key}\n`);
  expect((await run(['import', 'roster.csv', '--prefix', 'W', '--yes'])).code).toBe(0);
  const stranger = () => sandbox.account.toJSON().keys.find(({ hash }) => hash === duplicate.hash);
  const before = JSON.stringify(stranger());
  sandbox.account.deleteKey(mine.hash);
  for (const args of [
    ['provision', 'roster.csv', '--prefix', 'W', '--create-duplicates', '--yes'],
    ['update', '--prefix', 'W', '--limit', '3', '--yes'],
    ['rotate', '--prefix', 'W', '--yes'],
    ['revoke', '--prefix', 'W', '--yes'],
  ]) {
    const { code, stderr } = await run(args);
    expect(code, `${args.join(' ')}\n${stderr}`).toBe(0);
  }
  expect(JSON.stringify(stranger())).toBe(before);
  expect(sandbox.account.toJSON().keys).toHaveLength(1);
});
