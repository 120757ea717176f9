import type { AccountKey, KeyListing } from '../plan/account-key.ts';

/** One page, newest first. */
export interface KeyPage {
  keys: AccountKey[];
  /** entries that lack a hash or a name */
  unreadable: number;
}

export type FetchPage = (offset: number, dropped: AbortSignal) => Promise<KeyPage>;

export interface ListOptions {
  /** how many keys are known so far, after each page */
  onPage?: ((received: number) => void) | undefined;
}

export async function listAllKeys(fetchPage: FetchPage, options: ListOptions): Promise<KeyListing> {
  const known = new Map<string, AccountKey>();
  const never = new AbortController().signal;
  for (let offset = 0; ; ) {
    const page = await fetchPage(offset, never);
    const before = known.size;
    for (const key of page.keys) {
      known.set(key.hash, key);
    }
    options.onPage?.(known.size);
    if (known.size === before) {
      return { keys: [...known.values()], complete: page.keys.length === 0 };
    }
    offset += page.keys.length;
  }
}
