import type { LiveState, Operation } from './account-state.ts';
import { badRequest, notFound } from './api-error.ts';
import {
  assignmentView,
  guardrailView,
  parseGuardrailChanges,
  parseKeyHashes,
  parseNewGuardrail,
  type StoredGuardrail,
} from './guardrail.ts';
import { modelList } from './models.ts';
import { defaultGuardrailId } from './workspace.ts';

/** What guardrails need of the account that they belong to. */
export interface GuardrailTools {
  state: LiveState;
  change(operation: Operation): void;
  newId(): string;
  timestamp(): string;
  /** the ID of an existing workspace, the default one if absent; throws ApiError 400 */
  workspaceOf(value: unknown): string;
  creator: string;
}

/** The guardrails of an account. Names are not unique, and a key has at most one. */
export class GuardrailBook {
  readonly #tools: GuardrailTools;

  constructor(tools: GuardrailTools) {
    this.#tools = tools;
  }

  create(body: unknown) {
    const { workspace_id, ...wanted } = parseNewGuardrail(body);
    const { newId, timestamp, workspaceOf, change } = this.#tools;
    const guardrail = { ...wanted, id: newId(), workspace_id: workspaceOf(workspace_id), created_at: timestamp() };
    change({ op: 'guardrail_created', guardrail });
    return { data: guardrailView(guardrail) };
  }

  /** Those of one workspace. */
  list(offset: number, limit: number, workspaceId: string | undefined) {
    const workspace = this.#tools.workspaceOf(workspaceId);
    const all = [...this.#tools.state.guardrails.values()].filter(({ workspace_id }) => workspace_id === workspace);
    return { data: all.slice(offset, offset + limit).map(guardrailView), total_count: all.length };
  }

  get(id: string) {
    return { data: guardrailView(this.#guardrail(id)) };
  }

  /** A PATCH to the ID that a workspace reserves for its default guardrail creates that guardrail. */
  update(id: string, body: unknown) {
    const changes = parseGuardrailChanges(body);
    const { state, timestamp, change } = this.#tools;
    const owner = this.#workspaceWithDefault(id);
    if (owner !== undefined) {
      if (changes.name !== undefined) throw badRequest('The name of a default guardrail cannot be changed');
      if (!state.guardrails.has(id)) {
        const guardrail = { id, name: 'Default guardrail', workspace_id: owner, created_at: timestamp() };
        change({ op: 'guardrail_created', guardrail });
      }
    }
    this.#guardrail(id);
    change({ op: 'guardrail_changed', id, changes: { ...changes, updated_at: timestamp() } });
    return this.get(id);
  }

  /** Its keys are unrestricted afterwards. */
  delete(id: string) {
    this.#guardrail(id);
    this.#tools.change({ op: 'guardrail_deleted', id });
    return { deleted: true };
  }

  /** Of all guardrails, or of one. */
  assignments(offset: number, limit: number, guardrailId?: string) {
    const { state, creator } = this.#tools;
    if (guardrailId !== undefined) this.#guardrail(guardrailId);
    const all = [...state.assignments.values()].flatMap((assignment) => {
      const key = state.keys.get(assignment.key_hash);
      const counts = guardrailId === undefined || assignment.guardrail_id === guardrailId;
      return key && counts ? [assignmentView(assignment, key, creator)] : [];
    });
    return { data: all.slice(offset, offset + limit), total_count: all.length };
  }

  /** Reassigns keys that have another guardrail; unknown keys, and keys in other workspaces, are skipped. */
  bind(guardrailId: string, body: unknown) {
    const { state, newId, timestamp, change } = this.#tools;
    if (this.#workspaceWithDefault(guardrailId) !== undefined) {
      throw badRequest('Cannot assign the default guardrail: it applies to all unassigned keys automatically');
    }
    const guardrail = this.#guardrail(guardrailId);
    const hashes = parseKeyHashes(body).filter((hash) => state.keys.has(hash));
    if (hashes.some((hash) => state.keys.get(hash)?.workspace_id !== guardrail.workspace_id)) {
      throw badRequest('Some keys are not in the workspace of the guardrail');
    }
    for (const key_hash of hashes) {
      const assignment = { id: newId(), guardrail_id: guardrailId, key_hash, created_at: timestamp() };
      change({ op: 'key_bound', assignment });
    }
    return { assigned_count: hashes.length };
  }

  unbind(guardrailId: string, body: unknown) {
    this.#guardrail(guardrailId);
    const { state, change } = this.#tools;
    const hashes = parseKeyHashes(body).filter((hash) => state.assignments.get(hash)?.guardrail_id === guardrailId);
    for (const hash of hashes) change({ op: 'key_unbound', hash });
    return { unassigned_count: hashes.length };
  }

  /** `GET /models/user`: what the default guardrail and that of the key both allow. */
  modelsOf(key: { hash: string; workspace_id: string } | undefined, modalities: string | null) {
    const { guardrails, assignments } = this.#tools.state;
    const own = key && guardrails.get(assignments.get(key.hash)?.guardrail_id ?? '');
    const common = key && guardrails.get(defaultGuardrailId(key.workspace_id));
    const allows = (guardrail: StoredGuardrail | undefined, model: string) =>
      guardrail?.allowed_models?.includes(model) ?? true;
    return modelList(modalities, (model) => allows(own, model) && allows(common, model));
  }

  #guardrail(id: string): StoredGuardrail {
    const guardrail = this.#tools.state.guardrails.get(id);
    if (guardrail === undefined) throw notFound();
    return guardrail;
  }

  #workspaceWithDefault(id: string): string | undefined {
    return [...this.#tools.state.workspaces.keys()].find((workspace) => defaultGuardrailId(workspace) === id);
  }
}
