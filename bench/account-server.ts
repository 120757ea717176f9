// The sandbox's account behind limits that can be had by no command: bundled and run in a process of its own by servers.js.
import { createServer } from 'node:http';
import { MANAGEMENT_KEY, SandboxAccount } from '../src/sandbox/account.ts';
import { answer } from '../src/sandbox/routes.ts';

interface Settings {
  latencyMs: number;
  /** keys that are there already */
  keys: number;
  /** a bucket; after `creates` keys made, it fills at `later` a second */
  limit: { perSecond: number; burst: number; retryAfter: number | null; creates: number; later: number } | null;
}

const { latencyMs, keys, limit }: Settings = JSON.parse(process.argv[2] ?? '');
const account = new SandboxAccount({
  now: () => new Date(),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
});
const authorization = `Bearer ${MANAGEMENT_KEY}`;
const seen = { requests: 0, refused: 0, created: [] as number[] };
let tokens = limit?.burst ?? 0;
let filledAt = performance.now();

for (let index = 0; index < keys; index += 1) {
  answer(account, {
    method: 'POST',
    url: '/api/v1/keys',
    authorization,
    body: JSON.stringify({ name: `Other_${index}` }),
  });
}

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.url === '/seen') {
    response.end(JSON.stringify(seen));
    return;
  }
  seen.requests += 1;
  const { method = 'GET', url = '/', headers } = request;
  const passes = mayPass();
  if (!passes) seen.refused += 1;
  const body = Buffer.concat(chunks).toString();
  const reply = passes ? answer(account, { method, url, authorization: headers.authorization, body }) : tooMany();
  if (method === 'POST' && reply.status === 201) seen.created.push(performance.now());
  setTimeout(() => {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.body));
  }, latencyMs);
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});

function mayPass(): boolean {
  if (limit === null) return true;
  const now = performance.now();
  const perSecond = seen.created.length >= limit.creates ? limit.later : limit.perSecond;
  tokens = Math.min(limit.burst, tokens + ((now - filledAt) / 1000) * perSecond);
  filledAt = now;
  if (tokens < 1) return false;
  tokens -= 1;
  return true;
}

function tooMany() {
  const after = limit?.retryAfter ?? null;
  const headers: Record<string, string> = after === null ? {} : { 'retry-after': String(after) };
  return { status: 429, headers, body: { error: { code: 429, message: 'Rate limit exceeded' } } };
}
