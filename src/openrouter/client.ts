import { CliError, EXIT } from '../errors.ts';
import type { CurrentKey, KeysApi, Workspace } from '../keys/account-key.ts';
import type { BudgetsApi } from '../keys/budgets-api.ts';
import type { GuardrailsApi } from '../keys/guardrails-api.ts';
import type { UsageApi } from '../keys/usage-api.ts';
import { Redactor, type Secret } from '../secret.ts';
import { createActivityApi } from './activity.ts';
import { createAnalyticsApi } from './analytics.ts';
import type { Answer } from './answer.ts';
import { createBudgetsApi } from './budgets.ts';
import { openConnections } from './connections.ts';
import { createGuardrailsApi } from './guardrails.ts';
import { listAllKeys } from './list-keys.ts';
import { checkAuthorityFile, chooseProxy, type Environment } from './network-settings.ts';
import { changeOutcome, createOutcome } from './outcome.ts';
import { createGate } from './pace-gate.ts';
import { createQueryGate } from './query-gate.ts';
import type { KeyPage } from './read-ahead.ts';
import { readAccountKey, readAccountKeys, readCredits, readCurrentKey, readTotal, readWorkspaces } from './schemas.ts';
import { createSend } from './send.ts';
import { type Parse, parsed } from './success.ts';

export interface KeysClientOptions {
  /** as `checkBaseUrl` returned it */
  baseUrl: string;
  /** undefined = only `checkKey` can be asked */
  managementKey: Secret | undefined;
  /** for one exchange from connecting to the last byte; default 30,000 milliseconds */
  timeoutMs?: number | undefined;
  /** how many attempts may follow the first of a call; default 5 */
  retries?: number | undefined;
  /** most calls in flight; default 8 */
  concurrency?: number | undefined;
  /** most starts a second; default 10, Infinity = no limit; a read counts as a third */
  ratePerSecond?: number | undefined;
  /** where HTTPS_PROXY, HTTP_PROXY and NO_PROXY are looked up */
  env?: Environment | undefined;
  userAgent?: string | undefined;
  /** sent with each call: HTTP-Referer, X-OpenRouter-Title, X-OpenRouter-Categories */
  headers?: Readonly<Record<string, string>> | undefined;
  /** learns the management key, the secrets of new keys, and those in whose name is asked */
  redactor?: Redactor | undefined;
  now(): Date;
  /** 0 to 1, 1 excluded */
  random(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** once aborted nothing new starts: calls that wait end as `not_sent`, reads throw `interrupted` */
  stop: AbortSignal;
  /** drops what is in flight: a create then ends as `unknown` */
  stopNow: AbortSignal;
  onWait?: ((event: WaitEvent) => void) | undefined;
  /** how many keys a listing holds so far, after each page; undefined when it ended */
  onPage?: ((received: number | undefined) => void) | undefined;
  /** told the Date header of each answer */
  onDate?: ((header: string) => void) | undefined;
  /** asked right before a change is sent; an error keeps it back */
  mayChange?: (() => Promise<CliError | undefined>) | undefined;
}

/** The client waits; for the progress line. */
export interface WaitEvent {
  ms: number;
  because: string;
}

/** What the service says to one key: about itself, or that it does not accept it. */
export type KeyCheck = { accepted: true; key: CurrentKey } | { accepted: false; status: number; reason: string };

export interface KeysClient extends KeysApi, GuardrailsApi, BudgetsApi, UsageApi {
  /** GET /key in the name of another key; it spends nothing. Throws CliError where the service gives no verdict. */
  checkKey(secret: Secret): Promise<KeyCheck>;
  /** Ends every call, wait and connection: nothing of this client keeps the process alive afterwards. */
  close(): Promise<void>;
}

/**
 * The one client of OpenRouter's management API. All its calls share one pace. Reads throw a CliError; changes return an outcome.
 * https://openrouter.ai/docs/api/api-reference/api-keys
 */
export function createKeysClient(options: KeysClientOptions): KeysClient {
  const { baseUrl, managementKey, timeoutMs = 30_000, concurrency = 8, now, random, sleep, env = {} } = options;
  if (managementKey && !/^[\x21-\x7e]+$/.test(managementKey.reveal())) {
    throw new CliError(
      'unauthorized',
      EXIT.NOT_AUTHORIZED,
      'The management key is empty or contains an invalid character.',
      { hint: 'Copy it again, without quotes, spaces or line breaks.' },
    );
  }
  const connections = openConnections(chooseProxy(baseUrl, env), timeoutMs);
  const { redactor = new Redactor() } = options;
  if (managementKey) redactor.learn(managementKey);
  const closed = new AbortController();
  const stop = anyOf(options.stop, closed.signal);
  const stopNow = anyOf(options.stopNow, closed.signal);
  const onWait = (ms: number, because: string) => options.onWait?.({ ms, because });
  const gate = createGate({
    concurrency,
    ratePerSecond: options.ratePerSecond ?? 10,
    now,
    sleep,
    stop,
    onWait: (ms) => onWait(ms, 'OpenRouter asked for a pause'),
  });
  const send = createSend({
    baseUrl,
    managementKey,
    headers: printable({ ...options.headers, 'user-agent': options.userAgent ?? 'orkeys' }),
    timeoutMs,
    retries: options.retries ?? 5,
    gate,
    queryGate: createQueryGate({ gate, now, sleep, stop, onWait: (ms) => onWait(ms, QUERY_LIMIT) }),
    connections,
    redactor,
    checkAuthorityFile: () => checkAuthorityFile(env),
    now,
    random,
    sleep,
    stop,
    stopNow,
    onWait,
    onDate: (header) => options.onDate?.(header),
    mayChange: async () => options.mayChange?.(),
  });

  async function read<T>(path: string, parse: Parse<T>, dropped?: AbortSignal): Promise<T> {
    return parsed(await send({ method: 'GET', path, ...(dropped === undefined ? {} : { dropped }) }), parse);
  }
  const isManagementKey = (secret: Secret) => secret.reveal() === managementKey?.reveal();

  return {
    getCurrentKey: () => read('/key', readCurrentKey),
    async checkKey(secret) {
      redactor.learn(secret);
      const sent = await send({ method: 'GET', path: '/key', as: secret });
      const { outcome } = sent;
      const reason = outcome.kind === 'answer' ? outcome.error : undefined;
      if (outcome.kind === 'answer' && reason !== undefined && (outcome.status === 401 || outcome.status === 403)) {
        return { accepted: false, status: outcome.status, reason };
      }
      return { accepted: true, key: parsed(sent, readCurrentKey) };
    },
    getCredits: async ({ withinMs } = {}) =>
      parsed(
        await send({ method: 'GET', path: '/credits', ...(withinMs === undefined ? {} : { withinMs }) }),
        readCredits,
      ),

    listKeys({ workspace_id, onPage } = {}) {
      const query = new URLSearchParams({ include_disabled: 'true', include_expired: 'true' });
      if (workspace_id !== undefined) {
        query.set('workspace_id', workspace_id);
      }
      const fetchPage = (offset: number, dropped: AbortSignal) =>
        read(`/keys?offset=${offset}&${query}`, readKeyPage, dropped);
      const told = (received: number) => {
        onPage?.(received);
        options.onPage?.(received);
      };
      return listAllKeys(fetchPage, { ahead: concurrency, onPage: told, now }).finally(() =>
        options.onPage?.(undefined),
      );
    },

    async getKey(hash) {
      const sent = await send({ method: 'GET', path: pathOf(hash) });
      const { outcome } = sent;
      const gone = outcome.kind === 'answer' && outcome.status === 404 && outcome.error !== undefined;
      return gone ? undefined : parsed(sent, readAccountKey);
    },

    async createKey(wanted) {
      const outcome = createOutcome(await send({ method: 'POST', path: '/keys', body: wanted }), isManagementKey);
      if (outcome.result === 'done') redactor.learn(outcome.secret);
      return outcome;
    },
    updateKey: async (hash, patch) => changeOutcome(await send({ method: 'PATCH', path: pathOf(hash), body: patch })),
    deleteKey: async (hash, { always } = {}) =>
      changeOutcome(await send({ method: 'DELETE', path: pathOf(hash), ...(always ? { always } : {}) })),

    async listWorkspaces() {
      const known = new Map<string, Workspace>();
      for (let offset = 0; ; ) {
        const { page, total } = await read(`/workspaces?offset=${offset}&limit=100`, readWorkspacePage);
        const before = known.size;
        for (const workspace of page) {
          if (workspace !== undefined) {
            known.set(workspace.id, workspace);
          }
        }
        if (known.size === before || known.size >= total) {
          return [...known.values()];
        }
        offset += page.length;
      }
    },

    ...createGuardrailsApi(send, concurrency),
    ...createBudgetsApi(send),
    ...createAnalyticsApi(send),
    ...createActivityApi(send),
    async close() {
      closed.abort();
      await connections.close();
    },
  };
}

const QUERY_LIMIT = 'OpenRouter takes 64 usage queries a minute';

/** Like AbortSignal.any, which Node 20 may forget while somebody waits for it. */
function anyOf(...signals: readonly AbortSignal[]): AbortSignal {
  const any = new AbortController();
  for (const signal of signals) {
    if (signal.aborted) any.abort();
    signal.addEventListener('abort', () => any.abort(), { once: true, signal: any.signal });
  }
  return any.signal;
}

/** HTTP headers hold ASCII. */
function printable(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, value.replaceAll(/[^\x20-\x7e]/g, '?')]),
  );
}

function readKeyPage(json: unknown, { bytes, text }: Answer): KeyPage | undefined {
  const entries = readAccountKeys(json);
  if (entries === undefined) {
    return undefined;
  }
  const keys = entries.filter((entry) => entry !== undefined);
  return { keys, unreadable: entries.length - keys.length, bytes: Math.max(bytes, text.length) };
}

function readWorkspacePage(json: unknown) {
  const page = readWorkspaces(json);
  return page && { page, total: readTotal(json) ?? Number.POSITIVE_INFINITY };
}

function pathOf(hash: string): string {
  return `/keys/${encodeURIComponent(hash)}`;
}
