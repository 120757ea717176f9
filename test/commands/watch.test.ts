import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../src/files/lock.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { lockTools } from '../files/world.ts';
import { type Fault, refused } from '../support/faults.ts';
import { NOW, useProvisioned } from '../support/provisioned.ts';
import { useWatched } from '../support/watched.ts';

describe('one look', () => {
  test('tells who is over, once, and changes nothing', async () => {
    const world = await useWatched();
    world.spend(world.anda, 0.85);
    expect(await world.once()).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
      Tells     over 80 % of the limit, over 100 % of the limit; disables nothing
      2026-03-02 09:00:00  3 keys, $0.85 spent, $0.00 in the last hour
      2026-03-02 09:00:00  Anda Baklāne spent $0.85 of $1.00: over 80 % of the limit
      --- stderr
      "
    `);
    world.later(5);
    expect(await world.once()).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
      Tells     over 80 % of the limit, over 100 % of the limit; disables nothing
      2026-03-02 09:05:00  3 keys, $0.85 spent, $0.00 in the last hour
      --- stderr
      "
    `);
    expect(world.isDisabled(world.anda)).toBe(false);
  });

  test('disables who is over, and the undo that it prints enables them again', async () => {
    const world = await useWatched();
    world.spend(world.anda, 0.85);
    await world.command(['update', '--email', 'zane.ozola@example.net', '--disable', '--yes']);
    expect(await world.once('--disable', '--yes')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
      Disables  over 80 % of the limit, over 100 % of the limit, at most 3 at once
      2026-03-02 09:00:00  3 keys, $0.85 spent, $0.00 in the last hour
      2026-03-02 09:00:00  Anda Baklāne spent $0.85 of $1.00: over 80 % of the limit: disabled
      2026-03-02 09:00:00  To enable what this watch disabled: orkeys update --prefix SUMMER --by-watch --enable
      --- stderr
      "
    `);
    expect([world.anda, world.valdis, world.zane].map(world.isDisabled)).toEqual([true, false, true]);
    await world.command(['update', '--prefix', 'SUMMER', '--by-watch', '--enable', '--yes']);
    expect([world.anda, world.valdis, world.zane].map(world.isDisabled)).toEqual([false, false, true]);
    world.later(5);
    await world.once('--disable', '--yes');
    expect(world.isDisabled(world.anda), 'somebody enabled it on purpose').toBe(false);
  });

  test('leaves a key alone that a watch on another computer disabled and somebody enabled', async () => {
    const world = await useWatched();
    const elsewhere = join(world.cwd, 'elsewhere');
    cpSync(join(world.cwd, 'output'), elsewhere, { recursive: true });
    const other = (...args: string[]) => world.once('--disable', '--yes', '--out', elsewhere, ...args);
    await other();
    world.spend(world.anda, 0.85);
    world.later(5);
    await world.once('--disable', '--yes');
    expect(await other('--quiet')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      2026-03-02 09:05:00  Anda Baklāne spent $0.85 of $1.00: over 80 % of the limit: the key is disabled already
      --- stderr
      "
    `);
    await world.command(['update', '--prefix', 'SUMMER', '--by-watch', '--enable', '--yes']);
    world.later(5);
    expect(await other('--quiet')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      --- stderr
      "
    `);
    expect(world.isDisabled(world.anda)).toBe(false);
  });

  test('needs two looks at what was spent in an hour, however far apart they are started', async () => {
    const world = await useWatched();
    const rule = ['--per-hour', '0.5', '--disable', '--yes'];
    await world.once(...rule);
    world.later(5);
    world.spend(world.valdis, 0.6);
    expect(await world.once(...rule)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
      Disables  over $0.50 in an hour, at most 3 at once
      2026-03-02 09:05:00  3 keys, $0.60 spent, $0.60 in the last hour
      2026-03-02 09:05:00  Valdis Vēveris spent $0.60 in an hour (this watch allows $0.50): seen once, waiting for a second look
      --- stderr
      "
    `);
    world.later(5);
    expect(await world.once(...rule)).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
      Disables  over $0.50 in an hour, at most 3 at once
      2026-03-02 09:10:00  3 keys, $0.60 spent, $0.60 in the last hour
      2026-03-02 09:10:00  Valdis Vēveris spent $0.60 in an hour (this watch allows $0.50): disabled
      2026-03-02 09:10:00  To enable what this watch disabled: orkeys update --prefix SUMMER --by-watch --enable
      --- stderr
      "
    `);
  });

  test('disables all when all are over together, and says so by its exit code', async () => {
    const world = await useWatched();
    for (const hash of [world.anda, world.valdis, world.zane]) world.spend(hash, 0.5);
    expect(await world.once('--total-over', '1.4', '--disable', '--yes', '--exit-code')).toMatchInlineSnapshot(`
      "exit 8
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
      Disables  all keys when they are over $1.40 together
      2026-03-02 09:00:00  3 keys, $1.50 spent, $0.00 in the last hour
      2026-03-02 09:00:00  All keys together spent $1.50 (this watch allows $1.40)
      2026-03-02 09:00:00  Zane Ozola: disabled
      2026-03-02 09:00:00  Valdis Vēveris: disabled
      2026-03-02 09:00:00  Anda Baklāne: disabled
      2026-03-02 09:00:00  To enable what this watch disabled: orkeys update --prefix SUMMER --by-watch --enable
      --- stderr
      "
    `);
    expect([world.anda, world.valdis, world.zane].map(world.isDisabled)).toEqual([true, true, true]);
  });

  test('counts what rotated keys spent, and only what was spent since a time', async () => {
    const world = await useWatched();
    world.spend(world.anda, 0.9);
    await world.once();
    await world.command(['rotate', '--email', 'anda.baklane@example.org', '--yes']);
    world.spend(world.valdis, 0.4);
    world.later(1);
    expect(await world.once('--total-over', '1.2', '--exit-code')).toContain('All keys together spent $1.30');
    world.later(60);
    const since = world.now().toISOString();
    await world.once('--total-over', '1.2', '--since', since);
    world.spend(world.zane, 0.3);
    world.later(1);
    expect(await world.once('--total-over', '0.2', '--since', since)).toContain('All keys together spent $0.30');
  });

  test('tells low credit and disables nobody for it', async () => {
    const world = await useWatched();
    expect(await world.once('--credit-under', '2000', '--over', '80%', '--disable', '--yes')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
      Tells     under $2,000.00 of credit
      Disables  over 80 % of the limit, at most 3 at once
      2026-03-02 09:00:00  3 keys, $0.00 spent, $0.00 in the last hour, $1,000.00 of credit left
      2026-03-02 09:00:00  The account has $1,000.00 of credit left (this watch asks for $2,000.00)
      --- stderr
      "
    `);
  });

  test('disables nobody when too many would go at once', async () => {
    const world = await useWatched();
    for (const hash of [world.anda, world.valdis, world.zane]) world.spend(hash, 0.9);
    expect(await world.once('--disable', '--yes', '--at-most', '2')).toMatchInlineSnapshot(`
      "exit 3
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
      Disables  over 80 % of the limit, over 100 % of the limit, at most 2 at once
      2026-03-02 09:00:00  3 keys, $2.70 spent, $0.00 in the last hour
      2026-03-02 09:00:00  Zane Ozola spent $0.90 of $1.00: over 80 % of the limit
      2026-03-02 09:00:00  Valdis Vēveris spent $0.90 of $1.00: over 80 % of the limit
      2026-03-02 09:00:00  Anda Baklāne spent $0.90 of $1.00: over 80 % of the limit
      2026-03-02 09:00:00  3 keys would be disabled at once, more than 2: none is. If that is right, use a larger --at-most.
      --- stderr
      "
    `);
    expect(world.isDisabled(world.anda)).toBe(false);
  });

  test('leaves keys alone that only have a name like its own, unless told otherwise', async () => {
    const world = await useWatched();
    const { data } = world.sandbox.account.createKey({ name: 'SUMMER_Guest', limit: 1 }) as { data: { hash: string } };
    world.spend(data.hash, 0.9);
    const looks = await world.once('--disable', '--yes');
    expect(looks).toContain('Watching  3 keys once');
    expect(looks).toContain(
      '1 key named like SUMMER, but not created by this workshop: SUMMER_Guest; left unchanged, add --also-unknown to include it',
    );
    expect(await world.once(), 'who only tells says so, too').toContain('SUMMER_Guest; left unchanged');
    expect(world.isDisabled(data.hash)).toBe(false);
    world.later(1);
    expect(await world.once('--disable', '--yes', '--also-unknown')).toContain('SUMMER_Guest spent $0.90 of $1.00');
    expect(world.isDisabled(data.hash)).toBe(true);
  });

  test('of a dry run says who would be disabled, and writes nothing', async () => {
    const world = await useWatched();
    world.spend(world.anda, 0.85);
    expect(await world.once('--disable', '--dry-run')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
      Disables  over 80 % of the limit, over 100 % of the limit, at most 3 at once
      2026-03-02 09:00:00  3 keys, $0.85 spent, $0.00 in the last hour
      2026-03-02 09:00:00  Anda Baklāne spent $0.85 of $1.00: over 80 % of the limit: would be disabled
      --- stderr
      "
    `);
    expect(existsSync(join(world.folder, 'usage.jsonl'))).toBe(false);
    expect(world.isDisabled(world.anda)).toBe(false);
  });

  test('as JSON is one object a line', async () => {
    const world = await useWatched();
    world.spend(world.anda, 0.85);
    const screen = await world.once('--json', '--disable', '--yes');
    expect(screen).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      {"version":1,"command":"watch","dry_run":false,"sandbox":false,"prefix":"SUMMER","at":"2026-03-02T09:00:00.000Z","event":"reading","keys":3,"spent":0.85,"last_hour":0,"credit_left":null}
      {"version":1,"command":"watch","dry_run":false,"sandbox":false,"prefix":"SUMMER","at":"2026-03-02T09:00:00.000Z","event":"notice","participant":{"row":2,"name":"Anda","surname":"Baklāne","emails":["anda.baklane@example.org"],"group":null,"tier":null,"id":null},"key":{"name":"SUMMER_Anda_Baklāne_<tag>","hash":"<hash>","label":"<masked>"},"rule":"over:80%","value":0.85,"threshold":0.8}
      {"version":1,"command":"watch","dry_run":false,"sandbox":false,"prefix":"SUMMER","at":"2026-03-02T09:00:00.000Z","event":"disabled","participant":{"row":2,"name":"Anda","surname":"Baklāne","emails":["anda.baklane@example.org"],"group":null,"tier":null,"id":null},"key":{"name":"SUMMER_Anda_Baklāne_<tag>","hash":"<hash>","label":"<masked>"},"rule":"over:80%","value":0.85,"threshold":0.8,"undo":"orkeys update --prefix SUMMER --by-watch --enable"}
      --- stderr
      "
    `);
  });
});

describe('a watch that runs on', () => {
  test('tells what happens, minute by minute, and ends when it shall', async () => {
    const world = await useWatched();
    const screen = await world.watch(
      ['--per-hour', '0.5', '--disable', '--yes', '--until', '2026-03-02T09:05Z'],
      (minute) => {
        if (minute === 1) world.spend(world.anda, 0.55);
        if (minute === 2) world.spend(world.anda, 0.05);
      },
    );
    expect(screen).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys every 1 min; each has a limit of its own, which stops it even when this computer sleeps
      Disables  over $0.50 in an hour, at most 3 at once
      2026-03-02 09:00:00  3 keys, $0.00 spent, $0.00 in the last hour
      2026-03-02 09:01:00  3 keys, $0.55 spent, $0.55 in the last hour
      2026-03-02 09:01:00  Anda Baklāne spent $0.55 in an hour (this watch allows $0.50): seen once, waiting for a second look
      2026-03-02 09:02:00  3 keys, $0.60 spent, $0.60 in the last hour
      2026-03-02 09:02:00  Anda Baklāne spent $0.60 in an hour (this watch allows $0.50): disabled
      2026-03-02 09:02:00  To enable what this watch disabled: orkeys update --prefix SUMMER --by-watch --enable
      Watched 3 keys for 5 min.
      --- stderr
      "
    `);
    expect(world.isDisabled(world.anda)).toBe(true);
  });

  test('goes on when the service does not answer, and decides nothing meanwhile', async () => {
    const world = await useWatched();
    const { account, port } = world.sandbox;
    let again: { close(): Promise<void> } | undefined;
    const screen = await world.watch(['--until', '2026-03-02T09:06Z'], async (minute) => {
      if (minute === 2) await world.sandbox.close();
      if (minute === 4) again = await startSandbox({ account, port });
      if (minute === 5) world.spend(world.anda, 0.9);
    });
    await again?.close();
    expect(screen).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys every 1 min; each has a limit of its own, which stops it even when this computer sleeps
      Tells     over 80 % of the limit, over 100 % of the limit; disables nothing
      2026-03-02 09:00:00  3 keys, $0.00 spent, $0.00 in the last hour
      2026-03-02 09:02:00  <host>/api/v1/keys closed the connection before the response was complete. Nothing is decided without a reading.
      2026-03-02 09:05:00  3 keys, $0.90 spent, $0.90 in the last hour
      2026-03-02 09:05:00  Anda Baklāne spent $0.90 of $1.00: over 80 % of the limit
      Watched 3 keys for 6 min.
      --- stderr
      "
    `);
  });

  test('judges nothing by a list that is not complete', async () => {
    const world = await useWatched();
    let isBroken = false;
    const withoutHash: Fault = {
      edit: ({ data }) => ({ data: data.length > 0 ? [{ ...data[0], hash: null }, ...data.slice(1)] : [] }),
    };
    await world.breakLists(() => (isBroken ? withoutHash : undefined));
    const disabled: boolean[] = [];
    const screen = await world.watch(['--disable', '--yes', '--until', '2026-03-02T09:02:30Z'], (minute) => {
      if (minute === 1) world.spend(world.anda, 0.9);
      isBroken = minute === 1;
      disabled.push(world.isDisabled(world.anda));
    });
    expect(screen).toContain('2026-03-02 09:01:00  OpenRouter returned an incomplete list.');
    expect(disabled).toEqual([false, false]);
    expect(world.isDisabled(world.anda)).toBe(true);
  });

  test('ends with a summary at Ctrl-C, and lets the next one begin', async () => {
    const world = await useWatched();
    const screen = await world.watch([], (minute, interrupt) => {
      if (minute === 2) interrupt();
    });
    expect(screen).toMatch(/^exit 130\n/);
    expect(screen).toContain('Watched 3 keys for 2 min.\n');
    expect(await world.once()).toMatch(/^exit 0\n/);
  });

  test('ends when the management key is refused meanwhile', async () => {
    const world = await useWatched();
    let isRefused = false;
    await world.breakLists(() => (isRefused ? refused(401) : undefined));
    const screen = await world.watch(['--disable', '--yes'], (minute) => {
      isRefused = minute === 2;
      world.spend(world.anda, 0.9);
    });
    isRefused = false;
    expect(screen).toMatch(/^exit 4\n/);
    expect(screen).toContain('Anda Baklāne spent $0.90 of $1.00: over 80 % of the limit: disabled');
    expect(await world.once()).toMatch(/^exit 0\n/);
  });

  test('is the only one of its workshop, and lets other commands work', async () => {
    const world = await useWatched();
    const codes: number[] = [];
    await world.watch(['--until', '2026-03-02T09:01:30Z'], async () => {
      codes.push((await world.command(['watch', 'SUMMER', '--once'])).code);
      codes.push((await world.command(['update', '--prefix', 'SUMMER', '--limit', '2', '--yes'])).code);
    });
    expect(codes).toEqual([7, 0]);
  });

  test('tries again later to disable a key while another run uses the workshop', async () => {
    const world = await useWatched();
    let lock: { release(): Promise<void> } | undefined;
    const screen = await world.watch(['--disable', '--yes', '--until', '2026-03-02T09:03:30Z'], async (minute) => {
      if (minute === 1) {
        lock = await acquireLock(world.folder, lockTools({ now: world.now, command: 'provision' }));
        world.spend(world.anda, 0.9);
      }
      if (minute === 2) await lock?.release();
    });
    expect(screen.replaceAll(/pid \d+/g, 'pid <pid>')).toMatchInlineSnapshot(`
      "exit 0
      --- stdout
      Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
      Watching  3 keys every 1 min; each has a limit of its own, which stops it even when this computer sleeps
      Disables  over 80 % of the limit, over 100 % of the limit, at most 3 at once
      2026-03-02 09:00:00  3 keys, $0.00 spent, $0.00 in the last hour
      2026-03-02 09:01:00  3 keys, $0.90 spent, $0.90 in the last hour
      2026-03-02 09:01:00  Not disabled, tried again at the next reading: Another orkeys process (pid <pid>, provision) has been using <folder>/output/SUMMER since 2026-03-02 09:01 UTC.
      2026-03-02 09:01:00  Anda Baklāne spent $0.90 of $1.00: over 80 % of the limit
      2026-03-02 09:02:00  Anda Baklāne spent $0.90 of $1.00: over 80 % of the limit: disabled
      2026-03-02 09:02:00  To enable what this watch disabled: orkeys update --prefix SUMMER --by-watch --enable
      Watched 3 keys for 3 min.
      --- stderr
      "
    `);
    expect(world.isDisabled(world.anda)).toBe(true);
  });
});

test.each([
  [['--total-over', 'much']],
  [['--every', '1s']],
  [['--over', 'half']],
  [['--since', '2026-01-01']],
  [['--until', 'yesterday']],
  [['--credit-under', '20', '--unusual', '--disable']],
])('%j is refused with what to type', async (flags) => {
  const world = await useProvisioned('--limit', '1');
  expect(world.screen(await world.command(['watch', 'SUMMER', '--once', ...flags]))).toMatchSnapshot();
});

test('without a terminal, --disable needs --yes', async () => {
  const world = await useProvisioned('--limit', '1');
  expect(world.screen(await world.command(['watch', 'SUMMER', '--once', '--disable']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Watching  3 keys once; each has a limit of its own, which stops it even when this computer sleeps
    Disables  over 80 % of the limit, over 100 % of the limit, at most 3 at once
    --- stderr
    Error: Cannot ask for confirmation without a terminal: Keys that cross these rules are disabled, until somebody enables them.
    Hint: Add --yes to confirm.
    "
  `);
});

test('the log remembers nothing but names of keys and numbers', async () => {
  const world = await useWatched();
  await world.once();
  const log = readFileSync(join(world.folder, 'usage.jsonl'), 'utf8');
  expect(log).not.toContain('example.org');
  expect(log).not.toMatch(/sk-or/);
  expect(NOW.toISOString()).toContain('2026');
});
