import { isLiving } from '../journal/attempt.ts';
import { heldKeys, type JournalState } from '../journal/fold.ts';
import { ownKeysByTag } from '../journal/ownership.ts';
import type { AccountKey, KeyListing, KeysApi } from '../keys/account-key.ts';
import { joinListings, unlocatedKeys, unresolvedAttempts } from '../plan/plan-sweep.ts';

/** The keys on the account, checked for the unknown outcomes in the journal. */
export interface Survey {
  listing: KeyListing;
  /** the listing joins two, a few seconds apart, so that a missing key does not exist */
  conclusive: boolean;
  /** hashes of held keys that are no longer on the account */
  gone: Set<string>;
  /** held keys that are in no listing, and exist all the same */
  unlisted: AccountKey[];
}

export interface SurveyTools {
  api: KeysApi;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  stop: AbortSignal;
  /** ms between the two listings that resolve an unknown outcome: a new key may be missing from the first */
  recheckMs: number;
  /** workspaces to check in addition to those in the journal; undefined = the default one */
  workspaces: readonly (string | undefined)[];
}

/** Lists all relevant workspaces, twice if an outcome is unknown. Held keys that are in no listing are requested by hash. */
export async function surveyAccount(state: JournalState, tools: SurveyTools): Promise<Survey> {
  const workspaces = new Set([...tools.workspaces, ...workspacesOf(state)]);
  let listing = await listAll(workspaces, tools.api);
  let conclusive = false;
  if (needsSecondListing(state, listing) && listing.complete) {
    await tools.sleep(tools.recheckMs, tools.stop);
    if (!tools.stop.aborted) {
      listing = joinListings(listing, await listAll(workspaces, tools.api));
      conclusive = listing.complete;
    }
  }
  return { listing, conclusive, ...(await findUnlisted(state, listing, tools.api)) };
}

async function listAll(workspaces: Iterable<string | undefined>, api: KeysApi): Promise<KeyListing> {
  let joined: KeyListing | undefined;
  for (const workspace_id of workspaces) {
    const listing = await api.listKeys({ workspace_id });
    joined = joined ? joinListings(joined, listing) : listing;
  }
  return joined ?? { keys: [], complete: true };
}

/** Whether an outcome is unknown and no listed key resolves it: then one listing is not enough. */
function needsSecondListing(state: JournalState, listing: KeyListing): boolean {
  const own = ownKeysByTag(state, listing.keys);
  return [...unresolvedAttempts(state), ...unlocatedKeys(state)].some(({ tag }) => !own.has(tag));
}

/** A listing may lag behind and its pages may shift, so a missing key is not proof: only a request for the key itself is. */
async function findUnlisted(
  state: JournalState,
  listing: KeyListing,
  api: KeysApi,
): Promise<Pick<Survey, 'gone' | 'unlisted'>> {
  const listed = new Set(listing.keys.map(({ hash }) => hash));
  const missing = heldKeys(state)
    .filter(isLiving)
    .flatMap(({ facts: { hash } }) => (hash !== undefined && !listed.has(hash) ? [hash] : []));
  const found = await Promise.all(missing.map(async (hash) => ({ hash, key: await api.getKey(hash) })));
  return {
    gone: new Set(found.flatMap(({ hash, key }) => (key ? [] : [hash]))),
    unlisted: found.flatMap(({ key }) => key ?? []),
  };
}

function workspacesOf(state: JournalState): Set<string | undefined> {
  return new Set([...state.attempts.values()].map(({ intent }) => intent?.wanted.workspace_id));
}
