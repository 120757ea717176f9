import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { MANAGEMENT_KEY } from '../../src/sandbox/account.ts';
import { newAccount, useSandbox } from './sandbox.ts';

/** The management keys of two accounts, and a regular key. */
export const WORK_KEY = 'sk-or-v1-test-work-0123456789abcdef0123456789aaaa';
export const HOME_KEY = 'sk-or-v1-test-home-0123456789abcdef0123456789bbbb';
export const REGULAR_KEY = 'sk-or-v1-test-regular-0123456789abcdef01234567cccc';

/** Two accounts behind one address, each with a management key and an owner of its own, for the running test. */
export async function useTwoAccounts(now: () => Date = () => new Date()) {
  const sandboxes = {
    [WORK_KEY]: { owner: 'user_work', ...(await useSandbox({ account: newAccount(now) })) },
    [HOME_KEY]: { owner: 'user_home', ...(await useSandbox({ account: newAccount(now) })) },
  };
  const { account } = sandboxes[WORK_KEY];
  const regular = account.createKey({ name: 'regular' }).key;
  /** by which key, and what */
  const requests: { key: string; method: string; path: string }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const key = (request.headers.authorization ?? '').replace('Bearer ', '');
    const path = (request.url ?? '').replace('/api/v1', '');
    requests.push({ key, method: request.method ?? '', path });
    const chosen = sandboxes[key as keyof typeof sandboxes] ?? sandboxes[WORK_KEY];
    const known = key in sandboxes ? MANAGEMENT_KEY : key === REGULAR_KEY ? regular : key;
    const answer = await fetch(`${chosen.url}${path}`, {
      method: request.method ?? 'GET',
      headers: { authorization: `Bearer ${known}`, 'content-type': 'application/json' },
      ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
    });
    const text = (await answer.text()).replaceAll('user_sandbox', chosen.owner);
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`, requests };
}
