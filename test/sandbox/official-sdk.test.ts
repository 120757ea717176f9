import { OpenRouter } from '@openrouter/sdk';
import { expect, test } from 'vitest';
import { useSandbox } from '../support/sandbox.ts';

async function useSdk() {
  const { url, managementKey } = await useSandbox();
  const client = (apiKey: string) => new OpenRouter({ apiKey, serverURL: url, retryConfig: { strategy: 'none' } });
  return { client, sdk: client(managementKey) };
}

test("OpenRouter's own client creates, lists, reads, changes and deletes keys of the sandbox", async () => {
  const { sdk } = await useSdk();
  const expiresAt = new Date('2099-12-31T23:59:59Z');
  const made = await sdk.apiKeys.create({ requestBody: { name: 'Anda', limit: 5, limitReset: 'weekly', expiresAt } });
  expect(made.key).toMatch(/^sk-or-v1-sandbox-/);
  expect(made.data).toMatchObject({ name: 'Anda', limit: 5, limitRemaining: 5, limitReset: 'weekly', expiresAt });
  const { hash } = made.data;

  const listed = await sdk.apiKeys.list({ includeDisabled: true, offset: 0 });
  expect(listed.data).toEqual([made.data]);
  expect((await sdk.apiKeys.get({ hash })).data).toEqual(made.data);

  const changed = await sdk.apiKeys.update({ hash, requestBody: { limit: 7, disabled: true } });
  expect(changed.data).toMatchObject({ hash, limit: 7, disabled: true });
  expect((await sdk.apiKeys.list()).data).toEqual([]);

  expect(await sdk.apiKeys.delete({ hash })).toEqual({ deleted: true });
  await expect(sdk.apiKeys.get({ hash })).rejects.toMatchObject({ statusCode: 404, message: 'Resource not found' });
});

test("OpenRouter's own client reads what the sandbox says of the key that asks, and of credits", async () => {
  const { sdk, client } = await useSdk();
  const { key } = await sdk.apiKeys.create({ requestBody: { name: 'Anda', limit: 5 } });
  expect((await sdk.apiKeys.getCurrentKeyMetadata()).data).toMatchObject({ isManagementKey: true, limit: null });
  const participant = client(key);
  expect((await participant.apiKeys.getCurrentKeyMetadata()).data).toMatchObject({ isManagementKey: false, limit: 5 });
  expect((await sdk.credits.getCredits()).data).toEqual({ totalCredits: 1000, totalUsage: 0 });
  await expect(participant.apiKeys.create({ requestBody: { name: 'B' } })).rejects.toMatchObject({ statusCode: 403 });
  const stranger = client('sk-or-v1-test-stranger');
  await expect(stranger.apiKeys.list()).rejects.toMatchObject({ statusCode: 401, message: 'User not found.' });
});

test("OpenRouter's own client makes and lists workspaces of the sandbox", async () => {
  const { sdk } = await useSdk();
  const made = await sdk.workspaces.create({ createWorkspaceRequest: { name: 'Summer', slug: 'summer' } });
  expect((await sdk.workspaces.get({ id: 'summer' })).data).toEqual(made.data);
  const pages = await sdk.workspaces.list();
  const slugs: string[] = [];
  for await (const page of pages) slugs.push(...page.result.data.map(({ slug }) => slug));
  expect(slugs).toEqual(['default', 'workshop', 'summer']);
});

test("OpenRouter's own client binds keys by a guardrail of the sandbox; unknown hashes are passed over", async () => {
  const { sdk } = await useSdk();
  const { data: key } = await sdk.apiKeys.create({ requestBody: { name: 'Anda' } });
  const { data: guardrail } = await sdk.guardrails.create({ createGuardrailRequest: { name: 'small models' } });
  const bulkAssignKeysRequest = { keyHashes: [key.hash, 'f'.repeat(64)] };
  const bound = await sdk.guardrails.bulkAssignKeys({ id: guardrail.id, bulkAssignKeysRequest });
  expect(bound.assignedCount).toBe(1);
  const { result } = await sdk.guardrails.listKeyAssignments();
  expect(result).toMatchObject({
    totalCount: 1,
    data: [{ guardrailId: guardrail.id, keyHash: key.hash, keyName: 'Anda', keyLabel: key.label }],
  });
});

test("OpenRouter's own client queries analytics and reads activity of the sandbox", async () => {
  const { sdk } = await useSdk();
  const { data: key } = await sdk.apiKeys.create({ requestBody: { name: 'Anda' } });
  const requestBody = {
    metrics: ['total_usage', 'request_count'],
    dimensions: ['api_key_id', 'model'],
    granularity: 'day',
    filters: [{ field: 'api_key_id', operator: 'in', value: [key.hash, 'f'.repeat(64)] }],
    timeRange: { start: new Date('2026-01-01T00:00:00Z'), end: new Date('2026-01-08T00:00:00Z') },
    limit: 10_000,
  };
  const { data } = await sdk.analytics.queryAnalytics({ requestBody });
  expect(data).toMatchObject({ data: [], metadata: { rowCount: 0, truncated: false } });
  expect(data.warnings).toEqual([`Could not resolve api_key_id hash: ${'f'.repeat(64)}`]);
  expect(await sdk.analytics.getUserActivity({ apiKeyHash: key.hash })).toEqual({ data: [] });
});
