import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { MANAGEMENT_KEY, SandboxAccount } from '../../src/sandbox/account.ts';
import { answer } from '../../src/sandbox/routes.ts';

const WORKSPACE = '5a9db0c5-0000-4000-8000-000000000001';
const OTHER = '5a9db0c5-0000-4000-8000-000000000002';
const DEFAULT_GUARDRAIL = 'dddddddd-0000-4000-8000-000000000001';

function useAccount() {
  const account = new SandboxAccount({ now: () => new Date('2026-03-04T10:00:00Z'), random: randomBytes });
  const ask = (method: string, path: string, body?: unknown, secret: string | undefined = MANAGEMENT_KEY) => {
    const { status, body: reply } = answer(account, {
      method,
      url: `/api/v1${path}`,
      body: body === undefined ? '' : JSON.stringify(body),
      authorization: secret === '' ? undefined : `Bearer ${secret}`,
    });
    return { status, body: JSON.parse(JSON.stringify(reply)) };
  };
  const key = (workspace_id = WORKSPACE) => ask('POST', '/keys', { name: 'Anda', workspace_id }).body;
  const models = (secret: string) =>
    ask('GET', '/models/user?output_modalities=all', undefined, secret).body.data.map(({ id }: { id: string }) => id);
  return { ask, key, models };
}

test('models are stored as canonical slugs with their variant, in order, each once; unknown ones are refused', () => {
  const { ask } = useAccount();
  const allowed_models = ['openai/gpt-6', 'deepseek/deepseek-r1-0528:free', 'openai/gpt-6-20260811'];
  const { status, body } = ask('POST', '/guardrails', { name: 'small', allowed_models });
  expect([status, body.data.allowed_models]).toEqual([
    201,
    ['openai/gpt-6-20260811', 'deepseek/deepseek-r1-0528:free'],
  ]);
  expect(ask('POST', '/guardrails', { name: 'x', allowed_models: ['openai/gpt-6', 'a/b'] })).toMatchObject({
    status: 400,
    body: { error: { message: 'Invalid allowed_models: a/b' } },
  });
  const path = `/guardrails/${body.data.id}`;
  expect(ask('PATCH', path, { allowed_models: ['x-ai/grok-5'] }).body.data.allowed_models).toEqual([
    'x-ai/grok-5-20260505',
  ]);
  expect(ask('PATCH', path, { allowed_models: null }).body.data.allowed_models).toBe(null);
  expect(ask('POST', '/guardrails', { name: 'y', limit_usd: 5 }).status).toBe(400);
});

test('names are not unique, each workspace has its own list, and a deleted guardrail is gone', () => {
  const { ask } = useAccount();
  const ids = ['a', 'a'].map((name) => ask('POST', '/guardrails', { name }).body.data.id);
  ask('POST', '/guardrails', { name: 'b', workspace_id: OTHER });
  expect(ask('GET', '/guardrails').body).toMatchObject({ total_count: 2, data: [{ name: 'a' }, { name: 'a' }] });
  expect(ask('GET', `/guardrails?workspace_id=${OTHER}`).body).toMatchObject({ total_count: 1, data: [{ name: 'b' }] });
  expect(ask('DELETE', `/guardrails/${ids[0]}`).body).toEqual({ deleted: true });
  expect(ask('GET', `/guardrails/${ids[0]}`).status).toBe(404);
  expect(ask('GET', '/guardrails?offset=0&limit=1').body.data).toMatchObject([{ id: ids[1] }]);
});

test('a key has one guardrail: assigning moves it, removing or deleting the guardrail frees it', () => {
  const { ask, key } = useAccount();
  const [one, two] = ['one', 'two'].map((name) => ask('POST', '/guardrails', { name }).body.data.id);
  const { hash } = key().data;
  const bind = (id: string, ...key_hashes: string[]) =>
    ask('POST', `/guardrails/${id}/assignments/keys`, { key_hashes });
  const bound = () =>
    ask('GET', '/guardrails/assignments/keys').body.data.map((each: { guardrail_id: string }) => each.guardrail_id);
  expect(bind(one, hash, 'no-such-hash').body).toEqual({ assigned_count: 1 });
  bind(two, hash);
  expect(bound()).toEqual([two]);
  const remove = (id: string) => ask('POST', `/guardrails/${id}/assignments/keys/remove`, { key_hashes: [hash] }).body;
  expect([remove(one), remove(two), bound()]).toEqual([{ unassigned_count: 0 }, { unassigned_count: 1 }, []]);
  bind(two, hash);
  ask('DELETE', `/guardrails/${two}`);
  expect(bound()).toEqual([]);
  expect(bind(one, key(OTHER).data.hash).status).toBe(400);
});

test('the default guardrail exists once it is configured, cannot be assigned or renamed, and narrows those of keys', () => {
  const { ask, key, models } = useAccount();
  const path = `/guardrails/${DEFAULT_GUARDRAIL}`;
  expect(ask('GET', '/workspaces').body.data[0].default_guardrail_id).toBe(DEFAULT_GUARDRAIL);
  expect(ask('GET', path).status).toBe(404);
  expect(ask('PATCH', path, { allowed_models: ['openai/gpt-6', 'x-ai/grok-5'] }).status).toBe(200);
  expect(ask('PATCH', path, { name: 'mine' }).status).toBe(400);
  const { data, key: secret } = key();
  expect(ask('POST', `${path}/assignments/keys`, { key_hashes: [data.hash] }).status).toBe(400);
  expect(models(secret)).toEqual(['openai/gpt-6', 'x-ai/grok-5']);
  const own = ask('POST', '/guardrails', { name: 'own', allowed_models: ['openai/gpt-6', 'openai/gpt-6-luna'] }).body
    .data.id;
  ask('POST', `/guardrails/${own}/assignments/keys`, { key_hashes: [data.hash] });
  expect(models(secret)).toEqual(['openai/gpt-6']);
});

test('the catalog answers without a key; a variant is listed with the slug of its model', () => {
  const { ask } = useAccount();
  const ids = (query: string) =>
    ask('GET', `/models${query}`, undefined, '').body.data.map(({ id }: { id: string }) => id);
  expect(ids('')).not.toContain('google/gemini-3.5-flash-image');
  expect(ids('?output_modalities=all')).toContain('google/gemini-3.5-flash-image');
  const { data } = ask('GET', '/models', undefined, '').body;
  expect(data.find(({ id }: { id: string }) => id === 'deepseek/deepseek-r1-0528:free').canonical_slug).toBe(
    'deepseek/deepseek-r1-0528',
  );
  expect(ask('GET', '/models/user', undefined, '').status).toBe(401);
});
