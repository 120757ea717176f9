import { badRequest } from './api-error.ts';
import { fieldsOf } from './key-input.ts';

export interface StoredWorkspace {
  /** uuid */
  id: string;
  name: string;
  slug: string;
  description: string | null;
  created_at: string;
  /** absent = false */
  include_byok_in_budgets?: boolean;
}

export const DEFAULT_WORKSPACE_ID = '5a9db0c5-0000-4000-8000-000000000001';

/** The workspaces of a new account: the default one, and a second one for practice. */
export function initialWorkspaces(createdAt: string): StoredWorkspace[] {
  const description = null;
  return [
    { id: DEFAULT_WORKSPACE_ID, name: 'Default', slug: 'default', description, created_at: createdAt },
    {
      id: '5a9db0c5-0000-4000-8000-000000000002',
      name: 'Workshop',
      slug: 'workshop',
      description,
      created_at: createdAt,
    },
  ];
}

/** Body of `POST /workspaces`. Throws ApiError 400. */
export function parseNewWorkspace(body: unknown): Pick<StoredWorkspace, 'name' | 'slug' | 'description'> {
  const { name, slug, description } = fieldsOf(body);
  if (typeof name !== 'string' || name === '' || name.length > 100)
    throw badRequest('name must be 1 to 100 characters');
  if (typeof slug !== 'string' || slug.length > 50 || !SLUG.test(slug)) {
    throw badRequest('slug must be 1 to 50 lower-case letters and digits, separated by single hyphens');
  }
  if (description === undefined || description === null) return { name, slug, description: null };
  if (typeof description === 'string' && description.length <= 500) return { name, slug, description };
  throw badRequest('description must be at most 500 characters, or null');
}

/** Reserved for the default guardrail, whether or not it was configured. */
export function defaultGuardrailId(workspaceId: string): string {
  return workspaceId.replace(/^.{8}/, 'dddddddd');
}

/** The workspace object of `/workspaces`. */
export function workspaceView(workspace: StoredWorkspace, creator: string) {
  return {
    id: workspace.id,
    name: workspace.name,
    slug: workspace.slug,
    description: workspace.description,
    default_guardrail_id: defaultGuardrailId(workspace.id),
    default_text_model: null,
    default_image_model: null,
    default_provider_sort: null,
    include_byok_in_budgets: workspace.include_byok_in_budgets ?? false,
    is_observability_io_logging_enabled: false,
    is_observability_broadcast_enabled: false,
    is_data_discount_logging_enabled: true,
    io_logging_sampling_rate: 1,
    io_logging_api_key_ids: null,
    created_at: workspace.created_at,
    updated_at: null,
    created_by: creator,
  };
}

const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
