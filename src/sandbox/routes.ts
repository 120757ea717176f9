import type { Caller, KeyListQuery, SandboxAccount } from './account.ts';
import { ApiError, badRequest, errorBody, notFound } from './api-error.ts';
import { fieldsOf } from './key-input.ts';
import { modelList } from './models.ts';

export interface SandboxRequest {
  method: string;
  /** path and query, `/api/v1/keys?offset=0` */
  url: string;
  authorization?: string | undefined;
  body: string;
}

export interface SandboxAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}

/** Handles a request and returns the response. Throws only errors from reading and saving the account. */
export function answer(account: SandboxAccount, request: SandboxRequest): SandboxAnswer {
  account.catchUp();
  try {
    return { headers: {}, ...handle(account, request) };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { status: error.status, headers: error.headers, body: errorBody(error.status, error.message) };
  }
}

type Reply = Pick<SandboxAnswer, 'status' | 'body'>;
/** `reference`: the hash, ID or slug in the path; `part`: what is named below it */
type Handler = (account: SandboxAccount, call: Call, reference: string, part: string) => Reply;
interface Call {
  caller: Caller;
  query: URLSearchParams;
  body: string;
}
interface Route {
  path: RegExp;
  methods: Readonly<Record<string, Handler>>;
  /** the response to a regular API key; absent = 403 */
  regular?: Handler;
  /** answers anybody, without a key */
  open?: true;
}

const ROUTES: readonly Route[] = [
  {
    path: /^\/api\/v1\/keys$/,
    methods: {
      GET: (account, { query }) => ok(account.listKeys(keyListQuery(query))),
      POST: (account, call) => created(account.createKey(jsonOf(call))),
    },
  },
  {
    path: /^\/api\/v1\/keys\/([^/]+)$/,
    methods: {
      GET: (account, _, hash) => ok(account.getKey(hash)),
      PATCH: (account, call, hash) => ok(account.updateKey(hash, jsonOf(call))),
      DELETE: (account, _, hash) => ok(account.deleteKey(hash)),
    },
  },
  {
    path: /^\/api\/v1\/workspaces$/,
    methods: {
      GET: (account, { query }) => ok(account.listWorkspaces(...pageOf(query))),
      POST: (account, call) => created(account.createWorkspace(jsonOf(call))),
    },
  },
  {
    path: /^\/api\/v1\/workspaces\/([^/]+)$/,
    methods: { GET: (account, _, idOrSlug) => ok(account.getWorkspace(idOrSlug)) },
  },
  {
    path: /^\/api\/v1\/workspaces\/([^/]+)\/budgets$/,
    methods: { GET: ({ budgets }, _, workspace) => ok(budgets.list(workspace)) },
  },
  {
    path: /^\/api\/v1\/workspaces\/([^/]+)\/budgets\/([^/]+)$/,
    methods: {
      GET: ({ budgets }, _, workspace, interval) => ok(budgets.get(workspace, interval)),
      PUT: ({ budgets }, call, workspace, interval) => ok(budgets.put(workspace, interval, jsonOf(call))),
      DELETE: ({ budgets }, _, workspace, interval) => ok(budgets.delete(workspace, interval)),
    },
  },
  {
    path: /^\/api\/v1\/guardrails$/,
    methods: {
      GET: ({ guardrails }, { query }) => ok(guardrails.list(...pageOf(query), query.get('workspace_id') ?? undefined)),
      POST: ({ guardrails }, call) => created(guardrails.create(jsonOf(call))),
    },
  },
  {
    path: /^\/api\/v1\/guardrails\/assignments\/keys$/,
    methods: { GET: ({ guardrails }, { query }) => ok(guardrails.assignments(...pageOf(query))) },
  },
  {
    path: /^\/api\/v1\/guardrails\/([^/]+)$/,
    methods: {
      GET: ({ guardrails }, _, id) => ok(guardrails.get(id)),
      PATCH: ({ guardrails }, call, id) => ok(guardrails.update(id, jsonOf(call))),
      DELETE: ({ guardrails }, _, id) => ok(guardrails.delete(id)),
    },
  },
  {
    path: /^\/api\/v1\/guardrails\/([^/]+)\/assignments\/keys$/,
    methods: {
      GET: ({ guardrails }, { query }, id) => ok(guardrails.assignments(...pageOf(query), id)),
      POST: ({ guardrails }, call, id) => ok(guardrails.bind(id, jsonOf(call))),
    },
  },
  {
    path: /^\/api\/v1\/guardrails\/([^/]+)\/assignments\/keys\/remove$/,
    methods: { POST: ({ guardrails }, call, id) => ok(guardrails.unbind(id, jsonOf(call))) },
  },
  {
    // There are no members in the sandbox.
    path: /^\/api\/v1\/guardrails\/([^/]+)\/assignments\/members$/,
    methods: {
      GET: ({ guardrails }, _, id) => {
        guardrails.get(id);
        return ok({ data: [], total_count: 0 });
      },
    },
  },
  {
    path: /^\/api\/v1\/models$/,
    methods: { GET: (_, { query }) => ok(modelList(query.get('output_modalities'))) },
    open: true,
  },
  {
    path: /^\/api\/v1\/models\/user$/,
    methods: { GET: ({ guardrails }, { query }) => ok(guardrails.modelsOf(undefined, query.get('output_modalities'))) },
    regular: ({ guardrails }, { query, caller }) =>
      ok(guardrails.modelsOf(caller.kind === 'regular' ? caller.key : undefined, query.get('output_modalities'))),
  },
  {
    path: /^\/api\/v1\/analytics\/query$/,
    methods: { POST: (account, call) => ok(account.queryAnalytics(jsonOf(call))) },
  },
  {
    path: /^\/api\/v1\/activity$/,
    methods: { GET: (account, { query }) => ok(account.activity(query)) },
  },
  {
    path: /^\/api\/v1\/credits$/,
    methods: { GET: (account) => ok(account.credits()) },
    // As reported for OpenRouter: a regular API key gets zeros, not 403.
    regular: () => ok({ data: { total_credits: 0, total_usage: 0 } }),
  },
  {
    path: /^\/api\/v1\/key$/,
    methods: { GET: (account, { caller }) => ok(account.currentKey(caller)) },
    regular: (account, { caller }) => ok(account.currentKey(caller)),
  },
  {
    // Not part of OpenRouter's API, so outside /api/v1: simulates spending.
    path: /^\/sandbox\/spend$/,
    methods: { POST: (account, call) => ok(spendOf(account, call)) },
  },
];

function handle(account: SandboxAccount, request: SandboxRequest): Reply {
  const { pathname, searchParams: query } = new URL(request.url, 'http://sandbox');
  const route = ROUTES.find(({ path }) => path.test(pathname));
  if (route === undefined) throw notFound();
  const { methods, path, regular, open } = route;
  const handler = Object.hasOwn(methods, request.method) ? methods[request.method] : undefined;
  if (handler === undefined) throw new ApiError(405, 'Method not allowed', { allow: Object.keys(methods).join(', ') });

  if (open) return handler(account, { caller: { kind: 'unknown' }, query, body: request.body }, '', '');
  const caller = account.identify(secretOf(request.authorization));
  if (caller.kind === 'unknown') throw new ApiError(401, 'User not found.');
  const allowed = caller.kind === 'management' ? handler : regular;
  if (allowed === undefined) throw new ApiError(403, 'Only management keys can perform this operation');
  const [, reference = '', part = ''] = path.exec(pathname) ?? [];
  return allowed(account, { caller, query, body: request.body }, segment(reference), segment(part));
}

function secretOf(authorization: string | undefined): string {
  const secret = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (secret === undefined) throw new ApiError(401, 'Missing Authentication header');
  return secret;
}

function segment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw notFound();
  }
}

function keyListQuery(query: URLSearchParams): KeyListQuery {
  return {
    offset: readInteger(query, 'offset', 0, 0),
    includeDisabled: query.get('include_disabled') === 'true',
    includeExpired: query.get('include_expired') === 'true',
    workspaceId: query.get('workspace_id') ?? undefined,
  };
}

/** offset and length */
function pageOf(query: URLSearchParams): [number, number] {
  return [readInteger(query, 'offset', 0, 0), readInteger(query, 'limit', 50, 1, 100)];
}

function readInteger(query: URLSearchParams, name: string, absent: number, min: number, max?: number): number {
  const text = query.get(name) ?? '';
  if (text === '') return absent;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= min && value <= (max ?? Number.MAX_SAFE_INTEGER)) return value;
  throw badRequest(
    `${name} must be a whole number of at least ${min}${max === undefined ? '' : ` and at most ${max}`}`,
  );
}

function spendOf(account: SandboxAccount, call: Call) {
  const { hash, usd, ...details } = fieldsOf(jsonOf(call));
  if (typeof hash !== 'string' || typeof usd !== 'number') throw badRequest('hash and usd are required');
  return account.spend(hash, usd, details);
}

function jsonOf({ body }: Call): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw badRequest('Request body must be JSON');
  }
}

function ok(body: unknown): Reply {
  return { status: 200, body };
}

function created(body: unknown): Reply {
  return { status: 201, body };
}
