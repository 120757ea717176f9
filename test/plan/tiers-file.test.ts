import { describe, expect, test } from 'vitest';
import { canonicalId, isSameList, type Model } from '../../src/keys/model.ts';
import { resolveTiers } from '../../src/plan/model-ids.ts';
import { parseTiersFile } from '../../src/plan/tiers-file.ts';

const parse = (tiers: object, more: object = {}) => parseTiersFile(JSON.stringify({ version: 1, tiers, ...more }));
const problemsOf = (result: ReturnType<typeof parseTiersFile>) =>
  'problems' in result ? result.problems.map(({ message }) => message) : [];

describe('a tiers file', () => {
  test('a tier adds to the one that it extends, and inherits limit and reset', () => {
    const file = parse(
      {
        basic: { models: ['a/one'], limit: 1, limit_reset: 'daily' },
        pro: { extends: 'Basic', models: ['a/two'], limit: 5 },
        team: { extends: 'pro', limit_reset: null },
        enterprise: { extends: 'pro', models: 'any', limit: null },
      },
      { default: 'BASIC' },
    );
    expect(file).toEqual({
      default: 'basic',
      tiers: [
        { name: 'basic', models: ['a/one'], limit: 1, limit_reset: 'daily' },
        { name: 'pro', models: ['a/one', 'a/two'], limit: 5, limit_reset: 'daily' },
        { name: 'team', models: ['a/one', 'a/two'], limit: 5, limit_reset: null },
        { name: 'enterprise', models: null, limit: null, limit_reset: 'daily' },
      ],
    });
  });

  test.each<[string, ReturnType<typeof parseTiersFile>, string[]]>([
    ['no JSON', parseTiersFile('{'), [expect.stringContaining('not valid JSON')]],
    ['a list', parseTiersFile('[]'), ['is not an object with version and tiers']],
    ['another version', parse({ a: { models: 'any' } }, { version: 2 }), ['version is 1']],
    ['unknown fields', parse({ a: { models: 'any', budget: 1 } }), ['tier a: has unknown field budget']],
    ['an unknown field of the file', parse({ a: { models: 'any' } }, { tier: 1 }), ['has unknown field tier']],
    ['no tier', parse({}), ['there is no tier in it']],
    ['a tier without models', parse({ a: {} }), ['tier a: has no models: list them, or write "models": "any"']],
    ['an empty list', parse({ a: { models: [] } }), ['tier a: has an empty list of models']],
    ['models of another type', parse({ a: { models: 'all' } }), ['tier a: models is a list of model IDs, or "any"']],
    ['a negative limit', parse({ a: { models: 'any', limit: -1 } }), ['tier a: limit is 0 or more, in US dollars']],
    [
      'a limit in words',
      parse({ a: { models: 'any', limit: '5' } }),
      ['tier a: limit is an amount in US dollars, or null for no limit'],
    ],
    [
      'an unknown reset',
      parse({ a: { models: 'any', limit_reset: 'yearly' } }),
      ['tier a: limit_reset is "daily", "weekly", "monthly" or null'],
    ],
    [
      'an unknown default',
      parse({ a: { models: 'any' } }, { default: 'b' }),
      ['default is b, and there is no such tier'],
    ],
    ['a tier that extends nothing', parse({ a: { extends: 'b' } }), ['tier a: extends b, and there is no such tier']],
    [
      'two spellings of a name',
      parse({ pro: { models: 'any' }, Pro: { models: 'any' } }),
      ['tier Pro: has the same name as pro: case does not matter'],
    ],
    [
      'a circle',
      parse({ a: { extends: 'b' }, b: { extends: 'c' }, c: { extends: 'a' } }),
      [
        'tier a: extends itself: a → b → c → a',
        'tier b: extends itself: b → c → a → b',
        'tier c: extends itself: c → a → b → c',
      ],
    ],
  ])('refuses %s', (_, result, problems) => {
    expect(problemsOf(result)).toEqual(problems);
  });

  test('all problems are told at once', () => {
    const result = parse({ a: { models: [], limits: 1 }, b: { models: 7 }, c: { models: 'any', limit: -1 } });
    expect(problemsOf(result)).toHaveLength(3);
  });
});

const MODELS: Model[] = [
  { id: 'a/one', canonical_slug: 'a/one-20260101' },
  { id: 'a/one:free', canonical_slug: 'a/one-20260101' },
  { id: 'a/two', canonical_slug: 'a/two-20260202', expiration_date: '2026-12-31' },
  { id: '~a/one-latest', canonical_slug: 'a/one-latest', alias_target: 'a/one-20260101' },
];
const resolve = (...models: string[]) => resolveTiers([{ name: 't', models }], MODELS);

describe('models', () => {
  test('an ID and a canonical slug are one entry, a variant is another', () => {
    const { tiers, problems, notices } = resolve('a/one', 'A/One-20260101', 'a/one:free');
    expect(tiers).toMatchObject([{ models: ['a/one-20260101', 'a/one-20260101:free'] }]);
    expect(problems).toEqual([]);
    expect(notices.map(({ code }) => code)).toEqual(['model_twice']);
  });

  test('unknown models come with near names, aliases with their target, models that go with a date', () => {
    const { problems, notices } = resolve(
      'a/onne',
      'q/zzzzzzzz',
      '~a/one-latest',
      '~a/gone-latest',
      'a/two',
      'a/two:free',
    );
    expect(problems.map(({ message }) => message)).toEqual([
      'tier t: OpenRouter has no model a/onne; did you mean a/one?',
      'tier t: OpenRouter has no model q/zzzzzzzz',
      'tier t: ~a/one-latest is an alias; today it means a/one: name that model',
      'tier t: ~a/gone-latest is an alias; name the model itself',
      'tier t: OpenRouter has no model a/two:free; did you mean a/two?',
    ]);
    expect(notices.map(({ message }) => message)).toEqual(['tier t: a/two is offered until 2026-12-31']);
  });

  test('lists are compared as sets, and no list is every model', () => {
    expect(canonicalId({ id: 'a/b:free', canonical_slug: 'a/b:free' })).toBe('a/b:free');
    expect(isSameList(['a', 'b'], ['b', 'a', 'a'])).toBe(true);
    expect(isSameList(['a'], ['a:free'])).toBe(false);
    expect(isSameList(['a'], null)).toBe(false);
    expect(isSameList(null, null)).toBe(true);
    expect(isSameList(['a'], undefined)).toBe(false);
  });
});
