import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { onTestFinished } from 'vitest';
import { MANAGEMENT_KEY, type SandboxAccount } from '../../src/sandbox/account.ts';
import { readBody } from '../../src/sandbox/read-body.ts';
import { answer, type SandboxAnswer } from '../../src/sandbox/routes.ts';
import type { Fault } from './faults.ts';
import { createOracle, type Oracle, type RequestRecord, tagOf } from './oracle.ts';
import { newAccount } from './sandbox.ts';
import { sendAnswer } from './send-answer.ts';

export type Rules = (request: RequestRecord, server: FaultyServer) => Fault | undefined;

/** The phases of a request: it arrived, the account is about to act, the account acted, the answer (if any) went out. */
type Phase = 'received' | 'committing' | 'committed' | 'answered';

export interface FaultyOptions {
  account?: SandboxAccount;
  rules?: Rules;
  /** absent = any free one */
  port?: number;
  /** whose address this one takes over from now on; it stays that one's to close */
  successorOf?: FaultyServer;
  /** what arrived before, as far as the oracle is to know of it */
  history?: readonly RequestRecord[];
  /** a key made here is missing from the next so many answers to `GET /keys` */
  listLag?: number;
  /** Awaited at every phase; `event` counts 1, 2, 3 … over all requests. The place to kill a child at the N-th event. */
  onEvent?(phase: Phase, request: RequestRecord, event: number): void | Promise<void>;
}

export interface FaultyServer extends Oracle {
  /** `http://127.0.0.1:PORT/api/v1` */
  url: string;
  port: number;
  http: Server;
  managementKey: string;
  account: SandboxAccount;
  /** all requests, in the order of arrival */
  requests: readonly RequestRecord[];
  setRules(rules: Rules): void;
  /** Does now what faults have put off. */
  land(): void;
  close(): Promise<void>;
}

/** Rules by route and turn: `script({ 'POST /keys': [undefined, resetAfterCommit] })` hits the second create. */
export function script(turns: Record<string, readonly (Fault | undefined)[]>): Rules {
  return ({ route, nth }) => turns[route]?.[nth - 1];
}

/** A faulty server for the running test, closed after it. */
export async function useFaultyServer(options: FaultyOptions = {}): Promise<FaultyServer> {
  const server = await startFaultyServer(options);
  onTestFinished(() => server.close());
  return server;
}

/** A real HTTP server on loopback in front of a sandbox account: keeps a record of all, and breaks what the rules say. */
export async function startFaultyServer(options: FaultyOptions = {}): Promise<FaultyServer> {
  const { account = newAccount(), listLag = 0, successorOf } = options;
  let rules: Rules = options.rules ?? (() => undefined);
  let events = 0;
  const requests: RequestRecord[] = [...(options.history ?? [])];
  const nthOfRoute = new Map<string, number>();
  const pending = new Map<() => void, { dueAt: number; timer?: NodeJS.Timeout }>();
  const hiddenFor = new Map<string, number>();

  const http = successorOf?.http.removeAllListeners('request') ?? createServer();
  http.on('request', (request, response) => {
    response.on('error', () => undefined);
    handle(request, response).catch(() => response.destroy());
  });

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const record = newRecord(request);
    requests.push(record);
    readText(record, (await readBody(request, 10_000_000)) ?? '');
    await happens('received', record);
    landDue(record.n);

    const fault = rules(record, server) ?? {};
    fault.before?.(account);
    const own = await commit(record, fault);
    await fault.wait?.();
    const reply = lagged(record, own ?? { status: 200, headers: {}, body: {} });
    const body = fault.body ?? (fault.edit ? fault.edit(reply.body) : reply.body);
    const sending = fault.send ?? { how: 'whole' };
    record.status = ['reset', 'close', 'hang'].includes(sending.how) ? 0 : (fault.status ?? reply.status);
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    await sendAnswer(
      response,
      {
        status: record.status,
        headers: { 'content-type': 'application/json', ...reply.headers, ...fault.headers },
        text,
        bytes: fault.compress?.(text),
      },
      sending,
    );
    await happens('answered', record);
  }

  function newRecord({ method = '', url = '', headers }: IncomingMessage): RequestRecord {
    const path = url.replace(/^\/api\/v1/, '');
    const route = `${method} ${path.replace(/\?.*/, '').replace(/^\/keys\/[^/]+$/, '/keys/{hash}')}`;
    const nth = (nthOfRoute.get(route) ?? 0) + 1;
    nthOfRoute.set(route, nth);
    const unknown = { name: undefined, tag: undefined, secret: undefined, hash: undefined };
    const { authorization } = headers;
    return {
      n: requests.length + 1,
      method,
      path,
      route,
      nth,
      authorization,
      body: '',
      committed: false,
      status: 0,
      ...unknown,
    };
  }

  function readText(record: RequestRecord, body: string): void {
    const hash = /^\/keys\/([0-9a-f]{64})/.exec(record.path)?.[1];
    const isThere = hash !== undefined && account.toJSON().keys.find((key) => key.hash === hash);
    record.body = body;
    record.hash = hash;
    record.name = isThere ? isThere.name : nameIn(body);
    record.tag = tagOf(record.name ?? '');
  }

  async function happens(phase: Phase, record: RequestRecord): Promise<void> {
    events += 1;
    await options.onEvent?.(phase, record, events);
  }

  /** What the account answers; undefined when it did not act (yet). */
  async function commit(record: RequestRecord, fault: Fault): Promise<SandboxAnswer | undefined> {
    const url = `/api/v1${record.path}`;
    const act = () => {
      const asked = { method: record.method, url: fault.url?.(url) ?? url, body: record.body };
      const reply = answer(account, { ...asked, authorization: record.authorization });
      record.committed = record.method !== 'GET' && reply.status < 300;
      if (record.route === 'POST /keys' && record.committed) remember(record, reply.body);
      return reply;
    };
    const when = fault.commit ?? 'now';
    if (when === 'never') return undefined;
    if (when !== 'now') {
      const land = () => {
        clearTimeout(pending.get(land)?.timer);
        pending.delete(land);
        act();
      };
      if ('afterRequests' in when) pending.set(land, { dueAt: record.n + when.afterRequests });
      else pending.set(land, { dueAt: Number.POSITIVE_INFINITY, timer: setTimeout(land, when.afterMs) });
      return undefined;
    }
    await happens('committing', record);
    const reply = act();
    await happens('committed', record);
    return reply;
  }

  function remember(record: RequestRecord, body: unknown): void {
    const made = body as { key: string; data: { hash: string } };
    record.secret = made.key;
    record.hash = made.data.hash;
    if (listLag > 0) hiddenFor.set(made.data.hash, listLag);
  }

  function landDue(n: number): void {
    for (const [land, { dueAt }] of [...pending]) if (dueAt <= n) land();
  }

  function lagged(record: RequestRecord, reply: SandboxAnswer): SandboxAnswer {
    if (record.route !== 'GET /keys' || reply.status !== 200 || hiddenFor.size === 0) return reply;
    const { data } = reply.body as { data: { hash: string }[] };
    const body = { data: data.filter(({ hash }) => !hiddenFor.has(hash)) };
    for (const [hash, left] of [...hiddenFor]) {
      if (left === 1) hiddenFor.delete(hash);
      else hiddenFor.set(hash, left - 1);
    }
    return { ...reply, body };
  }

  if (!successorOf) {
    http.listen(options.port ?? 0, '127.0.0.1');
    await once(http, 'listening');
  }
  const { port } = http.address() as { port: number };
  const server: FaultyServer = {
    ...createOracle(account, requests),
    url: `http://127.0.0.1:${port}/api/v1`,
    port,
    http,
    managementKey: MANAGEMENT_KEY,
    account,
    requests,
    setRules: (next) => {
      rules = next;
    },
    land: () => {
      for (const land of [...pending.keys()]) land();
    },
    close: () =>
      new Promise((resolve) => {
        for (const { timer } of pending.values()) clearTimeout(timer);
        if (successorOf || !http.listening) return resolve();
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

function nameIn(body: string): string | undefined {
  try {
    const { name } = JSON.parse(body);
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}
