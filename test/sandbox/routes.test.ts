import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { MANAGEMENT_KEY, SandboxAccount } from '../../src/sandbox/account.ts';
import { answer } from '../../src/sandbox/routes.ts';
import { deviations } from '../support/published-api.ts';

const NOW = '2026-03-04T10:00:00.123Z';
const DEFAULT = '5a9db0c5-0000-4000-8000-000000000001';
const WORKSHOP = '5a9db0c5-0000-4000-8000-000000000002';

/** An account, and a way to ask it that fails when an answer is not as published. */
function useAccount() {
  const clock = { now: new Date(NOW) };
  const account = new SandboxAccount({ now: () => clock.now, random: randomBytes });
  const ask = (method: string, path: string, body: unknown = '', secret: string | undefined = MANAGEMENT_KEY) => {
    const url = `/api/v1${path}`;
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const reply = answer(account, {
      method,
      url,
      body: text,
      authorization: secret === '' ? undefined : `Bearer ${secret}`,
    });
    const sent = JSON.parse(JSON.stringify(reply.body));
    if (reply.status !== 405) expect(deviations(method, url, reply.status, sent)).toEqual([]);
    return { status: reply.status, body: sent };
  };
  const make = (body: object) => ask('POST', '/keys', body).body;
  const names = (query: string) => ask('GET', `/keys?${query}`).body.data.map(({ name }: { name: string }) => name);
  return { account, clock, ask, make, names };
}

function refusal(code: number, message: string) {
  return { status: code, body: { error: { code, message, metadata: null }, user_id: null } };
}

describe('creating a key', () => {
  test('only the name is needed: the key is then unlimited and never expires', () => {
    const { ask } = useAccount();
    const { status, body } = ask('POST', '/keys', { name: 'Anda' });
    expect(status).toBe(201);
    expect(body).toEqual({
      data: {
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        name: 'Anda',
        label: `sk-or-v1-san...${body.key.slice(-4)}`,
        disabled: false,
        limit: null,
        limit_remaining: null,
        limit_reset: null,
        include_byok_in_limit: false,
        usage: 0,
        usage_daily: 0,
        usage_weekly: 0,
        usage_monthly: 0,
        byok_usage: 0,
        byok_usage_daily: 0,
        byok_usage_weekly: 0,
        byok_usage_monthly: 0,
        created_at: '2026-03-04T10:00:00.123000+00:00',
        updated_at: null,
        expires_at: null,
        creator_user_id: 'user_sandbox',
        workspace_id: DEFAULT,
        external_user: null,
        last_used_at: null,
      },
      key: expect.stringMatching(/^sk-or-v1-sandbox-[0-9a-f]{48}$/),
    });
  });

  test('everything that is asked for is there; unknown fields are ignored', () => {
    const wanted = {
      name: 'Anda',
      limit: 0,
      limit_reset: 'monthly',
      include_byok_in_limit: true,
      expires_at: '2026-06-30T23:59:59Z',
      workspace_id: WORKSHOP,
      creator_user_id: 'user_2',
    };
    const more = { label: 'mine', disabled: true, tag: 7, external: { user: 'partner-1' } };
    const { data } = useAccount().make({ ...wanted, ...more });
    expect(data).toMatchObject({ ...wanted, disabled: false, limit_remaining: 0, external_user: 'partner-1' });
    expect(data.label).toMatch(/^sk-or-v1-san\.\.\./);
  });

  test('names are not unique: the same request makes another key', () => {
    const { make, names } = useAccount();
    expect(make({ name: 'Anda' }).data.hash).not.toBe(make({ name: 'Anda' }).data.hash);
    expect(names('')).toEqual(['Anda', 'Anda']);
  });

  test.each([
    [{}, 'name must be a string of at least 1 character'],
    [{ name: '' }, 'name must be a string of at least 1 character'],
    [{ name: 7 }, 'name must be a string of at least 1 character'],
    [{ name: 'A', limit: -1 }, 'limit must be a number of at least 0, or null'],
    [{ name: 'A', limit: '5' }, 'limit must be a number of at least 0, or null'],
    ['{"name":"A","limit":1e999}', 'limit must be a number of at least 0, or null'],
    [{ name: 'A', limit_reset: 'yearly' }, 'limit_reset must be daily, weekly, monthly or null'],
    [{ name: 'A', include_byok_in_limit: 'yes' }, 'include_byok_in_limit must be true or false'],
    [{ name: 'A', expires_at: '2026-06-30' }, 'expires_at must be UTC with seconds: YYYY-MM-DDTHH:MM:SSZ'],
    [{ name: 'A', expires_at: '2026-06-30T23:59Z' }, 'expires_at must be UTC with seconds: YYYY-MM-DDTHH:MM:SSZ'],
    [{ name: 'A', expires_at: '2026-06-30T23:59:59' }, 'expires_at must be UTC with seconds: YYYY-MM-DDTHH:MM:SSZ'],
    [
      { name: 'A', expires_at: '2026-06-30T23:59:59+02:00' },
      'expires_at must be UTC with seconds: YYYY-MM-DDTHH:MM:SSZ',
    ],
    [{ name: 'A', expires_at: '2026-02-30T00:00:00Z' }, 'expires_at must be UTC with seconds: YYYY-MM-DDTHH:MM:SSZ'],
    [{ name: 'A', expires_at: 1_798_761_599 }, 'expires_at must be UTC with seconds: YYYY-MM-DDTHH:MM:SSZ'],
    [{ name: 'A', expires_at: '2026-03-04T10:00:00Z' }, 'expires_at must be in the future'],
    [{ name: 'A', workspace_id: 'workshop' }, 'workspace_id must be a uuid'],
    [{ name: 'A', workspace_id: '00000000-0000-4000-8000-000000000000' }, 'Workspace not found'],
    [{ name: 'A', creator_user_id: '' }, 'creator_user_id must be a string or null'],
    [{ name: 'A', external: {} }, 'external.user must be a string'],
    ['', 'Request body must be JSON'],
    ['{"name":', 'Request body must be JSON'],
    ['null', 'Request body must be a JSON object'],
    ['[{"name":"A"}]', 'Request body must be a JSON object'],
  ])('%j is refused with 400 and makes nothing', (body, message) => {
    const { ask, account } = useAccount();
    expect(ask('POST', '/keys', body)).toEqual(refusal(400, message));
    expect(account.toJSON().keys).toEqual([]);
  });
});

describe('listing keys', () => {
  test('newest first, 100 a page, an empty page beyond the end', () => {
    const { make, names } = useAccount();
    for (let n = 1; n <= 101; n += 1) make({ name: `P${n}` });
    expect(names('')).toHaveLength(100);
    expect(names('').slice(0, 2)).toEqual(['P101', 'P100']);
    expect(names('offset=99')).toEqual(['P2', 'P1']);
    expect(names('offset=101')).toEqual([]);
    expect(names('offset=5000')).toEqual([]);
  });

  test('disabled, expired and other workspaces only when asked for', () => {
    const { make, ask, names, clock } = useAccount();
    make({ name: 'plain' });
    ask('PATCH', `/keys/${make({ name: 'disabled' }).data.hash}`, { disabled: true });
    make({ name: 'expired', expires_at: '2026-03-05T00:00:00.500Z' });
    make({ name: 'elsewhere', workspace_id: WORKSHOP });
    clock.now = new Date('2026-03-05T00:00:00.500Z');
    expect(names('')).toEqual(['plain']);
    expect(names('include_disabled=false&include_expired=0')).toEqual(['plain']);
    expect(names('include_disabled=true')).toEqual(['disabled', 'plain']);
    expect(names('include_expired=true')).toEqual(['expired', 'plain']);
    expect(names('include_disabled=true&include_expired=true')).toEqual(['expired', 'disabled', 'plain']);
    expect(names(`workspace_id=${WORKSHOP}`)).toEqual(['elsewhere']);
    expect(names(`workspace_id=${DEFAULT}`)).toEqual(['plain']);
  });

  test.each([
    ['offset=-1', 'offset must be a whole number of at least 0'],
    ['offset=1.5', 'offset must be a whole number of at least 0'],
    ['offset=x', 'offset must be a whole number of at least 0'],
    ['workspace_id=workshop', 'workspace_id must be a uuid'],
    ['workspace_id=00000000-0000-4000-8000-000000000000', 'Workspace not found'],
  ])('%s is refused with 400', (query, message) => {
    expect(useAccount().ask('GET', `/keys?${query}`)).toEqual(refusal(400, message));
  });
});

describe('one key', () => {
  test('it is read by its hash, also when it is disabled, expired or in another workspace', () => {
    const { make, ask, clock } = useAccount();
    const { hash } = make({ name: 'Anda', workspace_id: WORKSHOP, expires_at: '2026-03-05T00:00:00Z' }).data;
    ask('PATCH', `/keys/${hash}`, { disabled: true });
    clock.now = new Date('2027-01-01T00:00:00Z');
    expect(ask('GET', `/keys/${hash}`)).toMatchObject({ status: 200, body: { data: { hash, name: 'Anda' } } });
  });

  test('a patch changes what it names, says when, and ignores an expiry', () => {
    const { make, ask, clock } = useAccount();
    const { data } = make({ name: 'Anda', limit: 5 });
    clock.now = new Date('2026-03-04T11:00:00Z');
    const changes = { name: 'Anda B.', disabled: true, limit: 7.5, limit_reset: 'daily', include_byok_in_limit: true };
    const sent = { ...changes, workspace_id: WORKSHOP, expires_at: '2030-01-01T00:00:00Z', colour: 'red' };
    const changed = { ...data, ...changes, workspace_id: WORKSHOP, limit_remaining: 7.5 };
    const expected = { data: { ...changed, updated_at: '2026-03-04T11:00:00.000001+00:00' } };
    expect(ask('PATCH', `/keys/${data.hash}`, sent)).toEqual({ status: 200, body: expected });
    expect(ask('GET', `/keys/${data.hash}`).body).toEqual(expected);
    expect(ask('PATCH', `/keys/${data.hash}`, { limit: null, limit_reset: null }).body.data).toMatchObject({
      limit: null,
      limit_remaining: null,
      limit_reset: null,
    });
  });

  test.each([
    [{}, 'No update fields provided'],
    [{ expires_at: '2030-01-01T00:00:00Z' }, 'No update fields provided'],
    [{ name: null }, 'name must be a string'],
    [{ disabled: 'true' }, 'disabled must be true or false'],
    [{ limit: -0.01 }, 'limit must be a number of at least 0, or null'],
    [{ limit_reset: '' }, 'limit_reset must be daily, weekly, monthly or null'],
    [{ workspace_id: null }, 'workspace_id must be a uuid'],
    ['', 'Request body must be JSON'],
  ])('the patch %j is refused with 400 and changes nothing', (body, message) => {
    const { make, ask } = useAccount();
    const { data } = make({ name: 'Anda' });
    expect(ask('PATCH', `/keys/${data.hash}`, body)).toEqual(refusal(400, message));
    expect(ask('GET', `/keys/${data.hash}`).body.data).toEqual(data);
  });

  test('a deleted key is gone', () => {
    const { make, ask, names } = useAccount();
    const { data, key } = make({ name: 'Anda' });
    expect(ask('DELETE', `/keys/${data.hash}`)).toEqual({ status: 200, body: { deleted: true } });
    expect(names('include_disabled=true&include_expired=true')).toEqual([]);
    expect(ask('GET', '/key', '', key)).toEqual(refusal(401, 'User not found.'));
  });

  test.each([
    ['GET', '0'.repeat(64)],
    ['PATCH', '0'.repeat(64)],
    ['DELETE', '0'.repeat(64)],
    ['GET', '%zz'],
  ])('%s of a hash that is not there is answered 404', (method, hash) => {
    expect(useAccount().ask(method, `/keys/${hash}`, { name: 'A' })).toEqual(refusal(404, 'Resource not found'));
  });
});

describe('who may ask', () => {
  test('a participant sees the own key, without hash and name', () => {
    const { make, ask } = useAccount();
    const { data, key } = make({ name: 'Anda', limit: 5, expires_at: '2026-06-30T23:59:59Z' });
    const { hash: _, name: __, disabled: ___, created_at, updated_at, external_user, last_used_at, ...shared } = data;
    expect(ask('GET', '/key', '', key)).toEqual({
      status: 200,
      body: {
        data: {
          ...shared,
          is_management_key: false,
          is_provisioning_key: false,
          is_free_tier: false,
          organization_id: null,
          allowed_data_regions: ['global'],
          free_model_daily_requests: { limit: 1000, remaining: 1000, used: 0 },
          rate_limit: { requests: -1, interval: '10s', note: 'This field is deprecated and safe to ignore.' },
        },
      },
    });
  });

  test('the management key knows itself as one', () => {
    const { body } = useAccount().ask('GET', '/key');
    expect(body.data).toMatchObject({ is_management_key: true, limit: null, label: 'sk-or-v1-san...ment' });
  });

  test('a key that is disabled or expired is no key', () => {
    const { make, ask, clock } = useAccount();
    const disabled = make({ name: 'disabled' });
    ask('PATCH', `/keys/${disabled.data.hash}`, { disabled: true });
    const expiring = make({ name: 'expiring', expires_at: '2026-03-04T11:00:00Z' });
    expect(ask('GET', '/key', '', disabled.key)).toEqual(refusal(401, 'User not found.'));
    expect(ask('GET', '/key', '', expiring.key).status).toBe(200);
    clock.now = new Date('2026-03-04T11:00:00Z');
    expect(ask('GET', '/key', '', expiring.key)).toEqual(refusal(401, 'User not found.'));
  });

  const MANAGEMENT_CALLS: [string, string][] = [
    ['GET', '/keys'],
    ['POST', '/keys'],
    ['GET', '/keys/abc'],
    ['PATCH', '/keys/abc'],
    ['DELETE', '/keys/abc'],
    ['GET', '/workspaces'],
    ['POST', '/workspaces'],
    ['GET', '/workspaces/default'],
  ];
  test.each(MANAGEMENT_CALLS)('an ordinary key on %s %s is answered 403', (method, path) => {
    const { make, ask } = useAccount();
    const { key } = make({ name: 'Anda' });
    const message = 'Only management keys can perform this operation';
    expect(ask(method, path, { name: 'A', slug: 'a' }, key)).toEqual(refusal(403, message));
  });

  test.each([...MANAGEMENT_CALLS, ['GET', '/credits'], ['GET', '/key']])('%s %s needs a known key', (method, path) => {
    const { ask } = useAccount();
    expect(ask(method, path, '{}', '')).toEqual(refusal(401, 'Missing Authentication header'));
    expect(ask(method, path, '{}', 'sk-or-v1-sandbox-unknown')).toEqual(refusal(401, 'User not found.'));
  });
});

describe('money', () => {
  test('usage is for life, a limit counts what was spent since midnight UTC, Monday, the first', () => {
    const { account, make, ask, clock } = useAccount();
    const resets = ['daily', 'weekly', 'monthly', null];
    const hashes: string[] = resets.map((reset) => make({ name: `${reset}`, limit: 5, limit_reset: reset }).data.hash);
    const left = () => hashes.map((hash) => ask('GET', `/keys/${hash}`).body.data.limit_remaining);
    const spendAll = (usd: number) => hashes.forEach((hash) => void account.spend(hash, usd));

    clock.now = new Date('2026-02-28T23:59:59.999Z'); // a Saturday
    spendAll(1);
    expect(left()).toEqual([4, 4, 4, 4]);
    clock.now = new Date('2026-03-01T00:00:00Z');
    expect(left()).toEqual([5, 4, 5, 4]);
    spendAll(2);
    expect(left()).toEqual([3, 2, 3, 2]);
    clock.now = new Date('2026-03-02T00:00:00Z'); // Monday
    expect(left()).toEqual([5, 5, 3, 2]);
    spendAll(4);
    expect(left()).toEqual([1, 1, 0, 0]);
    expect(ask('GET', `/keys/${hashes[0]}`).body.data).toMatchObject({
      usage: 7,
      usage_daily: 4,
      usage_weekly: 4,
      usage_monthly: 6,
      last_used_at: '2026-03-02T00:00:00.000Z',
    });
  });

  test('credits count what all keys spent, also deleted ones; an ordinary key is told zeros', () => {
    const { account, make, ask } = useAccount();
    const [anda, bruno] = [make({ name: 'Anda' }), make({ name: 'Bruno' })];
    account.spend(anda.data.hash, 1.5);
    account.spend(bruno.data.hash, 2);
    ask('DELETE', `/keys/${bruno.data.hash}`);
    expect(ask('GET', '/credits').body).toEqual({ data: { total_credits: 1000, total_usage: 3.5 } });
    expect(ask('GET', '/credits', '', anda.key).body).toEqual({ data: { total_credits: 0, total_usage: 0 } });
  });

  test('spending can be rehearsed over HTTP, outside the documented API', () => {
    const { account, make } = useAccount();
    const { hash } = make({ name: 'Anda', limit: 5 }).data;
    const pay = (body: object) =>
      answer(account, {
        method: 'POST',
        url: '/sandbox/spend',
        authorization: `Bearer ${MANAGEMENT_KEY}`,
        body: JSON.stringify(body),
      });
    expect(pay({ hash, usd: 2 })).toMatchObject({ status: 200, body: { data: { usage: 2, limit_remaining: 3 } } });
    expect(pay({ hash, usd: -2 }).status).toBe(400);
    expect(pay({ hash: 'abc', usd: 2 }).status).toBe(404);
  });
});

describe('workspaces', () => {
  test('a default one and a second one are there, and more can be made', () => {
    const { ask, make, names } = useAccount();
    const made = ask('POST', '/workspaces', { name: 'Summer school', slug: 'summer-school' });
    expect(made).toMatchObject({ status: 201, body: { data: { name: 'Summer school', slug: 'summer-school' } } });
    const { id } = made.body.data;
    const all = ask('GET', '/workspaces').body;
    expect(all.total_count).toBe(3);
    expect(all.data.map(({ slug }: { slug: string }) => slug)).toEqual(['default', 'workshop', 'summer-school']);
    expect(ask('GET', '/workspaces?offset=1&limit=1').body).toMatchObject({ data: [{ slug: 'workshop' }] });
    expect(ask('GET', `/workspaces/${id}`).body).toEqual(made.body);
    expect(ask('GET', '/workspaces/summer-school').body).toEqual(made.body);
    make({ name: 'Anda', workspace_id: id });
    expect(names(`workspace_id=${id}`)).toEqual(['Anda']);
  });

  test.each([
    [{ slug: 'a' }, 'name must be 1 to 100 characters'],
    [{ name: 'x'.repeat(101), slug: 'a' }, 'name must be 1 to 100 characters'],
    [{ name: 'A', slug: 'A' }, 'slug must be 1 to 50 lower-case letters and digits, separated by single hyphens'],
    [{ name: 'A', slug: 'a--b' }, 'slug must be 1 to 50 lower-case letters and digits, separated by single hyphens'],
    [{ name: 'A', slug: 'a', description: 7 }, 'description must be at most 500 characters, or null'],
    [{ name: 'A', slug: 'default' }, 'A workspace with this slug exists'],
  ])('%j is refused with 400', (body, message) => {
    expect(useAccount().ask('POST', '/workspaces', body)).toEqual(refusal(400, message));
  });

  test('an unknown one is answered 404, a page size out of range 400', () => {
    const { ask } = useAccount();
    expect(ask('GET', '/workspaces/nowhere')).toEqual(refusal(404, 'Resource not found'));
    const message = 'limit must be a whole number of at least 1 and at most 100';
    expect(ask('GET', '/workspaces?limit=101')).toEqual(refusal(400, message));
    expect(ask('GET', '/workspaces?limit=0')).toEqual(refusal(400, message));
  });
});

describe('addresses', () => {
  test.each([
    ['GET', '/nowhere'],
    ['GET', '/keys/'],
    ['GET', '/keys/a/b'],
    ['GET', ''],
  ])('%s %s is answered 404', (method, path) => {
    expect(useAccount().ask(method, path)).toEqual(refusal(404, 'Resource not found'));
  });

  test.each([
    ['HEAD', '/keys'],
    ['PUT', '/keys/abc'],
    ['POST', '/key'],
    ['constructor', '/keys'],
  ])('%s %s is answered 405', (method, path) => {
    expect(useAccount().ask(method, path).status).toBe(405);
  });
});
