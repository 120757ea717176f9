import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { MANAGEMENT_KEY, SandboxAccount } from '../../src/sandbox/account.ts';
import { answer } from '../../src/sandbox/routes.ts';
import { deviations } from '../support/published-api.ts';

/** A way to ask for budgets of the second workspace that fails when an answer is not as published. */
function useAccount(enterprise = true) {
  const now = () => new Date('2026-03-04T10:00:00Z');
  const account = new SandboxAccount({ now, random: randomBytes, enterprise });
  const ask = (method: string, interval = '', body?: unknown, workspace = 'workshop') => {
    const url = `/api/v1/workspaces/${workspace}/budgets${interval && `/${interval}`}`;
    const sent = body === undefined ? '' : JSON.stringify(body);
    const reply = answer(account, { method, url, body: sent, authorization: `Bearer ${MANAGEMENT_KEY}` });
    const told = JSON.parse(JSON.stringify(reply.body));
    expect(deviations(method, url, reply.status, told)).toEqual([]);
    return { status: reply.status, body: told };
  };
  return { account, ask };
}

test('a budget is made, replaced under its id, listed from the narrowest on, and removed any number of times', () => {
  const { ask } = useAccount();
  const made = ask('PUT', 'lifetime', { limit_usd: 500 }).body.data;
  expect(made).toMatchObject({ limit_usd: 500, reset_interval: null });
  expect(ask('PUT', 'lifetime', { limit_usd: 600 }).body.data).toMatchObject({ id: made.id, limit_usd: 600 });
  ask('PUT', 'daily', { limit_usd: 10 });
  expect(ask('GET').body.data).toMatchObject([{ reset_interval: 'daily' }, { reset_interval: null }]);
  expect(ask('GET', 'daily').body.data.limit_usd).toBe(10);
  expect(ask('GET', '', undefined, 'default').body.data).toEqual([]);
  expect(ask('DELETE', 'daily').body).toEqual({ deleted: true });
  expect(ask('DELETE', 'daily').body).toEqual({ deleted: true });
  expect(ask('GET', 'daily').status).toBe(404);
});

test('limits must be above 0, strictly decrease with the period, and belong to a workspace and a period that exist', () => {
  const { ask } = useAccount();
  ask('PUT', 'weekly', { limit_usd: 50 });
  for (const limit_usd of [0, -1, '5', null, undefined]) expect(ask('PUT', 'daily', { limit_usd }).status).toBe(400);
  expect(ask('PUT', 'daily', { limit_usd: 50 }).body.error.message).toMatch('lifetime > monthly > weekly > daily');
  expect(ask('PUT', 'monthly', { limit_usd: 50 }).status).toBe(400);
  expect(ask('PUT', 'lifetime', { limit_usd: 50.01 }).status).toBe(200);
  expect(ask('PUT', 'yearly', { limit_usd: 500 }).status).toBe(400);
  expect(ask('PUT', 'daily', { limit_usd: 5 }, 'nowhere').status).toBe(404);
});

test('whether BYOK usage counts is of the workspace, and stays as it is where it is left out', () => {
  const { account, ask } = useAccount();
  expect(ask('PUT', 'daily', { limit_usd: 1, include_byok_in_budgets: true }).body.include_byok_in_budgets).toBe(true);
  expect(ask('PUT', 'weekly', { limit_usd: 2 }).body.include_byok_in_budgets).toBe(true);
  expect(account.getWorkspace('workshop').data.include_byok_in_budgets).toBe(true);
  expect(ask('GET', '', undefined, 'default').body.include_byok_in_budgets).toBe(false);
});

test('budgets need the Enterprise plan, and are saved with the account', () => {
  expect(useAccount(false).ask('GET').body.error).toMatchObject({ code: 403 });
  const { account, ask } = useAccount();
  ask('PUT', 'daily', { limit_usd: 5 });
  const again = SandboxAccount.from(account.toJSON(), { now: () => new Date(), random: randomBytes });
  expect(again.budgets.list('workshop').data).toMatchObject([{ limit_usd: 5 }]);
});
