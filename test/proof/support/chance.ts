/** Chance that replays: the same seed gives the same numbers. */
export interface Chance {
  /** 0 to 1, 1 excluded */
  next(): number;
  /** 0 to below `n` */
  below(n: number): number;
  /** true in `share` of all cases */
  happens(share: number): boolean;
  pick<T>(items: readonly T[]): T;
  bytes(count: number): Uint8Array;
}

/** Mulberry32: small, quick, good enough to shuffle. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  return {
    next,
    below,
    happens: (share) => next() < share,
    pick: (items) => items[below(items.length)] as never,
    bytes: (count) => Uint8Array.from({ length: count }, () => below(256)),
  };
}
