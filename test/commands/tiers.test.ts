import { expect, test } from 'vitest';
import { resetAfterCommit, resetBeforeCommit } from '../support/faults.ts';
import { APPLY, TIERED, TIERS, useTieredWorkshop } from '../support/tiers-world.ts';

test('check shows the models and prices of each tier, without any key', async () => {
  const { run, screen, server } = await useTieredWorkshop();
  const before = server.requests.length;
  const env = { ORKEYS_BASE_URL: server.url };
  expect(screen(await run(['tiers', 'check', 'tiers.json'], { env }))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    TIER   LIMIT         MODEL                           INPUT  OUTPUT
    basic                openai/gpt-6-luna                $0.1    $0.4
                         deepseek/deepseek-r1-0528:free   free    free
    pro    $5.00 weekly  openai/gpt-6-luna                $0.1    $0.4
                         deepseek/deepseek-r1-0528:free   free    free
                         anthropic/claude-sonnet-5.5        $3     $15
    any                  every model

    Prices are per million tokens, in US dollars.
    tiers.json: 3 tiers, default basic, no problems.
    --- stderr
    "
  `);
  expect(server.requests.slice(before).map(({ path, authorization }) => [path, authorization])).toEqual([
    ['/models?output_modalities=all', undefined],
  ]);
});

test('check tells all that is wrong with a file, before any change', async () => {
  const { run, screen, changeTiers, sent } = await useTieredWorkshop();
  changeTiers({
    basic: { models: ['openai/gpt-6-lunar', '~anthropic/claude-sonnet-latest'] },
    pro: { models: ['deepseek/deepseek-v4-flash-0731:free', 'mistralai/mistral-medium-3'] },
  });
  expect(screen(await run(['tiers', 'check', 'tiers.json']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: tiers.json has 3 problems. Nothing was changed.

      tier basic: OpenRouter has no model openai/gpt-6-lunar; did you mean openai/gpt-6-luna or openai/gpt-6?
        "openai/gpt-6-lunar"
      tier basic: ~anthropic/claude-sonnet-latest is an alias; today it means anthropic/claude-sonnet-5.5: name that model
        "~anthropic/claude-sonnet-latest"
      tier pro: OpenRouter has no model deepseek/deepseek-v4-flash-0731:free; did you mean deepseek/deepseek-v4-flash-0731?
        "deepseek/deepseek-v4-flash-0731:free"

    Hint: Correct the file, then run: orkeys tiers check tiers.json
    "
  `);
  sent();
  expect((await run([...APPLY, 'team.csv'])).code).toBe(2);
  expect(sent()).toEqual([]);
});

test('apply makes one guardrail a tier, assigns the keys, and a second run changes nothing', async () => {
  const { run, screen, sent, bound, guardrails } = await useTieredWorkshop();
  sent();
  expect(screen(await run([...APPLY, 'team.csv', '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    TIER   GUARDRAIL              MODELS  PEOPLE  BOUND  DRIFT
    basic  orkeys WS basic (new)       2       1      0  1 key unbound, every model allowed: Anda Ozola
    pro    orkeys WS pro (new)         3       1      0  1 key unbound, every model allowed: Jānis Bērziņš
    any    (none needed)             any       1      1

    Create 2 guardrails, assign 2 keys.

    Dry run: nothing was changed.
    --- stderr
    "
  `);
  expect(sent()).toEqual([]);
  expect(screen(await run([...APPLY, 'team.csv']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Created 2 guardrails, assigned 2 keys.

    TIER   GUARDRAIL        MODELS  PEOPLE  BOUND  DRIFT
    basic  orkeys WS basic       2       1      1
    pro    orkeys WS pro         3       1      1
    any    (none needed)       any       1      1
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    TIER   GUARDRAIL              MODELS  PEOPLE  BOUND  DRIFT
    basic  orkeys WS basic (new)       2       1      0  1 key unbound, every model allowed: Anda Ozola
    pro    orkeys WS pro (new)         3       1      0  1 key unbound, every model allowed: Jānis Bērziņš
    any    (none needed)             any       1      1

    Create 2 guardrails, assign 2 keys.
    Assigning keys: 0 of 4
    Assigning keys: 4 of 4 after 0.0 s
    "
  `);
  expect(guardrails().map(({ name, allowed_models }) => [name, allowed_models])).toEqual([
    ['orkeys WS basic', ['openai/gpt-6-luna-20260811', 'deepseek/deepseek-r1-0528:free']],
    [
      'orkeys WS pro',
      ['openai/gpt-6-luna-20260811', 'deepseek/deepseek-r1-0528:free', 'anthropic/claude-5.5-sonnet-20260915'],
    ],
  ]);
  expect(bound()).toEqual({ Anda: 'orkeys WS basic', Jānis: 'orkeys WS pro' });
  sent();
  expect(screen(await run(APPLY))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    No changes.
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    TIER   GUARDRAIL        MODELS  PEOPLE  BOUND  DRIFT
    basic  orkeys WS basic       2       1      1
    pro    orkeys WS pro         3       1      1
    any    (none needed)       any       1      1

    No changes.
    "
  `);
  expect(sent()).toEqual([]);
});

test('a list is narrowed in place, and whoever changes tiers is moved: nobody is unassigned in between', async () => {
  const { run, write, sent, bound, changeTiers, guardrails } = await useTieredWorkshop();
  await run([...APPLY, 'team.csv']);
  changeTiers({ ...TIERS.tiers, basic: { models: ['openai/gpt-6-luna'] } });
  write('team.csv', TIERED.replace('Ozola,', 'Ozola,pro').replace('Kalna,any', 'Kalna,basic'));
  sent();
  expect((await run([...APPLY, 'team.csv'])).code).toBe(0);
  expect(
    sent().map((request) =>
      request
        .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '<id>')
        .split(' ')
        .slice(0, 2)
        .join(' '),
    ),
  ).toEqual([
    'PATCH /guardrails/<id>',
    'PATCH /guardrails/<id>',
    'POST /guardrails/<id>/assignments/keys',
    'POST /guardrails/<id>/assignments/keys',
  ]);
  expect(bound()).toEqual({ Anda: 'orkeys WS pro', Jānis: 'orkeys WS pro', Zane: 'orkeys WS basic' });
  expect(guardrails()[0]?.allowed_models).toEqual(['openai/gpt-6-luna-20260811']);
});

test('show tells every drift, changes nothing, and exits with 8 where that is asked for', async () => {
  const { run, screen, sent, server, hashOf, guardrails, bindForeign } = await useTieredWorkshop();
  expect((await run(['tiers', 'show', '--prefix', 'WS'])).stderr).toContain('No tiers were applied to WS');
  await run([...APPLY, 'team.csv']);
  expect(screen(await run(['tiers', 'show', '--prefix', 'WS', '--exit-code']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    TIER   GUARDRAIL        MODELS  PEOPLE  BOUND  DRIFT
    basic  orkeys WS basic       2       1      1
    pro    orkeys WS pro         3       1      1
    any    (none needed)       any       1      1
    --- stderr
    "
  `);
  const { guardrails: book } = server.account;
  const [basic, pro] = guardrails();
  book.update(basic?.id ?? '', { allowed_models: ['openai/gpt-6-luna', 'x-ai/grok-5'] });
  book.unbind(pro?.id ?? '', { key_hashes: [hashOf('Jānis')] });
  bindForeign('Legal hold', 'Zane');
  book.update('dddddddd-0000-4000-8000-000000000001', { allowed_models: ['openai/gpt-6-luna'] });
  sent();
  expect(screen(await run(['tiers', 'show', '--prefix', 'WS', '--exit-code']))).toMatchInlineSnapshot(`
    "exit 8
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    TIER   GUARDRAIL        MODELS  PEOPLE  BOUND  DRIFT
    basic  orkeys WS basic       2       1      0  list differs: + x-ai/grok-5, - deepseek/deepseek-r1-0528:free; the default guardrail leaves out deepseek/deepseek-r1-0528:free
    pro    orkeys WS pro         3       1      0  the default guardrail leaves out deepseek/deepseek-r1-0528:free, anthropic/claude-sonnet-5.5; 1 key unbound, every model allowed: Jānis Bērziņš
    any    (none needed)       any       1      0  the default guardrail leaves out models; 1 key bound by others: Zane Kalna
    1 key is bound by a guardrail that orkeys did not make ("Legal hold"): left alone; --take-over assigns ours.
    --- stderr
    "
  `);
  expect((await run(['tiers', 'show', '--prefix', 'WS'])).code).toBe(0);
  const json = JSON.parse((await run(['tiers', 'show', '--prefix', 'WS', '--json'])).stdout);
  expect(json.tiers.map((tier: { drift: { code: string }[] }) => tier.drift.map(({ code }) => code))).toEqual([
    ['list_differs', 'default_narrower'],
    ['unbound', 'default_narrower'],
    ['foreign', 'default_narrower'],
  ]);
  expect(sent()).toEqual([]);
});

test("a guardrail that is gone is made again; keys of somebody else's guardrail stay until they are taken over", async () => {
  const { run, server, guardrails, bound, bindForeign, screen } = await useTieredWorkshop();
  bindForeign('Legal hold', 'Anda', ['openai/gpt-6']);
  bindForeign('Legal hold', 'Zane');
  await run([...APPLY, 'team.csv']);
  server.account.guardrails.delete(guardrails().find(({ name }) => name === 'orkeys WS pro')?.id ?? '');
  expect(screen(await run([...APPLY, 'team.csv', '--quiet']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Created 1 guardrail, assigned 1 key.

    TIER   GUARDRAIL        MODELS  PEOPLE  BOUND  DRIFT
    basic  orkeys WS basic       2       1      0  1 key bound by others: Anda Ozola
    pro    orkeys WS pro         3       1      1
    any    (none needed)       any       1      0  1 key bound by others: Zane Kalna
    2 keys are bound by a guardrail that orkeys did not make ("Legal hold"): left alone; --take-over assigns ours.
    --- stderr
    "
  `);
  expect(bound()).toEqual({ Anda: 'Legal hold', Jānis: 'orkeys WS pro', Zane: 'Legal hold' });
  expect((await run([...APPLY, 'team.csv', '--take-over'])).code).toBe(0);
  expect(bound()).toEqual({ Anda: 'orkeys WS basic', Jānis: 'orkeys WS pro' });
  expect(guardrails().filter(({ name }) => name === 'Legal hold')[0]?.allowed_models).toEqual([
    'openai/gpt-6-20260811',
  ]);
});

test('unused guardrails are told, and deleted only on request and only without keys', async () => {
  const { run, write, bound, guardrails, server, hashOf } = await useTieredWorkshop();
  await run([...APPLY, 'team.csv']);
  write('team.csv', TIERED.replace('Pro', 'any'));
  const told = await run([...APPLY, 'team.csv']);
  expect(told.stdout).toContain('1 guardrail without keys: "orkeys WS pro"; --delete-unused deletes it.');
  expect(guardrails()).toHaveLength(2);
  const foreign = server.account.createKey({ name: 'by hand' }).data.hash;
  const pro = guardrails()[1]?.id ?? '';
  server.account.guardrails.bind(pro, { key_hashes: [foreign] });
  expect((await run([...APPLY, '--delete-unused'])).code).toBe(0);
  expect(guardrails()).toHaveLength(2);
  server.account.guardrails.unbind(pro, { key_hashes: [foreign] });
  // Somebody assigns a key between the list and the deletion.
  server.setRules(({ path }) =>
    path.endsWith(`/${pro}/assignments/keys?offset=0&limit=1`)
      ? { before: ({ guardrails: book }) => void book.bind(pro, { key_hashes: [foreign] }) }
      : undefined,
  );
  expect((await run([...APPLY, '--delete-unused'])).stdout).toContain('it binds 1 key or member');
  expect(guardrails()).toHaveLength(2);
  server.setRules(() => undefined);
  server.account.guardrails.unbind(pro, { key_hashes: [foreign] });
  expect((await run([...APPLY, '--delete-unused'])).code).toBe(0);
  expect(guardrails().map(({ name }) => name)).toEqual(['orkeys WS basic']);
  expect(bound()).toEqual({ Anda: 'orkeys WS basic' });
  expect(hashOf('Anda')).not.toBe('');
});

test('unknown tiers are told for all rows at once, before any change', async () => {
  const { run, write, screen, sent } = await useTieredWorkshop();
  write('team.csv', TIERED.replace('Pro', 'Prro').replace('any', 'gold'));
  sent();
  expect(screen(await run([...APPLY, 'team.csv']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: 2 participants have no tier of tiers.json. Nothing was changed.

      There is no such tier. Did you mean pro?
        row 3: "Prro"
      There is no such tier.
        row 4: "gold"

    Hint: Available tiers: basic, pro, any. Correct the column Tier of the roster, or set "default".
    "
  `);
  expect(sent()).toEqual([]);
});

test('a lost answer to a create is resolved by the list: none is made twice, and none is lost', async () => {
  for (const fault of [resetAfterCommit, resetBeforeCommit]) {
    const { run, server, guardrails, bound } = await useTieredWorkshop();
    server.setRules(({ route, nth }) => (route === 'POST /guardrails' && nth === 1 ? fault : undefined));
    expect((await run([...APPLY, 'team.csv'])).code).toBe(0);
    expect(
      guardrails()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['orkeys WS basic', 'orkeys WS pro']);
    expect(bound()).toEqual({ Anda: 'orkeys WS basic', Jānis: 'orkeys WS pro' });
  }
});

test('a guardrail of our name that binds the keys of others is left alone, and no second one is made', async () => {
  const { run, server, guardrails, sent } = await useTieredWorkshop();
  const { id } = server.account.guardrails.create({ name: 'orkeys WS basic', allowed_models: ['x-ai/grok-5'] }).data;
  server.account.guardrails.bind(id, { key_hashes: [server.account.createKey({ name: 'x' }).data.hash] });
  sent();
  const { stdout } = await run([...APPLY, 'team.csv']);
  expect(stdout).toContain('a guardrail of this name was not made by orkeys');
  expect(guardrails().map(({ name, allowed_models }) => [name, allowed_models?.length])).toEqual([
    ['orkeys WS basic', 1],
    ['orkeys WS pro', 3],
  ]);
});

test('keys in two workspaces have a guardrail in each', async () => {
  const { run, server, hashOf, bound } = await useTieredWorkshop();
  const workspace_id = '5a9db0c5-0000-4000-8000-000000000002';
  await run([...APPLY, 'team.csv']);
  server.account.updateKey(hashOf('Jānis'), { workspace_id });
  expect((await run([...APPLY, 'team.csv'])).code).toBe(0);
  expect(server.account.guardrails.list(0, 100, workspace_id).data.map(({ name }) => name)).toEqual(['orkeys WS pro']);
  expect(Object.keys(bound())).toHaveLength(2);
});

test('without guardrails or with an incomplete list nothing is changed', async () => {
  const { run, server, sent } = await useTieredWorkshop();
  sent();
  server.setRules(({ path }) =>
    path.startsWith('/guardrails')
      ? { status: 403, body: { error: { code: 403, message: 'no' } }, commit: 'never' }
      : undefined,
  );
  expect(await run([...APPLY, 'team.csv'])).toMatchObject({
    code: 4,
    stderr: expect.stringContaining('does not offer guardrails'),
  });
  server.setRules(({ path }) =>
    path.startsWith('/guardrails/assignments') ? { edit: () => ({ data: [], total_count: 3 }) } : undefined,
  );
  expect(await run([...APPLY, 'team.csv'])).toMatchObject({
    code: 5,
    stderr: expect.stringContaining('is incomplete'),
  });
  expect(sent()).toEqual([]);
});
