import { onTestFinished } from 'vitest';
import { createKeysClient, type KeysClientOptions } from '../../src/openrouter/client.ts';
import { Secret } from '../../src/secret.ts';

export const MANAGEMENT_KEY = 'sk-or-v1-test-management-key-0123456789';

/** A client whose sleeps take no time but move its clock; `sleeps` lists them in milliseconds. */
export function clientOf(baseUrl: string, options: Partial<KeysClientOptions> = {}) {
  const sleeps: number[] = [];
  let clock = Date.parse('2026-01-05T09:00:00Z');
  const stop = new AbortController();
  const stopNow = new AbortController();
  const client = createKeysClient({
    baseUrl,
    managementKey: new Secret(MANAGEMENT_KEY),
    timeoutMs: 2000,
    ratePerSecond: Number.POSITIVE_INFINITY,
    now: () => new Date(clock),
    random: () => 0.5,
    sleep: async (ms) => {
      sleeps.push(ms);
      clock += ms;
    },
    stop: stop.signal,
    stopNow: stopNow.signal,
    ...options,
  });
  onTestFinished(() => client.close());
  return { client, sleeps, stop, stopNow };
}

export const NEW_KEY = {
  name: 'BSSDH_2025_Anda_Baklāne_k7f3q2xw',
  limit: 2,
  limit_reset: null,
  expires_at: null,
  include_byok_in_limit: false,
} as const;

export const SECRET = 'sk-or-v1-test-participant-secret-abcdef0123456789';
export const HASH = 'f01d52606dc8f0a8303a7b5cc3fa07109c2e346cec7c0a16b40de462992ce943';

/** What POST /keys answers when all goes well. */
export const CREATED = {
  data: {
    hash: HASH,
    name: NEW_KEY.name,
    label: 'sk-or-v1-tes...6789',
    limit: 2,
    disabled: false,
    created_at: '2025-02-19T20:52:27.363244+00:00',
    brand_new_field: { any: 'thing' },
  },
  key: SECRET,
};
