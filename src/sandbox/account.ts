import {
  type AccountState,
  applyOperation,
  freshState,
  type LiveState,
  liveState,
  type Operation,
  type OperationLog,
  plainState,
} from './account-state.ts';
import { ApiError, badRequest, notFound } from './api-error.ts';
import { currentKeyView, isExpired, keyView, managementKeyView, newKey, type StoredKey } from './api-key.ts';
import { BudgetBook } from './budget-book.ts';
import { GuardrailBook } from './guardrail-book.ts';
import { sha256, uuid } from './identifiers.ts';
import { type InputContext, parseKeyChanges, parseNewKey, parseWorkspaceId } from './key-input.ts';
import { parseSpending } from './usage.ts';
import { UsageReports } from './usage-reports.ts';
import { DEFAULT_WORKSPACE_ID, parseNewWorkspace, type StoredWorkspace, workspaceView } from './workspace.ts';

/** The one management key of every sandbox account. */
export const MANAGEMENT_KEY = 'sk-or-v1-sandbox-management';
const KEYS_PER_PAGE = 100;
const CREATOR = 'user_sandbox';

export interface AccountOptions {
  now(): Date;
  /** cryptographically random bytes */
  random(bytes: number): Uint8Array;
  /** absent = the account lives in memory alone */
  log?: OperationLog;
  /** absent = on the Enterprise plan, so that everything can be practiced */
  enterprise?: boolean;
}

export interface KeyListQuery {
  offset: number;
  includeDisabled: boolean;
  includeExpired: boolean;
  /** undefined = the default workspace */
  workspaceId?: string | undefined;
}

/** Who sends the request: the management key, a working regular API key, or an unknown key. */
export type Caller = { kind: 'management' } | { kind: 'regular'; key: StoredKey } | { kind: 'unknown' };

/**
 * An OpenRouter account, implemented from https://openrouter.ai/docs/api/api-reference. Every method throws ApiError
 * where OpenRouter documents an error. Only the SHA-256 of each secret is stored.
 */
export class SandboxAccount {
  readonly #options: AccountOptions;
  readonly #state: LiveState;
  readonly #reports: UsageReports;
  readonly guardrails: GuardrailBook;
  readonly budgets: BudgetBook;

  constructor(options: AccountOptions, state?: AccountState) {
    this.#options = options;
    this.#state = state === undefined ? freshState(options.now().toISOString(), 1000) : liveState(state);
    this.#reports = new UsageReports(this.#state, CREATOR, () => this.now());
    const tools = {
      state: this.#state,
      change: (operation: Operation) => this.#change(operation),
      newId: () => uuid(options.random(16)),
      timestamp: () => this.#timestamp(),
    };
    this.guardrails = new GuardrailBook({
      ...tools,
      workspaceOf: (value) =>
        value === undefined ? DEFAULT_WORKSPACE_ID : parseWorkspaceId(value, this.#inputContext()),
      creator: CREATOR,
    });
    this.budgets = new BudgetBook({
      ...tools,
      workspaceOf: (idOrSlug) => this.getWorkspace(idOrSlug).data.id,
      enterprise: options.enterprise ?? true,
    });
  }

  static from(state: AccountState, options: AccountOptions): SandboxAccount {
    return new SandboxAccount(options, state);
  }

  toJSON(): AccountState {
    return plainState(this.#state);
  }

  /** Takes in what other processes changed. */
  catchUp(): void {
    for (const operation of this.#options.log?.read() ?? []) applyOperation(this.#state, operation);
  }

  /** milliseconds since the epoch */
  now(): number {
    return this.#options.now().getTime();
  }

  identify(secret: string): Caller {
    if (secret === MANAGEMENT_KEY) return { kind: 'management' };
    const key = this.#state.keys.get(sha256(secret));
    return key === undefined || key.disabled || isExpired(key, this.now())
      ? { kind: 'unknown' }
      : { kind: 'regular', key };
  }

  currentKey(caller: Caller) {
    if (caller.kind === 'unknown') throw new ApiError(401, 'User not found.');
    return {
      data:
        caller.kind === 'management'
          ? managementKeyView(MANAGEMENT_KEY, CREATOR, DEFAULT_WORKSPACE_ID)
          : currentKeyView(caller.key, this.now()),
    };
  }

  credits() {
    return { data: { total_credits: this.#state.total_credits, total_usage: this.#state.total_usage } };
  }

  /** Newest first, at most 100. */
  listKeys({ offset, includeDisabled, includeExpired, workspaceId }: KeyListQuery) {
    const now = this.now();
    const workspace =
      workspaceId === undefined ? DEFAULT_WORKSPACE_ID : parseWorkspaceId(workspaceId, this.#inputContext());
    const visible = [...this.#state.keys.values()].filter(
      (key) =>
        key.workspace_id === workspace &&
        (includeDisabled || !key.disabled) &&
        (includeExpired || !isExpired(key, now)),
    );
    const page = visible.reverse().slice(offset, offset + KEYS_PER_PAGE);
    return { data: page.map((key) => keyView(key, now)) };
  }

  /** `key` is the secret, which is returned only here. */
  createKey(body: unknown) {
    const terms = parseNewKey(body, this.#inputContext());
    const secret = `sk-or-v1-sandbox-${Buffer.from(this.#options.random(24)).toString('hex')}`;
    const key = newKey(terms, sha256(secret), secret, this.#timestamp());
    this.#change({ op: 'key_created', key });
    return { data: keyView(key, this.now()), key: secret };
  }

  getKey(hash: string) {
    return { data: keyView(this.#key(hash), this.now()) };
  }

  updateKey(hash: string, body: unknown) {
    this.#key(hash);
    const changes = parseKeyChanges(body, this.#inputContext());
    this.#change({ op: 'key_changed', hash, changes: { ...changes, updated_at: this.#timestamp() } });
    return this.getKey(hash);
  }

  deleteKey(hash: string) {
    this.#key(hash);
    this.#change({ op: 'key_deleted', hash });
    return { deleted: true };
  }

  /** Simulates that a participant's key spent `usd`; `details` as for `POST /sandbox/spend`. Not part of OpenRouter's API. */
  spend(hash: string, usd: number, details: Readonly<Record<string, unknown>> = {}) {
    this.#key(hash);
    this.#change({ op: 'spent', hash, ...parseSpending({ ...details, usd }, this.now()) });
    return this.getKey(hash);
  }

  queryAnalytics(body: unknown) {
    return this.#reports.query(body);
  }

  activity(query: URLSearchParams) {
    return this.#reports.activity(query);
  }

  listWorkspaces(offset: number, limit: number) {
    const all = [...this.#state.workspaces.values()];
    return {
      data: all.slice(offset, offset + limit).map((workspace) => workspaceView(workspace, CREATOR)),
      total_count: all.length,
    };
  }

  getWorkspace(idOrSlug: string) {
    const workspace = this.#state.workspaces.get(idOrSlug) ?? this.#workspaceBySlug(idOrSlug);
    if (workspace === undefined) throw notFound();
    return { data: workspaceView(workspace, CREATOR) };
  }

  createWorkspace(body: unknown) {
    const wanted = parseNewWorkspace(body);
    if (this.#workspaceBySlug(wanted.slug) !== undefined) throw badRequest('A workspace with this slug exists');
    const id = uuid(this.#options.random(16));
    const workspace = { ...wanted, id, created_at: this.#timestamp() };
    this.#change({ op: 'workspace_created', workspace });
    return { data: workspaceView(workspace, CREATOR) };
  }

  #change(operation: Operation): void {
    const { log } = this.#options;
    if (log === undefined) {
      applyOperation(this.#state, operation);
      return;
    }
    log.append(operation);
    this.catchUp();
  }

  #key(hash: string): StoredKey {
    const key = this.#state.keys.get(hash);
    if (key === undefined) throw notFound();
    return key;
  }

  #workspaceBySlug(slug: string): StoredWorkspace | undefined {
    return [...this.#state.workspaces.values()].find((workspace) => workspace.slug === slug);
  }

  /** Microseconds and +00:00, as OpenRouter returns them; the last three digits count the keys created. */
  #timestamp(): string {
    const micros = String(this.#state.made % 1000).padStart(3, '0');
    return this.#options.now().toISOString().replace('Z', `${micros}+00:00`);
  }

  #inputContext(): InputContext {
    return {
      now: this.now(),
      defaultWorkspaceId: DEFAULT_WORKSPACE_ID,
      defaultCreator: CREATOR,
      hasWorkspace: (id) => this.#state.workspaces.has(id),
    };
  }
}
