import { type KeySource, sourceText } from '../../connection/key-source.ts';
import type { Credits, CurrentKey, Workspace } from '../../keys/account-key.ts';
import { formatUsd, subtractUsd } from '../../money.ts';
import { renderDetails } from '../../terminal/details.ts';
import { formatInstant } from '../../terminal/time.ts';

export interface WhoamiView {
  key: CurrentKey;
  /** `sandbox` for the one in this process */
  baseUrl: string;
  /** undefined for the sandbox in this process */
  source: KeySource | undefined;
  /** undefined for a regular API key, which cannot read them */
  credits: Credits | undefined;
  workspace: Workspace | undefined;
}

export function renderWhoami(view: WhoamiView): string {
  const { key, source, credits, workspace } = view;
  const regular = key.is_management_key === false;
  return renderDetails([
    ['Key', `${key.label ?? 'unknown'}${source ? `, from ${sourceText(source)}` : ''}`],
    ['Kind', regular ? 'regular API key (cannot manage keys)' : 'management key'],
    ['Service', view.baseUrl === 'sandbox' ? 'sandbox (simulated)' : view.baseUrl],
    ['Workspace', workspaceText(key.workspace_id, workspace)],
    ['Organization', key.organization_id ?? undefined],
    ['Created by', key.creator_user_id ?? undefined],
    ['Limit', key.limit === undefined ? undefined : limitText(key)],
    ['Expires', key.expires_at ? formatInstant(key.expires_at) : 'never'],
    [
      'Credit',
      credits
        ? `${formatUsd(subtractUsd(credits.total_credits, credits.total_usage))} remaining (${formatUsd(credits.total_credits)} purchased, ${formatUsd(credits.total_usage)} spent)`
        : 'shown to management keys only',
    ],
  ]);
}

/** The same as JSON; money in USD, null = unlimited or unknown. */
export function whoamiJson({ key, baseUrl, source, credits, workspace }: WhoamiView) {
  return {
    version: 1,
    command: 'whoami',
    sandbox: baseUrl === 'sandbox',
    kind: key.is_management_key === false ? 'regular' : 'management',
    base_url: baseUrl,
    variable: source?.kind === 'variable' ? source.variable : null,
    variable_from: source?.kind === 'variable' ? source.from : null,
    profile: source?.kind === 'profile' ? profileJson(source) : null,
    key: currentKeyJson(key),
    workspace: workspace ? { id: workspace.id, slug: workspace.slug ?? null, name: workspace.name ?? null } : null,
    credits: credits ?? null,
    credit_left: credits ? subtractUsd(credits.total_credits, credits.total_usage) : null,
  };
}

/** An unknown limit is omitted, because null would mean unlimited. */
function currentKeyJson({ limit, ...key }: CurrentKey) {
  return {
    label: key.label ?? null,
    is_management_key: key.is_management_key ?? null,
    is_free_tier: key.is_free_tier ?? null,
    ...(limit === undefined ? {} : { limit }),
    limit_remaining: key.limit_remaining ?? null,
    limit_reset: key.limit_reset ?? null,
    usage: key.usage ?? null,
    expires_at: key.expires_at ?? null,
    creator_user_id: key.creator_user_id ?? null,
    organization_id: key.organization_id ?? null,
    workspace_id: key.workspace_id ?? null,
  };
}

function profileJson({ name, selectedBy, profile }: Extract<KeySource, { kind: 'profile' }>) {
  return { name, selected_by: selectedBy, store: profile.store };
}

function workspaceText(id: string | undefined, workspace: Workspace | undefined): string | undefined {
  const name = workspace?.name ?? workspace?.slug;
  return name === undefined ? id : `${name} (${id})`;
}

function limitText({ limit, limit_remaining, limit_reset }: CurrentKey): string {
  const remaining = limit === null || limit_remaining === undefined ? '' : `, ${formatUsd(limit_remaining)} remaining`;
  return `${formatUsd(limit)}${limit_reset ? ` ${limit_reset}` : ''}${remaining}`;
}
