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
import {
  forgetNotice,
  forgetOthers,
  noteActed,
  noticeId,
  type Told,
  type ToldKey,
  type WatchState,
} from './watch-state.ts';

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

export type WatchEvent =
  /** a rule about a rate is crossed for the first time: a second reading decides */
  | ({ event: 'seen' } & Told)
  | ({ event: 'notice' } & Told)
  | ({ event: 'cleared' } & Told)
  /** would be disabled, but is already, perhaps by a watch on another computer. Whoever enables it again has decided */
  | ({ event: 'off_already' } & ToldKey)
  /** so many keys would be disabled at once that none is */
  | { event: 'withheld'; count: number; atMost: number }
  /** keys whose spending the service did not tell, which are not judged */
  | { event: 'not_known'; hashes: string[] };

export interface WatchStep {
  events: WatchEvent[];
  /** keys to disable, each with the notice that is the reason; `key` is set */
  disable: ToldKey[];
  /** keys that would be disabled, were they not too many */
  withheld: ToldKey[];
  /** all that is crossed now, whether told before or not */
  crossed: Told[];
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
      if (!measure) {
        notKnown.add(key.hash);
        continue;
      }
      const told = { rule, key, ...measure, window: windowOf(rule, reading.at, key) };
      const isSecondLook = wasCrossed(rule, samples, before);
      if (!isOff) judge(told, isSecondLook);
      else if (isSecondLook && canDisable(rule) && isCrossed(rule, measure, key)) noteOff(told);
    }
  }
  for (const rule of config.rules) {
    if (isKeyRule(rule)) continue;
    const measure = measureAll(rule, reading, state, config);
    if (!measure) continue;
    const told = { rule, key: undefined, ...measure, window: windowOf(rule, reading.at) };
    judge(told, true);
    if (canDisable(rule) && isCrossed(rule, measure)) for (const key of reading.keys) noteOff({ ...told, key });
  }
  forgetOthers(state, reading.keys);
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

  function noteOff(told: ToldKey): void {
    const raised = state.raised.get(noticeId(ruleId(told.rule), told.key.hash));
    if (told.key.disabled !== true || (raised?.window === told.window && raised.acted)) return;
    noteActed(state, told);
    step.events.push({ event: 'off_already', ...told });
  }
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
