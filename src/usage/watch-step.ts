import type { AccountKey } from '../keys/account-key.ts';
import { keyStatus } from '../keys/key-status.ts';
import { sumUsd } from '../money.ts';
import { addSample, type Sample, spentInLastHour } from './last-hour.ts';
import {
  type CommonRule,
  canDisable,
  isCleared,
  isCrossed,
  isKeyRule,
  type KeyRule,
  type Measure,
  measureKey,
  ruleId,
  unusualToday,
  type WatchRule,
  windowOf,
} from './watch-rules.ts';

/** One complete list of the watched keys. An incomplete list is no reading: nothing may be concluded from it. */
export interface WatchReading {
  /** by the clock of the service, ms since the epoch */
  at: number;
  keys: readonly AccountKey[];
  /** credit left on the account, USD; only where a rule asks for it */
  credit?: number | undefined;
  /** what keys had spent that are deleted by now, USD over their lives, by hash: a cap over all counts them too */
  deleted?: ReadonlyMap<string, number>;
}

export interface WatchConfig {
  rules: readonly WatchRule[];
  /** whether crossed rules about keys disable them */
  disable: boolean;
  /** hashes of the keys that may be disabled: those that a journal proves, and those that were confirmed */
  mayDisable(hash: string): boolean;
  /** how many keys may be disabled at once; a larger number looks like a mistake of the service or of the rules */
  atMost: number;
  /** since when `total_over` counts, ms since the epoch; absent = over the lives of the keys */
  totalSince?: number | undefined;
}

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
  /** the key was disabled because of it. Whoever enables it again in this window has decided */
  acted: boolean;
}

export type WatchEvent =
  /** a rule about a rate is crossed for the first time: a second reading decides */
  | ({ event: 'seen' } & Told)
  | ({ event: 'notice' } & Told)
  | ({ event: 'cleared' } & Told)
  /** so many keys would be disabled at once that none is */
  | { event: 'withheld'; count: number; atMost: number }
  /** keys whose spending the service did not tell, which are not judged */
  | { event: 'not_known'; hashes: string[] };

export interface Told extends Measure {
  rule: WatchRule;
  /** undefined: about all keys, or the account */
  key: AccountKey | undefined;
  window: string;
}

type ToldKey = Told & { key: AccountKey };

export interface WatchStep {
  events: WatchEvent[];
  /** keys to disable, each with the notice that is the reason; `key` is set */
  disable: ToldKey[];
  /** keys that would be disabled, were they not too many */
  withheld: ToldKey[];
  /** all that is crossed now, whether told before or not */
  crossed: Told[];
}

export function emptyWatchState(): WatchState {
  return { readAt: undefined, samples: new Map(), raised: new Map(), baseline: new Map() };
}

/** Names a notice: a rule, and the key that it is about. */
export function noticeId(rule: string, hash = ''): string {
  return `${rule} ${hash}`;
}

/** Judges one reading. The same readings in the same order always give the same events. */
export function stepWatch(state: WatchState, reading: WatchReading, config: WatchConfig): WatchStep {
  const step: WatchStep = { events: [], disable: [], withheld: [], crossed: [] };
  const before = state.readAt;
  // The service's clock went back: this reading says nothing about a time that was judged already.
  if (before !== undefined && reading.at <= before) return step;
  const now = new Date(reading.at);
  const notKnown = new Set<string>();
  const wanted: Told[] = [];
  const unusual = config.rules.some(({ rule }) => rule === 'unusual') ? unusualToday(reading.keys) : new Map();
  for (const key of reading.keys) {
    const earlier = state.samples.get(key.hash) ?? [];
    const samples = key.usage === undefined ? [] : addSample(earlier, { at: reading.at, usage: key.usage }, before);
    state.samples.set(key.hash, samples);
    const isOff = keyStatus(key, now) !== 'active';
    for (const rule of config.rules.filter(isKeyRule)) {
      const measure = measureKey(rule, key, spentInLastHour(samples, reading.at), unusual);
      if (!measure) notKnown.add(key.hash);
      else if (!isOff)
        judge({ rule, key, ...measure, window: windowOf(rule, reading.at, key) }, wasCrossed(rule, samples, before));
    }
  }
  for (const rule of config.rules) {
    if (isKeyRule(rule)) continue;
    const measure = measureAll(rule, reading, state, config);
    if (measure) judge({ rule, key: undefined, ...measure, window: windowOf(rule, reading.at) }, true);
  }
  forgetOthers(state, reading);
  state.readAt = reading.at;
  if (notKnown.size > 0) step.events.push({ event: 'not_known', hashes: [...notKnown] });
  if (config.disable) decide(step, wanted, reading, state, config, now);
  return step;

  function judge(told: Told, isSecondLook: boolean): void {
    const id = noticeId(ruleId(told.rule), told.key?.hash);
    const raised = state.raised.get(id);
    if (!isCrossed(told.rule, told, told.key)) {
      if (raised && (raised.window !== told.window || isCleared(told.rule, told))) {
        forgetNotice(state, id);
        step.events.push({ event: 'cleared', ...told });
      }
      return;
    }
    step.crossed.push(told);
    if (raised?.window !== told.window) {
      if (!isSecondLook) {
        step.events.push({ event: 'seen', ...told });
        return;
      }
      state.raised.set(id, { window: told.window, acted: false });
      step.events.push({ event: 'notice', ...told });
    }
    if (state.raised.get(id)?.acted === false) wanted.push(told);
  }
}

/** Notes that a key was disabled because of a notice. */
export function noteActed(state: WatchState, { rule, key, window }: Told): void {
  state.raised.set(noticeId(ruleId(rule), key?.hash), { window, acted: true });
}

/** What was done about all keys together is remembered by key, and is forgotten with its notice. */
export function forgetNotice(state: WatchState, id: string): void {
  state.raised.delete(id);
  const isAboutAll = id.endsWith(' ');
  for (const other of isAboutAll ? state.raised.keys() : []) if (other.startsWith(id)) state.raised.delete(other);
}

/** A rate is judged on two readings, so that one odd answer is never a reason. */
function wasCrossed(rule: KeyRule, samples: readonly Sample[], before: number | undefined): boolean {
  if (rule.rule !== 'per_hour') return true;
  const value = before === undefined ? undefined : spentInLastHour(samples, before);
  return value !== undefined && isCrossed(rule, { value, threshold: rule.usd });
}

function measureAll(
  rule: CommonRule,
  reading: WatchReading,
  state: WatchState,
  { totalSince }: WatchConfig,
): Measure | undefined {
  const value = rule.rule === 'credit_under' ? reading.credit : totalSpent(reading, state.baseline, totalSince);
  return value === undefined ? undefined : { value, threshold: rule.usd };
}

/** At least so much: what the service does not tell counts as nothing. Undefined as long as no key tells. */
function totalSpent({ keys, deleted }: WatchReading, baseline: Map<string, number>, since: number | undefined) {
  const known = keys.filter(({ usage }) => usage !== undefined);
  if (known.length === 0 && keys.length > 0) return undefined;
  const spent = known.map(({ hash, usage = 0, created_at }) => {
    if (since === undefined || (created_at !== undefined && Date.parse(created_at) >= since)) return usage;
    const before = baseline.get(hash) ?? usage;
    baseline.set(hash, before);
    return Math.max(0, usage - before);
  });
  const gone = [...(deleted ?? [])].map(([hash, usage]) => {
    return since === undefined ? usage : Math.max(0, usage - (baseline.get(hash) ?? usage));
  });
  return sumUsd([...spent, ...gone]);
}

/** Deleted keys are forgotten, so that a watch of many days does not grow. */
function forgetOthers(state: WatchState, { keys }: WatchReading): void {
  if (state.samples.size === keys.length) return;
  const there = new Set(keys.map(({ hash }) => hash));
  for (const hash of state.samples.keys()) if (!there.has(hash)) state.samples.delete(hash);
}

/** Credit that runs low is nobody's fault. A cap over all is meant to stop all, so it has no `atMost`. */
function decide(
  step: WatchStep,
  wanted: readonly Told[],
  { keys }: WatchReading,
  state: WatchState,
  { mayDisable, atMost }: WatchConfig,
  now: Date,
): void {
  const canGo = (key: AccountKey) => keyStatus(key, now) === 'active' && mayDisable(key.hash);
  const all = wanted.find(({ rule }) => rule.rule === 'total_over');
  if (all) {
    const isUndecided = ({ hash }: AccountKey) =>
      state.raised.get(noticeId(ruleId(all.rule), hash))?.window !== all.window;
    step.disable = keys.filter((key) => canGo(key) && isUndecided(key)).map((key) => ({ ...all, key }));
    return;
  }
  const reasons = new Map<string, ToldKey>();
  for (const told of wanted) {
    const { key } = told;
    if (key && canDisable(told.rule) && canGo(key) && !reasons.has(key.hash)) reasons.set(key.hash, { ...told, key });
  }
  if (reasons.size <= atMost) step.disable = [...reasons.values()];
  else {
    step.withheld = [...reasons.values()];
    step.events.push({ event: 'withheld', count: reasons.size, atMost });
  }
}
