import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AccountKey } from '../../src/keys/account-key.ts';
import { ruleId, type WatchRule } from '../../src/usage/watch-rules.ts';
import { emptyWatchState, noteActed, type Told } from '../../src/usage/watch-state.ts';
import { stepWatch, type WatchConfig } from '../../src/usage/watch-step.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-03-02T12:00:00Z');
const LIMIT = 2;
const RULES: WatchRule[] = [
  { rule: 'over', threshold: { share: 0.8 } },
  { rule: 'per_hour', usd: 0.5 },
  { rule: 'total_over', usd: 6 },
];
const HASHES = ['a', 'b', 'c'];

/** One thing that happens: some spending, a person at work, and one of the watches that reads, acts, or both. */
const happening = fc.record({
  minutes: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
    { weight: 1, arbitrary: fc.integer({ min: 20, max: 90 }) },
  ),
  cents: fc.tuple(...HASHES.map(() => fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 40 })))),
  enable: fc.option(fc.constantFrom(...HASHES), { freq: 8 }),
  watch: fc.constantFrom(0, 1),
  does: fc.constantFrom('looks', 'looks', 'only reads', 'acts late', 'is lost'),
});

function isOver(keys: readonly AccountKey[], usd: number): boolean {
  return keys.reduce((sum, { usage = 0 }) => sum + Math.round(usage * 100), 0) > usd * 100;
}

/** Two computers that watch one account do not know of each other: neither sees what the other told. */
test('two watches of one account: each tells once, and none disables what is off, what is not over, or what it was told to leave', () => {
  fc.assert(
    fc.property(fc.array(happening, { minLength: 5, maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (all, atMost) => {
      const config: WatchConfig = { rules: RULES, disable: true, mayDisable: () => true, atMost };
      const account = HASHES.map((hash) => ({ hash, cents: 0, disabled: false }));
      const watches = [0, 1].map(() => ({
        ...{ state: emptyWatchState(), open: [] as Told[], told: new Map<string, string>() },
        acted: new Set<string>(),
      }));
      let at = NOON;
      const list = (): AccountKey[] =>
        account.map(({ hash, cents, disabled }) => {
          const usage = cents / 100;
          return { ...{ hash, name: hash, disabled, usage, usage_daily: usage }, limit: LIMIT, limit_reset: null };
        });
      for (const { minutes, cents, enable, watch: index, does } of all) {
        at += minutes * MINUTE;
        for (const [each, key] of account.entries()) if (!key.disabled) key.cents += cents[each] ?? 0;
        for (const key of account) if (key.hash === enable) key.disabled = false;
        const watch = watches[index];
        if (!watch || does === 'is lost') continue;
        if (does === 'acts late') {
          for (const told of watch.open) act(watch, told);
          watch.open = [];
          continue;
        }
        const keys = list();
        const step = stepWatch(watch.state, { at, keys }, config);
        for (const event of step.events) {
          if (event.event !== 'notice' && event.event !== 'cleared') continue;
          const id = `${ruleId(event.rule)} ${event.key?.hash}`;
          expect(event.event === 'notice' && watch.told.get(id) === event.window, `${id} told twice`).toBe(false);
          if (event.event === 'notice') watch.told.set(id, event.window);
          else watch.told.delete(id);
          // What a watch left alone because of a notice is free when the notice is over.
          if (event.event === 'cleared') watch.acted.clear();
        }
        // It sees that somebody disabled the key: who enables it again has decided, too.
        for (const { hash, disabled, usage = 0 } of keys) {
          if (disabled && usage > LIMIT * 0.8) watch.acted.add(`over:80% ${hash} always@${LIMIT}`);
          if (disabled && isOver(keys, 6)) watch.acted.add(`total_over:6 ${hash} always`);
        }
        const isAll = step.disable.some(({ rule }) => rule.rule === 'total_over');
        if (!isAll) expect(step.disable.length).toBeLessThanOrEqual(atMost);
        for (const { key, rule, window } of step.disable) {
          expect(account.find(({ hash }) => hash === key.hash)?.disabled, 'is off already').toBe(false);
          expect(watch.acted.has(`${ruleId(rule)} ${key.hash} ${window}`), 'was enabled by somebody').toBe(false);
          if (rule.rule === 'total_over') expect(isOver(keys, 6)).toBe(true);
          if (rule.rule === 'over') expect(key.usage).toBeGreaterThan(LIMIT * 0.8);
          if (rule.rule === 'per_hour') expect(key.usage).toBeGreaterThan(0.5);
        }
        if (does === 'looks') for (const told of step.disable) act(watch, told);
        else watch.open = step.disable;
      }
      // Both look at the same account twice: whoever missed what, they agree on what is over now and leave nothing to do.
      const found = watches.map((watch) => {
        const last = stepWatch(watch.state, { at: at + MINUTE, keys: list() }, config);
        return last.crossed.filter(({ rule }) => rule.rule !== 'per_hour').map(({ rule, key }) => [rule, key?.hash]);
      });
      expect(found[0]).toEqual(found[1]);

      function act({ state, acted }: (typeof watches)[number], told: Told): void {
        const own = account.find(({ hash }) => hash === told.key?.hash);
        if (own) own.disabled = true;
        noteActed(state, told);
        acted.add(`${ruleId(told.rule)} ${told.key?.hash} ${told.window}`);
      }
    }),
    { numRuns: process.env.ORKEYS_FAULTS === 'long' ? 20_000 : 2_000 },
  );
});
