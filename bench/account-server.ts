// The sandbox's account behind limits that can be had by no command: bundled and run in a process of its own by servers.js.
import { createServer } from 'node:http';
import { MANAGEMENT_KEY, SandboxAccount } from '../src/sandbox/account.ts';
import { answer } from '../src/sandbox/routes.ts';

interface Settings {
  latencyMs: number;
  /** keys that are there already, for so many days */
  keys: number;
  ageDays: number;
  limit: Limit | null;
}

/** A bucket. After `creates` keys made, it fills at `later` a second and holds `laterBurst`. */
interface Limit {
  perSecond: number;
  burst: number;
  /** seconds; null = no such header */
  retryAfter: number | null;
  creates: number;
  later: number;
  laterBurst?: number;
}

const { latencyMs, keys, ageDays, limit }: Settings = JSON.parse(process.argv[2] ?? '');
let ageMs = ageDays * 86_400_000;
const account = new SandboxAccount({
  now: () => new Date(Date.now() - ageMs),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
});
const authorization = `Bearer ${MANAGEMENT_KEY}`;
/** When each request came, ms: all, those refused, the POSTs, and those that made a key. */
const seen = { requests: [] as number[], refused: [] as number[], posted: [] as number[], created: [] as number[] };
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
ageMs = 0;

const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  if (request.url === '/seen') {
    response.end(JSON.stringify(seen));
    return;
  }
  const at = performance.now();
  seen.requests.push(at);
  const { method = 'GET', url = '/', headers } = request;
  if (method === 'POST') seen.posted.push(at);
  const passes = limit === null || mayPass(limit, at);
  if (!passes) seen.refused.push(at);
  const body = Buffer.concat(chunks).toString();
  const reply = passes ? answer(account, { method, url, authorization: headers.authorization, body }) : tooMany();
  if (method === 'POST' && reply.status === 201) seen.created.push(at);
  const respond = () => {
    response.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
    response.end(JSON.stringify(reply.body));
  };
  if (latencyMs > 0) setTimeout(respond, latencyMs);
  else respond();
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`http://127.0.0.1:${address.port}\n`);
});

function mayPass({ perSecond, burst, creates, later, laterBurst = burst }: Limit, now: number): boolean {
  const dropped = seen.created.length >= creates;
  const added = ((now - filledAt) / 1000) * (dropped ? later : perSecond);
  tokens = Math.min(dropped ? laterBurst : burst, tokens + added);
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
