import { CliError, EXIT } from '../errors.ts';
import type { AccountKey, KeyListing } from '../keys/account-key.ts';
import { createReadAhead, type FetchPage, type KeyPage } from './read-ahead.ts';

export interface ListingOptions {
  /** pages to have on the way at once */
  ahead: number;
  /** more than this is not believed; default 2,000,000 */
  mostKeys?: number | undefined;
  now(): Date;
  /** how many keys are known so far, after each page */
  onPage?: ((received: number) => void) | undefined;
}

/** No account has as many; a server that makes keys up must come to an end. */
const MOST_KEYS = 2_000_000;
/** At the default rate 2,000,000 keys take twelve minutes. Milliseconds. */
const LONGEST_LISTING_MS = 30 * 60_000;
/** A key has about 1 kB. Much more for each is no honest list, and would fill the memory. */
const MOST_BYTES_PER_KEY = 8192;
/** … of which a short list may have more. */
const ALWAYS_ALLOWED_BYTES = 64 * 1024 * 1024;
/** As documented. */
const FULL_PAGE = 100;
/** How far to go back when a page does not join the one before, try by try. Then the listing counts as incomplete. */
const STEPS_BACK = [0, 20, 60, 100, 300];

/**
 * All keys, page by page. Offsets shift when keys are made or deleted meanwhile, so each page is asked for one entry early: only when it
 * begins with an entry that is known already, nothing can have slipped through between the two. Where it does not, it is asked for again
 * from further back. The end is a page that is not full, ends with the last known entry and brings nothing new.
 */
export async function listAllKeys(fetchPage: FetchPage, options: ListingOptions): Promise<KeyListing> {
  const mostKeys = options.mostKeys ?? MOST_KEYS;
  const chain = createChain();
  const reader = createReadAhead(fetchPage, options.ahead);
  const incomplete = (why: string): KeyListing => ({
    keys: chain.keys(),
    complete: false,
    incomplete_because: why,
  });
  try {
    let from = 0;
    let page = await reader.take(0);
    chain.add(page);
    options.onPage?.(chain.size());
    let { unreadable, bytes } = page;
    const giveUpAt = options.now().getTime() + LONGEST_LISTING_MS;
    let tries = 0;
    let empties = 0;
    let fullPage = sizeOf(page);
    let next = nextOffset(from, page);

    while (sizeOf(page) > 0) {
      if (chain.size() > mostKeys) {
        // Nobody could do anything with so many, and showing them takes as much memory again.
        throw new CliError(
          'endless_listing',
          EXIT.UNREACHABLE,
          `After ${mostKeys.toLocaleString('en-US')} keys OpenRouter still sends more, which no account has.`,
          { hint: 'Check the base URL and the network: another server may be responding.' },
        );
      }
      if (bytes > ALWAYS_ALLOWED_BYTES + MOST_BYTES_PER_KEY * chain.size()) {
        return incomplete(`OpenRouter sent ${Math.round(bytes / 1e6)} MB for ${chain.size()} keys, far too much.`);
      }
      if (options.now().getTime() > giveUpAt) {
        return incomplete('The key list did not end within 30 minutes.');
      }
      if (tries >= STEPS_BACK.length) {
        return incomplete('The key list kept changing, or OpenRouter repeats pages.');
      }
      const candidate = await reader.take(next);
      bytes += candidate.bytes;

      if (sizeOf(candidate) === 0) {
        if (from === 0 && sizeOf(page) === 1) {
          break;
        }
        // Beyond the end. The list got shorter, or the service knows round offsets only: then this happens again.
        const again = await reader.take(from);
        bytes += again.bytes;
        if (sameKeys(again, page)) {
          empties += 1;
          if (empties === 3) {
            // A short page is the end all the same; behind a full one there may be more.
            if (sizeOf(page) < FULL_PAGE) {
              break;
            }
            return incomplete('A page of the key list is missing.');
          }
          continue;
        }
        tries += 1;
        if (chain.joins(again)) {
          chain.add(again);
          page = again;
          next = nextOffset(from, page);
        } else {
          next = Math.max(0, from - (STEPS_BACK[tries] ?? 0));
        }
        continue;
      }
      if (!chain.joins(candidate)) {
        tries += 1;
        next = Math.max(0, nextOffset(from, page) - (STEPS_BACK[tries] ?? 0));
        continue;
      }
      const before = chain.size();
      fullPage = Math.max(fullPage, sizeOf(candidate));
      const tail = page.keys.at(-1)?.hash;
      chain.add(candidate);
      options.onPage?.(chain.size());
      if (chain.size() > before) {
        unreadable += candidate.unreadable;
        from = next;
        page = candidate;
        next = nextOffset(from, page);
        tries = 0;
        reader.goOn(next, sizeOf(page) - 1);
      } else if (candidate.keys.at(-1)?.hash === tail && sizeOf(candidate) < fullPage) {
        break;
      } else {
        // All known, and perhaps more behind it: the list was pushed down, or the service repeats itself.
        tries += 1;
        from = next;
        page = candidate;
        next = nextOffset(from, page);
      }
    }
    return unreadable > 0
      ? incomplete(
          `${unreadable === 1 ? '1 entry in the key list has' : `${unreadable} entries in the key list have`} no hash or name.`,
        )
      : { keys: chain.keys(), complete: true };
  } finally {
    reader.drop();
  }
}

/** One entry early, so that the pages overlap; a single entry cannot be told from a repeated page. */
function nextOffset(from: number, page: KeyPage): number {
  return from + Math.max(1, sizeOf(page) - 1);
}

function sizeOf(page: KeyPage): number {
  return page.keys.length + page.unreadable;
}

function sameKeys(one: KeyPage, other: KeyPage): boolean {
  return one.keys.length === other.keys.length && one.keys.every((key, at) => key.hash === other.keys[at]?.hash);
}

/** What is known: an unbroken run of the list from its newest key on. */
function createChain() {
  const known = new Map<string, AccountKey>();
  return {
    add(page: KeyPage) {
      for (const key of page.keys) {
        known.set(key.hash, key);
      }
    },
    joins: (page: KeyPage) => page.keys.some((key) => known.has(key.hash)),
    size: () => known.size,
    keys: () => [...known.values()],
  };
}
