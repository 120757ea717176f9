import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DemoKey, planDemoSpending } from '../../src/commands/sandbox/demo-spending.ts';
import { createKeysClient } from '../../src/openrouter/client.ts';
import { openAccountFile } from '../../src/sandbox/state-file.ts';
import { Secret } from '../../src/secret.ts';
import { orkeys, screenOf, temporaryFolder } from '../support/cli.ts';
import { useSandbox } from '../support/sandbox.ts';

/** A Wednesday. */
const NOW = new Date('2026-03-04T15:30:00Z');
const NAMES = ['Anda', 'Bruno', 'Čaba', 'Dace', 'Elīna', 'Fricis', 'Gita', 'Hugo', 'Ilze', 'Jānis', 'Kārlis', 'Liene'];

/** Twelve people with keys of the sandbox in an output folder. */
async function useClass(prefix = 'LAB') {
  const cwd = temporaryFolder();
  let now = NOW;
  const command = async (...args: string[]) => {
    const screen = await orkeys(args, { cwd, now: () => now, columns: 100 });
    return { ...screen, text: screenOf(screen, cwd) };
  };
  const rows = NAMES.map((name, at) => `p${at}@example.org,${name}`);
  writeFileSync(join(cwd, 'class.csv'), `E-mail,Name\n${rows.join('\n')}\n`);
  const { code } = await command(
    ...['provision', 'class.csv', '--prefix', prefix, '--limit', '1', '--sandbox', '--yes', '--rate', 'off'],
  );
  expect(code).toBe(0);
  const path = join(cwd, 'output', 'sandbox', 'account.jsonl');
  const open = () => {
    const file = openAccountFile(path, { now: () => now, random: randomBytes });
    onTestFinished(() => file.close());
    return file.account;
  };
  return {
    cwd,
    command,
    path,
    open,
    setTime: (iso: string) => {
      now = new Date(iso);
    },
  };
}

describe('orkeys sandbox spend', () => {
  test('breaks its lines between words on a terminal, and suggests npx where that started it', async () => {
    const { cwd } = await useClass();
    const env = { npm_lifecycle_event: 'npx' };
    const { stdout } = await orkeys(['sandbox', 'spend'], { cwd, env, now: () => NOW, columns: 60, answers: [] });
    expect(stdout).toMatchInlineSnapshot(`
      "Simulated spending with 10 of 12 keys: $1.351 in 7 days,
      1,118 requests, 5 models.
      Next, to see who spent what:
        npx orkeys usage --sandbox
      "
    `);
  });

  test('is broken down by usage: below each model, who spent most on it comes first', async () => {
    const { command } = await useClass();
    await command('sandbox', 'spend', '--quiet');
    const { stdout } = await command('usage', '--sandbox', '--rate', 'off', '--by', 'model', '--breakdown');
    const parts = stdout.split(/^(?=\S)/m).map((part) => part.match(/(?<=^ {2}\S.*)\$\d+\.\d\d/gm) ?? []);
    expect(parts.flat().length).toBeGreaterThan(10);
    for (const part of parts) expect(part).toEqual(part.toSorted().reverse());
  });

  test('lets a class spend for a week, the same for the same names; a second time adds nothing, a day later that day', async () => {
    const { command, open, setTime } = await useClass();
    const done = await command('sandbox', 'spend');
    expect(done.text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Simulated spending with 10 of 12 keys: $1.351 in 7 days, 1,118 requests, 5 models.
      Next, to see who spent what:
        orkeys usage --sandbox
      --- stderr
      "
    `);
    expect((await command('sandbox', 'spend')).text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Nothing to add: spending in 7 days is simulated already.
      Next, to see who spent what:
        orkeys usage --sandbox
      --- stderr
      "
    `);
    const before = open().credits().data.total_usage;
    setTime('2026-03-05T15:30:00Z');
    expect((await command('sandbox', 'spend', 'LAB', '--days', '1')).text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Simulated spending with 10 of 12 keys: $0.5242 today, 356 requests, 3 models.
      Next, to see who spent what:
        orkeys usage --prefix LAB --sandbox
      --- stderr
      "
    `);
    expect(open().credits().data.total_usage).toBeGreaterThan(before);
  });

  test('the client reads it: some have not started, one spent far more, several models, today too', async () => {
    const { command, open } = await useClass();
    await command('sandbox', 'spend');
    const account = open();
    const sandbox = await useSandbox({ account });
    const client = createKeysClient({
      baseUrl: sandbox.url,
      ratePerSecond: Number.POSITIVE_INFINITY,
      managementKey: new Secret(sandbox.managementKey),
      now: () => NOW,
      random: () => 0.5,
      sleep: async () => {},
      stop: new AbortController().signal,
      stopNow: new AbortController().signal,
    });
    onTestFinished(() => client.close());
    const { keys } = await client.listKeys();
    const hashes = keys.map(({ hash }) => hash);
    const usage = await client.queryUsage({ hashes, since: '2026-02-26', until: '2026-03-04' });
    if (usage.result !== 'rows') throw new Error(usage.reason);
    const costs = keys
      .map(({ name }) => usage.rows.filter(({ key }) => key === name).reduce((sum, { cost = 0 }) => sum + cost, 0))
      .sort((one, other) => one - other);
    expect(costs.filter((cost) => cost === 0)).toHaveLength(2);
    expect(costs.at(-1)).toBeGreaterThan(5 * (costs.at(-2) ?? 0));
    expect(costs.at(-1)).toBeLessThanOrEqual(1);
    expect(new Set(usage.rows.map(({ model }) => model)).size).toBeGreaterThanOrEqual(3);
    expect(new Set(usage.rows.map(({ day }) => day)).size).toBe(7);
    expect(usage.rows.some(({ day }) => day === '2026-03-04')).toBe(true);
    expect(usage.rows.every(({ requests = 0, tokens_prompt }) => requests > 0 && tokens_prompt > 0)).toBe(true);
    // The keys' own counters say the same.
    for (const { name, usage: total = 0 } of keys) {
      const cost = usage.rows.filter(({ key }) => key === name).reduce((sum, { cost = 0 }) => sum + cost, 0);
      expect(total).toBeCloseTo(cost, 9);
    }
    const other = await client.getActivity(hashes[0] ?? '');
    const completed = usage.rows.filter(({ key, day }) => key === keys[0]?.name && day < '2026-03-04');
    expect(other).toMatchObject({ result: 'rows' });
    expect(other.result === 'rows' && other.rows).toHaveLength(completed.length);
  });

  test('usage says nothing of spending that the keys report from before its period', async () => {
    const { command } = await useClass();
    const { stdout } = await command('sandbox', 'spend', 'LAB', '--days', '20');
    expect(stdout).toContain('orkeys usage --prefix LAB --days 20 --sandbox');
    const week = await command('usage', 'LAB', '--sandbox', '--rate', 'off');
    expect(week.stdout).toMatch(/As of +2026-03-04 15:30 UTC\.\n/);
  });

  test('--dry-run says the same and changes nothing; --json says it to scripts', async () => {
    const { command, path } = await useClass();
    const { size } = statSync(path);
    expect((await command('sandbox', 'spend', '--dry-run')).text).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Would simulate spending with 10 of 12 keys: $1.351 in 7 days, 1,118 requests, 5 models.
      Dry run: nothing was changed.
      --- stderr
      "
    `);
    expect(statSync(path).size).toBe(size);
    const { stdout } = await command('sandbox', 'spend', '--prefix', 'LAB', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'sandbox spend',
      dry_run: false,
      sandbox: true,
      prefix: 'LAB',
      days: 7,
      totals: { count: 12, active: 10 },
      next: ['orkeys usage --prefix LAB --sandbox'],
    });
    expect(statSync(path).size).toBeGreaterThan(size);
  });

  test('only keys of the prefix spend, and none that is disabled', async () => {
    const { command, open } = await useClass();
    await command('create', 'LAB2_solo', '--limit', '1', '--sandbox', '--rate', 'off');
    const account = open();
    const spentBy = () =>
      account.toJSON().keys.flatMap(({ name, spending }) => (spending.total > 0 ? [name.split('_')[0]] : []));
    const [{ hash } = { hash: '' }] = account.toJSON().keys;
    account.updateKey(hash, { disabled: true });
    const { stdout } = await command('sandbox', 'spend', 'LAB', '--json');
    account.catchUp();
    expect(new Set(spentBy())).toEqual(new Set(['LAB']));
    expect(JSON.parse(stdout).totals.count).toBe(11);
  });

  test('without simulated keys it says how to create some, and creates nothing', async () => {
    const cwd = temporaryFolder();
    const screen = await orkeys(['sandbox', 'spend'], { cwd });
    expect(screenOf(screen, cwd)).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: No simulated key can spend in <folder>/output/sandbox.
      Hint: Create simulated keys first: orkeys provision participants.xlsx --limit 1 --sandbox
      "
    `);
    expect(existsSync(join(cwd, 'output'))).toBe(false);
    const other = await useClass();
    expect((await other.command('sandbox', 'spend', 'SUMMER')).text).toMatchInlineSnapshot(`
      "exit 2
      --- stdout
      --- stderr
      Error: No simulated key with the prefix SUMMER can spend in <folder>/output/sandbox.
      Hint: Create simulated keys first: orkeys provision participants.xlsx --limit 1 --sandbox
      "
    `);
  });

  test.each([
    ['--days', '0'],
    ['--days', '366'],
  ])('%s %s is refused', async (...flags) => {
    const { code, stderr } = await orkeys(['sandbox', 'spend', ...flags], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain(`Invalid --days ${flags[1]}: expected a whole number, from 1 to 365.`);
  });

  test('options of the server are refused', async () => {
    const { stderr, code } = await orkeys(['sandbox', 'spend', '--state', 'x.jsonl'], { cwd: temporaryFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain('--state cannot be combined with sandbox spend.');
  });

  test('a damaged account is exit 6 and left as it is', async () => {
    const { command, path } = await useClass();
    const damaged = readFileSync(path, 'utf8').replace('{"op":"key_created"', '{"op":"key_crea');
    writeFileSync(path, damaged);
    const { code, stderr } = await command('sandbox', 'spend');
    expect(code).toBe(6);
    expect(stderr).toContain('is damaged on line 2');
    expect(readFileSync(path, 'utf8')).toBe(damaged);
  });
});

describe('a plan of spending', () => {
  const people = (count: number, remaining: number | null = 1): DemoKey[] =>
    Array.from({ length: count }, (_, at) => ({ hash: `h${at}`, person: `LAB_P${at}`, remaining }));
  const plan = (keys: DemoKey[], days = 7, hasUsage = (_person: string, _day: string) => false) =>
    planDemoSpending(keys, { days, now: NOW, hasUsage });

  test('never spends more than a key can, nor in the future', () => {
    for (const remaining of [0.05, 1, 20]) {
      const uses = plan(people(100, remaining), 30);
      for (const { hash } of people(100)) {
        const sum = uses.filter((use) => use.hash === hash).reduce((all, { usd }) => all + usd, 0);
        expect(sum).toBeLessThanOrEqual(remaining);
      }
      expect(uses.every(({ at }) => at <= NOW.toISOString() && at >= '2026-02-03')).toBe(true);
    }
  });

  test('whoever is in it, a fifth has not started and exactly one spends much', () => {
    for (const count of [1, 2, 5, 12, 54, 500]) {
      const uses = plan(people(count));
      const spent = new Set(uses.map(({ hash }) => hash));
      expect(spent.size).toBe(count - Math.floor(count / 5));
      const sums = [...spent].map((hash) =>
        uses.filter((use) => use.hash === hash).reduce((all, { usd }) => all + usd, 0),
      );
      expect(sums.filter((sum) => sum > 0.5)).toHaveLength(1);
    }
  });

  test('is the same whatever the order of keys, and leaves days with usage alone', () => {
    const keys = people(20);
    const byHash = (uses: ReturnType<typeof plan>) => uses.map((use) => JSON.stringify(use)).sort();
    expect(byHash(plan([...keys].reverse()))).toEqual(byHash(plan(keys)));
    const rest = plan(keys, 7, (_, day) => day !== '2026-03-04');
    expect(new Set(rest.map(({ at }) => at.slice(0, 10)))).toEqual(new Set(['2026-03-04']));
  });
});
