import type { AccountKey } from '../keys/account-key.ts';

/** One page, newest first. */
export interface KeyPage {
  keys: AccountKey[];
  /** entries that lack a hash or a name */
  unreadable: number;
  /** of the whole answer */
  bytes: number;
}

/** @param dropped aborted when the page is not needed any more */
export type FetchPage<P = KeyPage> = (offset: number, dropped: AbortSignal) => Promise<P>;

export interface ReadAhead<P = KeyPage> {
  /** The page at this offset: the one on the way, or a fresh one. */
  take(offset: number): Promise<P>;
  /** The pages seem to go on like this: more of them are fetched at once, each time twice as many, where `end` is known none behind it. */
  goOn(offset: number, stride: number, end?: number): void;
  /** Forgets all that is on the way. */
  drop(): void;
}

/**
 * Fetches pages before they are asked for, as long as they keep the same distance. Nothing is concluded here: whoever takes a page
 * judges whether it fits.
 */
export function createReadAhead<P>(fetchPage: FetchPage<P>, most: number): ReadAhead<P> {
  const onTheWay = new Map<number, Promise<P>>();
  let dropped = new AbortController();
  let depth = 1;
  let lastStride = 0;

  function drop() {
    dropped.abort();
    dropped = new AbortController();
    onTheWay.clear();
    depth = 1;
  }

  return {
    take(offset) {
      const page = onTheWay.get(offset);
      if (page === undefined) {
        drop();
        return fetchPage(offset, dropped.signal);
      }
      onTheWay.delete(offset);
      return page;
    },
    goOn(offset, stride, end = Number.POSITIVE_INFINITY) {
      if (stride !== lastStride) {
        drop();
        lastStride = stride;
        return;
      }
      depth = Math.min(most, depth * 2);
      for (let ahead = 0; ahead < depth; ahead++) {
        const at = offset + ahead * stride;
        if (at < end && !onTheWay.has(at)) {
          const page = fetchPage(at, dropped.signal);
          // A page that nobody takes may fail unheard.
          page.catch(() => {});
          onTheWay.set(at, page);
        }
      }
    },
    drop,
  };
}
