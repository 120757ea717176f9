import { expect, test } from 'vitest';
import { clientOf, HASH } from './client-under-test.ts';
import { apiError, html, json, reset, serve } from './scripted-server.ts';

/** The example of the published description. */
const ROW = {
  byok_usage_inference: 0.012,
  completion_tokens: 125,
  date: '2026-01-04',
  endpoint_id: '550e8400-e29b-41d4-a716-446655440000',
  model: 'openai/gpt-4.1',
  model_permaslug: 'openai/gpt-4.1-2025-04-14',
  prompt_tokens: 50,
  provider_name: 'OpenAI',
  reasoning_tokens: 25,
  requests: 5,
  usage: 0.015,
};
const READ = {
  day: '2026-01-04',
  model: 'openai/gpt-4.1-2025-04-14',
  cost: 0.027,
  byok_cost: 0.012,
  requests: 5,
  tokens_prompt: 50,
  tokens_completion: 125,
  tokens_reasoning: 25,
};

test('the activity of one key costs what was paid to OpenRouter and to others', async () => {
  const { baseUrl, received } = await serve(reset, json(200, { data: [ROW] }));
  expect(await clientOf(baseUrl).client.getActivity(HASH)).toEqual({ result: 'rows', rows: [READ] });
  expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual(
    Array.from({ length: 2 }, () => `GET /api/v1/activity?api_key_hash=${HASH}`),
  );
});

test.each([
  ['counts as text', { requests: '5', usage: '0.015' }, {}],
  ['no permanent slug', { model_permaslug: null }, { model: 'openai/gpt-4.1' }],
  ['no cost: not known', { usage: null }, { cost: undefined }],
  ['no requests: not known', { requests: undefined }, { requests: undefined }],
  ['no payments to others', { byok_usage_inference: null }, { cost: 0.015, byok_cost: 0 }],
])('%s', async (_, sent, read) => {
  const { baseUrl } = await serve(json(200, { data: [{ ...ROW, ...sent }] }));
  expect(await clientOf(baseUrl).client.getActivity(HASH)).toEqual({ result: 'rows', rows: [{ ...READ, ...read }] });
});

test.each([400, 403, 404])('%i means that there is no activity to be had', async (status) => {
  const { baseUrl } = await serve(apiError(status, 'no'));
  expect(await clientOf(baseUrl).client.getActivity(HASH)).toEqual({ result: 'not_offered', reason: 'no' });
});

test.each([
  ['401', apiError(401, 'User not found.'), 'unauthorized'],
  ['a login page', html(403), 'captive_portal'],
  ['a row without a date', json(200, { data: [{ ...ROW, date: null }] }), 'unexpected_answer'],
])('%s is an error', async (_, reply, code) => {
  const { baseUrl } = await serve(reply);
  await expect(clientOf(baseUrl).client.getActivity(HASH)).rejects.toMatchObject({ code });
});
