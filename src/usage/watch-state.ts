import type { AccountKey } from '../keys/account-key.ts';
import type { Sample } from './last-hour.ts';
import { type Measure, ruleId, type WatchRule } from './watch-rules.ts';

/** What a watch remembers between two readings. `stepWatch` changes it in place. */
export interface WatchState {
  /** time of the last complete reading, ms since the epoch */
  readAt: number | undefined;
  /** by hash */
  samples: Map<string, Sample[]>;
  /** notices that hold, by rule and key */
  raised: Map<string, Raised>;
  /** by hash: the last counter before `totalSince`, or the first one that was read, USD */
  baseline: Map<string, number>;
}

export interface Raised {
  window: string;
  /** the key was disabled because of it, or by somebody else meanwhile. Whoever enables it again in this window has decided */
  acted: boolean;
}

/** What crossed a rule, or holds to it again. */
export interface Told extends Measure {
  rule: WatchRule;
  /** undefined: about all keys, or the account */
  key: AccountKey | undefined;
  window: string;
}

/** … about one key. */
export type ToldKey = Told & { key: AccountKey };

export function emptyWatchState(): WatchState {
  return { readAt: undefined, samples: new Map(), raised: new Map(), baseline: new Map() };
}

/** Names a notice: a rule, and the key that it is about. */
export function noticeId(rule: string, hash = ''): string {
  return `${rule} ${hash}`;
}

/** Notes that a key is disabled, because of a notice or since. */
export function noteActed(state: WatchState, { rule, key, window }: Told): void {
  state.raised.set(noticeId(ruleId(rule), key?.hash), { window, acted: true });
}

/** What was done about all keys together is remembered by key, and is forgotten with its notice. */
export function forgetNotice(state: WatchState, id: string): void {
  state.raised.delete(id);
  const isAboutAll = id.endsWith(' ');
  for (const other of isAboutAll ? state.raised.keys() : []) if (other.startsWith(id)) state.raised.delete(other);
}

/** Deleted keys are forgotten, so that a watch of many days does not grow. */
export function forgetOthers({ samples }: WatchState, keys: readonly AccountKey[]): void {
  if (samples.size === keys.length) return;
  const there = new Set(keys.map(({ hash }) => hash));
  for (const hash of samples.keys()) if (!there.has(hash)) samples.delete(hash);
}
