// Run as a process of its own by network.test.ts: one create on the real base URL, told as JSON.
import { inspect } from 'node:util';
import { checkBaseUrl } from '../../src/openrouter/base-url.ts';
import { createKeysClient } from '../../src/openrouter/client.ts';
import { Secret } from '../../src/secret.ts';
import { DEFAULT_BASE_URL } from '../../src/settings.ts';

const { env } = process;
const never = new AbortController().signal;
const client = createKeysClient({
  baseUrl: checkBaseUrl(DEFAULT_BASE_URL),
  managementKey: new Secret(env.TEST_MANAGEMENT_KEY ?? ''),
  timeoutMs: Number(env.TEST_TIMEOUT_MS ?? 10_000),
  retries: 2,
  env,
  now: () => new Date(),
  random: () => 0,
  sleep: async () => {},
  stop: never,
  stopNow: never,
});
const outcome = await client.createKey(JSON.parse(env.TEST_NEW_KEY ?? '{}'));
const told =
  outcome.result === 'done'
    ? { ...outcome, secret: env.TEST_QUIET ? outcome.secret : outcome.secret.reveal() }
    : { ...outcome, stop: outcome.stop?.code, message: outcome.stop?.message, hint: outcome.stop?.hint };
process.stdout.write(JSON.stringify({ ...told, client: inspect(client, { depth: 20, showHidden: true }) }));
await client.close();
