import type { KeyListing, KeysApi } from '../keys/account-key.ts';
import { joinListings } from '../plan/plan-sweep.ts';

/** The keys of one workspace, or of all: the API lists one workspace per request, the default one if none is given. */
export async function listWholeAccount(api: KeysApi, workspace: string | undefined): Promise<KeyListing> {
  if (workspace !== undefined) return api.listKeys({ workspace_id: workspace });
  const [first, workspaces] = await Promise.all([api.listKeys(), api.listWorkspaces()]);
  const seen = new Set(first.keys.map((key) => key.workspace_id));
  let listing = first;
  if (workspaces.length < 2) return listing;
  for (const { id } of workspaces.filter(({ id }) => !seen.has(id))) {
    listing = joinListings(listing, await api.listKeys({ workspace_id: id }));
  }
  return listing;
}
