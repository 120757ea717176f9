import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { SandboxAccount } from './account.ts';
import { errorBody } from './api-error.ts';
import { createPaceLimit, type RateLimit } from './pace-limit.ts';
import { readBody } from './read-body.ts';
import { answer, type SandboxAnswer } from './routes.ts';

const MAX_BODY_BYTES = 1_000_000;

export interface SandboxOptions {
  account: SandboxAccount;
  /** 0 or absent = any free port */
  port?: number | undefined;
  /** loopback only */
  host?: '127.0.0.1' | '::1' | undefined;
  /** requests take effect immediately; the response is delayed by this much */
  latencyMs?: number | undefined;
  /** measured with the clock of the account */
  rateLimit?: RateLimit | undefined;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT/api/v1` */
  url: string;
  port: number;
  account: SandboxAccount;
  /** Closes open connections. */
  close(): Promise<void>;
}

/** Serves an account on loopback. Rejects with Node's own error if the port is not available (`EADDRINUSE`). */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { account, host = '127.0.0.1', rateLimit } = options;
  const closing = new AbortController();
  const mayPass = rateLimit === undefined ? () => true : createPaceLimit(rateLimit, () => account.now());
  const server = createServer((request, response) => {
    respond(request, response).catch(() => response.destroy());
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readBody(request, MAX_BODY_BYTES);
    const reply = mayPass() ? replyTo(account, request, body) : tooMany(rateLimit?.retryAfter ?? null);
    if (options.latencyMs) await wait(options.latencyMs, undefined, { signal: closing.signal });
    // The rest of a body that is too large is not read, so the connection cannot be reused.
    if (body === undefined) response.setHeader('connection', 'close');
    const date = new Date(account.now()).toUTCString();
    response.writeHead(reply.status, { 'content-type': 'application/json', date, ...reply.headers });
    response.end(JSON.stringify(reply.body));
  }

  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, host, () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address.port);
    });
  });
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${port}/api/v1`,
    port,
    account,
    close: () =>
      new Promise((resolve) => {
        closing.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function replyTo(account: SandboxAccount, request: IncomingMessage, body: string | undefined): SandboxAnswer {
  if (body === undefined) return { status: 413, headers: {}, body: errorBody(413, 'Request body too large') };
  try {
    const { method = 'GET', url = '/' } = request;
    return answer(account, { method, url, authorization: request.headers.authorization, body });
  } catch {
    return { status: 500, headers: {}, body: errorBody(500, 'Internal Server Error') };
  }
}

function tooMany(retryAfter: number | null): SandboxAnswer {
  return {
    status: 429,
    headers: retryAfter === null ? {} : { 'retry-after': String(retryAfter) },
    body: errorBody(429, 'Rate limit exceeded'),
  };
}
