import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { listAllKeys } from '../../src/openrouter/list-keys.ts';
import type { KeyPage } from '../../src/openrouter/read-ahead.ts';

const now = () => new Date(0);
const keysOf = (...names: (string | number)[]) => names.map((name) => ({ hash: `h${name}`, name: String(name) }));
const numbered = (count: number) => keysOf(...Array.from({ length: count }, (_, at) => count - at));

/** An account whose list is cut in pages of 100; `meanwhile` changes it before the n-th request, from 0. */
function account(keys: { hash: string; name: string }[], meanwhile: (request: number) => void = () => {}, size = 100) {
  const offsets: number[] = [];
  const fetchPage = async (offset: number): Promise<KeyPage> => {
    meanwhile(offsets.length);
    offsets.push(offset);
    return { keys: keys.slice(offset, offset + size), unreadable: 0, bytes: 0 };
  };
  return { offsets, list: (ahead = 8) => listAllKeys(fetchPage, { ahead, now }) };
}

describe('a list that stays as it is', () => {
  test.each([0, 1, 2, 54, 99, 100, 101, 199, 200, 1000, 10_000])('of %i keys is complete, in order', async (count) => {
    const keys = numbered(count);
    const listing = await account(keys).list();
    expect(listing).toEqual({ keys, complete: true });
  });

  test('costs one request beyond its pages', async () => {
    const { offsets, list } = account(numbered(54));
    await list();
    expect(offsets).toEqual([0, 53]);
  });

  test('tells how many keys are known after each page', async () => {
    const received: number[] = [];
    const keys = numbered(250);
    await listAllKeys(async (offset) => ({ keys: keys.slice(offset, offset + 100), unreadable: 0, bytes: 0 }), {
      ahead: 1,
      now,
      onPage: (count) => received.push(count),
    });
    expect(received).toEqual([100, 199, 250, 250]);
  });
});

describe('a list that changes meanwhile', () => {
  test('keys made between two pages push the rest down, and none is missed or doubled', async () => {
    const keys = numbered(350);
    const before = [...keys];
    const listing = await account(keys, (request) => request > 0 && keys.unshift(...keysOf(`new${request}`))).list();
    expect(listing.complete).toBe(true);
    expect(listing.keys).toEqual(expect.arrayContaining(before));
    expect(new Set(listing.keys.map((key) => key.hash)).size).toBe(listing.keys.length);
  });

  test.each([1, 2, 3, 4, 5])(
    'keys deleted before request %i pull the rest up, and none that stayed is missed',
    async (when) => {
      const keys = numbered(600);
      const gone = new Set<string>();
      const listing = await account(keys, (request) => {
        if (request === when) {
          for (const key of keys.splice(5, 30)) {
            gone.add(key.hash);
          }
        }
      }).list();
      const hashes = listing.keys.map((key) => key.hash);
      expect(listing.complete).toBe(true);
      expect(hashes).toEqual(expect.arrayContaining(keys.map((key) => key.hash)));
      expect(hashes.filter((hash) => !gone.has(hash))).toHaveLength(keys.length);
    },
  );

  test('so many deleted that the next page is empty does not pass for the end', async () => {
    const keys = numbered(110);
    const listing = await account(keys, (request) => request === 1 && keys.splice(0, 30)).list();
    expect(listing.complete).toBe(true);
    expect(listing.keys).toEqual(expect.arrayContaining(keys));
  });

  test('the last key deleted while the end is looked for does not make it incomplete', async () => {
    const keys = numbered(54);
    const listing = await account(keys, (request) => request === 1 && keys.pop()).list();
    expect(listing.complete).toBe(true);
  });

  test('all keys deleted meanwhile: what is left is an incomplete or empty truth, and it ends', async () => {
    const keys = numbered(250);
    const { list, offsets } = account(keys, (request) => request === 1 && keys.splice(0));
    await list();
    expect(offsets.length).toBeLessThan(20);
  });

  test('more deleted at each page than can be repaired is declared incomplete', async () => {
    const keys = numbered(5000);
    const listing = await account(keys, () => keys.splice(0, 400)).list();
    expect(listing).toMatchObject({ complete: false, incomplete_because: expect.stringContaining('kept changing') });
  });
});

test('whatever is made and deleted meanwhile, a complete list holds every key that was there all the time', async () => {
  const change = fc.record({ made: fc.nat(120), deletedAt: fc.nat(600), deleted: fc.nat(150) });
  await fc.assert(
    fc.asyncProperty(fc.nat(700), fc.array(change, { maxLength: 8 }), async (count, changes) => {
      const keys = numbered(count);
      const gone = new Set<string>();
      const { list, offsets } = account(keys, (request) => {
        const { made = 0, deletedAt = 0, deleted = 0 } = changes[request] ?? {};
        for (const key of keys.splice(deletedAt, deleted)) {
          gone.add(key.hash);
        }
        keys.unshift(...keysOf(...Array.from({ length: made }, (_, at) => `made${request}-${at}`)));
      });
      const there = [...keys];
      const listing = await list();
      const found = new Set(listing.keys.map((key) => key.hash));
      expect(found.size).toBe(listing.keys.length);
      expect(offsets.length).toBeLessThan(120);
      if (listing.complete) {
        expect(there.filter((key) => !gone.has(key.hash) && !found.has(key.hash))).toEqual([]);
      }
    }),
    { numRuns: 500, seed: 1 },
  );
});

describe('a server with habits of its own', () => {
  test('one that ignores the offset is declared incomplete, not asked for ever', async () => {
    const keys = numbered(100);
    let requests = 0;
    const fetchPage = async () => {
      requests += 1;
      return { keys, unreadable: 0, bytes: 0 };
    };
    expect(await listAllKeys(fetchPage, { ahead: 8, now })).toMatchObject({ complete: false, keys });
    expect(requests).toBeLessThan(10);
  });

  test('one that starts again from the first page is declared incomplete', async () => {
    const keys = numbered(300);
    const fetchPage = async (offset: number) => ({
      keys: keys.slice(offset % 250).slice(0, 100),
      unreadable: 0,
      bytes: 0,
    });
    const listing = await listAllKeys(async (offset) => fetchPage(offset >= 250 ? 0 : offset), { ahead: 8, now });
    expect(listing.complete).toBe(false);
  });

  test('one whose offset counts hidden entries gives short pages, and no key is missed', async () => {
    const rows = numbered(500).map((key, at) => ({ key, hidden: at % 7 === 3 || (at > 250 && at < 290) }));
    const fetchPage = async (offset: number) => ({
      keys: rows.slice(offset, offset + 100).flatMap(({ key, hidden }) => (hidden ? [] : [key])),
      unreadable: 0,
      bytes: 0,
    });
    const listing = await listAllKeys(fetchPage, { ahead: 8, now });
    const shown = rows.flatMap(({ key, hidden }) => (hidden ? [] : [key]));
    expect(listing.keys).toEqual(shown);
  });

  test('one that pages only at round offsets and answers nothing else still gives a complete short list', async () => {
    const keys = numbered(54);
    const fetchPage = async (offset: number) => ({ keys: offset === 0 ? keys : [], unreadable: 0, bytes: 0 });
    expect(await listAllKeys(fetchPage, { ahead: 8, now })).toEqual({ keys, complete: true });
  });

  test.each([100, 150, 250])(
    'one of %i keys that pages only at round offsets is declared incomplete',
    async (count) => {
      const keys = numbered(count);
      const fetchPage = async (offset: number) => ({
        keys: offset % 100 === 0 ? keys.slice(offset, offset + 100) : [],
        unreadable: 0,
        bytes: 0,
      });
      expect(await listAllKeys(fetchPage, { ahead: 8, now })).toMatchObject({ complete: false });
    },
  );

  test('one with random short pages loses none', async () => {
    const keys = numbered(700);
    let seed = 7;
    const fetchPage = async (offset: number) => {
      seed = (seed * 16807) % 2147483647;
      return { keys: keys.slice(offset, offset + 40 + (seed % 60)), unreadable: 0, bytes: 0 };
    };
    expect(await listAllKeys(fetchPage, { ahead: 8, now })).toEqual({ keys, complete: true });
  });

  const endless = async (offset: number, bytes: number): Promise<KeyPage> => ({
    keys: Array.from({ length: 100 }, (_, at) => ({ hash: `h${offset + at}`, name: 'x' })),
    unreadable: 0,
    bytes,
  });

  test('one that makes up keys without end is given up in words', async () => {
    const options = { ahead: 2, mostKeys: 5000, now };
    await expect(listAllKeys((offset) => endless(offset, 0), options)).rejects.toMatchObject({
      code: 'endless_listing',
      exitCode: 5,
      message: 'After 5,000 keys OpenRouter still sends more, which no account has.',
    });
  });

  test('one whose pages are far larger than their keys is stopped before they fill the memory', async () => {
    let received = 0;
    const fetchPage = (offset: number) => {
      received += 15_000_000;
      return endless(offset, 15_000_000);
    };
    expect(await listAllKeys(fetchPage, { ahead: 1, now })).toMatchObject({
      complete: false,
      incomplete_because: expect.stringMatching(/^OpenRouter sent \d+ MB for \d+ keys, far too much\.$/),
    });
    expect(received).toBeLessThan(150_000_000);
  });

  test('one that takes its time is stopped after half an hour', async () => {
    let minutes = 0;
    const fetchPage = (offset: number) => {
      minutes += 1;
      return endless(offset, 100_000);
    };
    const listing = await listAllKeys(fetchPage, { ahead: 1, now: () => new Date(minutes * 60_000) });
    expect(listing).toMatchObject({ complete: false, incomplete_because: expect.stringContaining('30 minutes') });
    expect(minutes).toBeLessThan(40);
  });

  test('entries without a hash or name make the list incomplete', async () => {
    const keys = numbered(3);
    const fetchPage = async (offset: number) =>
      offset === 0 ? { keys, unreadable: 1, bytes: 0 } : { keys: keys.slice(offset - 1), unreadable: 0, bytes: 0 };
    expect(await listAllKeys(fetchPage, { ahead: 8, now })).toMatchObject({ complete: false, keys });
  });
});

describe('reading ahead', () => {
  test('10,000 keys take at most a quarter of the rounds that one page after another takes', async () => {
    const keys = numbered(10_000);
    let waiting: (() => void)[] = [];
    let rounds = 0;
    let open = true;
    const listing = listAllKeys(
      (offset) =>
        new Promise((resolve) =>
          waiting.push(() => resolve({ keys: keys.slice(offset, offset + 100), unreadable: 0, bytes: 0 })),
        ),
      { ahead: 8, now },
    );
    void listing.finally(() => {
      open = false;
    });
    while (open) {
      rounds += 1;
      for (const answer of waiting.splice(0)) {
        answer();
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await listing).toEqual({ keys, complete: true });
    waiting = [];
    expect(rounds).toBeLessThan(102 / 4);
  });

  test('a page that fails fails the listing', async () => {
    const keys = numbered(1000);
    const fetchPage = async (offset: number) => {
      if (offset > 500) {
        throw new Error('no');
      }
      return { keys: keys.slice(offset, offset + 100), unreadable: 0, bytes: 0 };
    };
    await expect(listAllKeys(fetchPage, { ahead: 8, now })).rejects.toThrow('no');
  });
});
