import { expect, test } from 'vitest';
import { resetAfterCommit } from '../support/faults.ts';
import { TIERED, TIERS, useTieredWorkshop } from '../support/tiers-world.ts';

const PROVISION = ['provision', 'team.csv', '--prefix', 'TEAM', '--tiers', 'tiers.json'];
const rowsIn = (stdout: string) =>
  JSON.parse(stdout).keys.map(({ participant, tier, bound, limit, limit_reset }: Record<string, { name?: string }>) => [
    participant?.name,
    tier,
    bound,
    limit,
    limit_reset,
  ]);
const teamOf = (server: { liveKeys(): { name: string; limit: number | null; limit_reset: string | null }[] }) =>
  Object.fromEntries(
    server
      .liveKeys()
      .flatMap(({ name, limit, limit_reset }) =>
        name.startsWith('TEAM') ? [[name.split('_')[1], [limit, limit_reset]]] : [],
      ),
  );

test('provision gives each key the limit and the models of its tier, and a second run changes nothing', async () => {
  const { run, screen, server, bound, sent } = await useTieredWorkshop();
  sent();
  expect(screen(await run([...PROVISION, '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workshop  TEAM → output/TEAM
    Account   user_sandbox, management key <masked>
    Roster    team.csv: 3 participants in 3 rows
    Columns   email A, name B, surname C, tier D

    ROW  KEY NAME              EMAIL              LIMIT
      2  TEAM_Anda_Ozola_…     anda@example.org   $1.00
      3  TEAM_Jānis_Bērziņš_…  janis@example.org  $5.00
      4  TEAM_Zane_Kalna_…     zane@example.org   $1.00

    Create    3 keys, 2 × $1.00, 1 × $5.00, no expiration
    Limits    total limit $7.00; remaining credit $1,000.00

    TIER   GUARDRAIL                MODELS  PEOPLE  BOUND  DRIFT
    basic  orkeys TEAM basic (new)       2       1      0  1 key unbound, every model allowed: Anda Ozola
    pro    orkeys TEAM pro (new)         3       1      0  1 key unbound, every model allowed: Jānis Bērziņš
    any    (none needed)               any       1      1
    Tiers     create 2 guardrails, assign 2 keys

    Dry run for prefix TEAM: nothing was changed.
    --- stderr
    "
  `);
  expect(sent()).toEqual([]);
  expect(screen(await run(PROVISION))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    ROW  NAME           STATUS   KEY NAME                     SECRET
      2  Anda Ozola     created  TEAM_Anda_Ozola_<tag>     <masked>
      3  Jānis Bērziņš  created  TEAM_Jānis_Bērziņš_<tag>  <masked>
      4  Zane Kalna     created  TEAM_Zane_Kalna_<tag>     <masked>

    Created 3 keys, total limit $7.00
    Tiers     created 2 guardrails, assigned 2 keys
    Saved in <folder>/output/TEAM
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    Next, to test every key:
      orkeys verify --prefix TEAM
    Next, to hand out the keys:
      orkeys handout slips TEAM
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workshop  TEAM → output/TEAM
    Account   user_sandbox, management key <masked>
    Roster    team.csv: 3 participants in 3 rows
    Columns   email A, name B, surname C, tier D
    Create    3 keys, 2 × $1.00, 1 × $5.00, no expiration
    Limits    total limit $7.00; remaining credit $1,000.00

    TIER   GUARDRAIL                MODELS  PEOPLE  BOUND  DRIFT
    basic  orkeys TEAM basic (new)       2       1      0  1 key unbound, every model allowed: Anda Ozola
    pro    orkeys TEAM pro (new)         3       1      0  1 key unbound, every model allowed: Jānis Bērziņš
    any    (none needed)               any       1      1
    Tiers     create 2 guardrails, assign 2 keys
    Creating keys: 0 of 7
    Creating keys: 7 of 7 after 0.0 s
    "
  `);
  expect(teamOf(server)).toEqual({ Anda: [1, null], Jānis: [5, 'weekly'], Zane: [1, null] });
  expect(bound()).toEqual({ Anda: 'orkeys TEAM basic', Jānis: 'orkeys TEAM pro' });
  sent();
  const again = await run([...PROVISION, '--json']);
  expect([again.code, rowsIn(again.stdout), sent()]).toEqual([
    0,
    [
      ['Anda', 'basic', true, 1, null],
      ['Jānis', 'pro', true, 5, 'weekly'],
      ['Zane', 'any', true, 1, null],
    ],
    [],
  ]);
});

test('a key that could not be assigned is reported, and the next run assigns it', async () => {
  const { run, server, bound, sent } = await useTieredWorkshop();
  server.setRules(({ method, path }) =>
    method === 'POST' && path.includes('/assignments/') ? { commit: 'never', body: { assigned_count: 0 } } : undefined,
  );
  const first = await run([...PROVISION, '--json']);
  expect([first.code, rowsIn(first.stdout).map((row: unknown[]) => row[2])]).toEqual([3, [false, false, true]]);
  server.setRules(() => undefined);
  sent();
  expect((await run([...PROVISION, '--yes'])).code).toBe(0);
  expect(sent().filter((request) => request.startsWith('POST /keys'))).toEqual([]);
  expect(bound()).toEqual({ Anda: 'orkeys TEAM basic', Jānis: 'orkeys TEAM pro' });
});

test('unknown tiers and unknown models stop a run before any key is created', async () => {
  const { run, screen, write, sent, changeTiers } = await useTieredWorkshop();
  write('team.csv', TIERED.replace('Pro', 'gold').replace('any', 'silver'));
  sent();
  expect(screen(await run(PROVISION))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: 2 participants have no tier of tiers.json. Nothing was changed.

      There is no such tier.
        row 3: "gold"
        row 4: "silver"

    Hint: Available tiers: basic, pro, any. Correct the column Tier of the roster, or set "default".
    "
  `);
  changeTiers({ basic: { models: ['a/b'] } });
  expect(await run(PROVISION)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('OpenRouter has no model a/b'),
  });
  expect(await run([...PROVISION.slice(0, -1), 'none.json'])).toMatchObject({ code: 2 });
  expect(sent()).toEqual([]);
});

test('sync changes limits and models to those of the tiers', async () => {
  const { run, write, server, bound, changeTiers } = await useTieredWorkshop();
  await run(PROVISION);
  changeTiers({ ...TIERS.tiers, pro: { models: ['x-ai/grok-5'], limit: 7, limit_reset: null } });
  write('team.csv', TIERED.replace('Ozola,', 'Ozola,pro'));
  const args = ['sync', 'team.csv', '--prefix', 'TEAM', '--tiers', 'tiers.json'];
  expect(await run(args)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  expect((await run([...args, '--yes'])).code).toBe(0);
  expect(teamOf(server)).toEqual({ Anda: [7, null], Jānis: [7, null], Zane: [1, null] });
  expect(bound()).toEqual({ Anda: 'orkeys TEAM pro', Jānis: 'orkeys TEAM pro' });
});

test('a lost answer to a key and to its guardrail: one of each in the end', async () => {
  const { run, server, guardrails, bound } = await useTieredWorkshop();
  server.setRules(({ route, nth }) =>
    (route === 'POST /keys' && nth === 4) || (route === 'POST /guardrails' && nth === 1) ? resetAfterCommit : undefined,
  );
  await run(PROVISION);
  server.setRules(() => undefined);
  expect((await run([...PROVISION, '--yes'])).code).toBe(0);
  expect(Object.keys(teamOf(server))).toHaveLength(3);
  expect(
    guardrails()
      .map(({ name }) => name)
      .sort(),
  ).toEqual(['orkeys TEAM basic', 'orkeys TEAM pro']);
  expect(bound()).toEqual({ Anda: 'orkeys TEAM basic', Jānis: 'orkeys TEAM pro' });
});

test('without --tiers a run tells that tiers were applied before', async () => {
  const { run } = await useTieredWorkshop();
  await run(PROVISION);
  const { stderr } = await run(['provision', 'team.csv', '--prefix', 'TEAM']);
  expect(stderr).toContain('tiers were applied to this workshop');
});

test('verify --models shows what each key may use', async () => {
  const { run, screen } = await useTieredWorkshop();
  await run(PROVISION);
  expect(screen(await run(['verify', '--prefix', 'TEAM', '--models', '--quiet']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    All 3 keys work.

    PARTICIPANT    MODELS  WHICH
    Anda Ozola          2  openai/gpt-6-luna, deepseek/deepseek-r1-0528:free
    Jānis Bērziņš       3  openai/gpt-6-luna, anthropic/claude-sonnet-5.5, deepseek/deepseek-r1-0528:free
    Zane Kalna         14  openai/gpt-6, openai/gpt-6-luna, anthropic/claude-sonnet-5.5, …
    --- stderr
    "
  `);
  const { keys } = JSON.parse((await run(['verify', '--prefix', 'TEAM', '--models', '--json'])).stdout);
  expect(keys.map(({ models }: { models: string[] }) => models.length)).toEqual([2, 3, 14]);
});
