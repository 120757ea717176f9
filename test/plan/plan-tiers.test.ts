import { expect, test } from 'vitest';
import type { KnownGuardrail } from '../../src/journal/guardrails.ts';
import type { Tier } from '../../src/plan/model-ids.ts';
import { planTiers, type TierInput, tierChanges } from '../../src/plan/plan-tiers.ts';
import type { TierKey } from '../../src/plan/tier-people.ts';

const BASIC: Tier = { name: 'basic', models: ['a/one', 'a/two'] };
const ANY: Tier = { name: 'any', models: null };
const AT = '2026-01-01T00:00:00Z';
const MADE: KnownGuardrail = {
  ...{ tag: 'aaaaaaaa', tier: 'basic', name: 'orkeys P basic', workspace_id: 'w1', models: ['a/one', 'a/two'] },
  ...{ issuedAt: AT, status: 'made', id: 'g1' },
};
const THERE = {
  id: 'g1',
  name: 'orkeys P basic',
  workspace_id: 'w1',
  allowed_models: ['a/two', 'a/one'],
  created_at: AT,
};

const key = (n: number, more: Partial<TierKey> = {}): TierKey => ({
  participant: { row: n, rows: [n], name: `N${n}`, surname: '', emails: [`n${n}@example.org`] },
  ...{ tier: BASIC, hash: `h${n}`, name: `P_N${n}`, workspace_id: 'w1', ...more },
});
const plan = (more: Partial<TierInput>) =>
  planTiers({
    ...{ prefix: 'P', tiers: [BASIC, ANY], keys: [], known: [], guardrails: [], bound: new Map(), defaults: [] },
    ...{ ownHashes: new Set<string>(), conclusive: false, takeOver: false, deleteUnused: false, ...more },
  });
const codes = (more: Partial<TierInput>) => plan(more).tiers.flatMap(({ drift }) => drift.map(({ code }) => code));
const kinds = (more: Partial<TierInput>) => tierChanges(plan(more)).map(({ kind }) => kind);

test('keys are assigned 100 at a time', () => {
  const keys = Array.from({ length: 250 }, (_, n) => key(n));
  const { bind } = plan({ keys, known: [MADE], guardrails: [THERE] });
  expect(bind.map((change) => ('hashes' in change ? change.hashes.length : 0))).toEqual([100, 100, 50]);
});

test('lists are the same in any order; a tier without people needs no guardrail', () => {
  const keys = [key(1)];
  expect(kinds({ keys, known: [MADE], guardrails: [THERE], bound: new Map([['h1', 'g1']]) })).toEqual([]);
  expect(kinds({})).toEqual([]);
});

test('a journal line alone makes no guardrail ours: name and age have to fit', () => {
  const keys = [key(1)];
  const renamed = { ...THERE, name: 'Legal hold' };
  expect(kinds({ keys, known: [MADE], guardrails: [renamed] })).toEqual(['make_guardrail', 'bind']);
  const old = { ...THERE, created_at: '2025-06-01T00:00:00Z' };
  const bound = new Map([['stranger', 'g1']]);
  expect(codes({ keys, known: [MADE], guardrails: [old], bound })).toEqual([
    'guardrail_gone',
    'foreign_name',
    'unbound',
  ]);
  expect(kinds({ keys, known: [MADE], guardrails: [old], bound })).toEqual([]);
});

test('a key on a guardrail of ours that somebody renamed is on one of others', () => {
  const bound = new Map([['h1', 'g1']]);
  const renamed = { ...THERE, name: 'Legal hold' };
  const base = { keys: [key(1)], known: [MADE], guardrails: [renamed], bound };
  expect(plan(base).tiers[0]?.drift.at(-1)).toMatchObject({ code: 'foreign', guardrail: 'Legal hold' });
  expect(plan(base).bind).toEqual([]);
  expect(plan({ ...base, takeOver: true }).bind).toMatchObject([{ hashes: ['h1'] }]);
});

test('a key that was renamed outside orkeys is named and left alone', () => {
  const keys = [key(1, { renamed: true }), key(2)];
  const { tiers, bind } = plan({ keys, known: [MADE], guardrails: [THERE] });
  expect(tiers[0]?.drift.map((each) => ('key' in each ? [each.code, each.key.hash] : []))).toEqual([
    ['renamed', 'h1'],
    ['unbound', 'h2'],
  ]);
  expect(bind).toMatchObject([{ hashes: ['h2'] }]);
});

test('what was asked for and is in no list is made again only when two lists say so', () => {
  const known: KnownGuardrail[] = [{ ...MADE, status: 'pending', id: undefined }];
  expect(kinds({ keys: [key(1)], known })).toEqual([]);
  expect(codes({ keys: [key(1)], known })).toEqual(['unresolved', 'unbound']);
  expect(kinds({ keys: [key(1)], known, conclusive: true })).toEqual(['forget_guardrail', 'make_guardrail', 'bind']);
  expect(kinds({ keys: [key(1)], known, guardrails: [THERE] })).toEqual(['adopt_guardrail', 'bind']);
});

test('a key that moved to another workspace, and a default guardrail that allows less', () => {
  const keys = [key(1, { workspace_id: 'w2' })];
  const base = { known: [MADE], guardrails: [THERE], bound: new Map([['h1', 'g1']]) };
  expect(codes({ ...base, keys })).toEqual(['other_workspace']);
  const defaults = [{ id: 'd', name: 'Default', workspace_id: 'w1', allowed_models: ['a/one'] }];
  expect(plan({ ...base, keys: [key(1)], defaults }).tiers[0]?.drift).toEqual([
    { code: 'default_narrower', name: 'Default', missing: ['a/two'] },
  ]);
  expect(codes({ ...base, keys: [key(2, { tier: ANY })], defaults })).toEqual(['default_narrower']);
});
