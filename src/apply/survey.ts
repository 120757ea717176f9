import { isLiving } from '../journal/attempt.ts';
import { heldKeys, type JournalState } from '../journal/fold.ts';
import { ownKeysByTag } from '../journal/ownership.ts';
import type { KeyListing, KeysApi } from '../keys/account-key.ts';
import { joinListings, unlocatedKeys, unresolvedAttempts } from '../plan/plan-sweep.ts';

/** What the account holds, looked at with the journal's doubts in mind. */
export interface Survey {
  listing: KeyListing;
  /** the listing joins two, a settle time apart, so that absence counts */
  sure: boolean;
  /** hashes of held keys that the account does not know any more */
  gone: Set<string>;
}

export interface SurveyTools {
  api: KeysApi;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  stop: AbortSignal;
  /** ms between the two listings that settle a doubt: a fresh key may be missing from the first */
  settleMs: number;
  /** workspaces to look into besides those that the journal names; undefined = the default one */
  workspaces: readonly (string | undefined)[];
}

/** Lists every workspace that matters, twice when an outcome is unknown. Held keys that no listing shows are asked for by hash. */
export async function surveyAccount(state: JournalState, tools: SurveyTools): Promise<Survey> {
  const workspaces = new Set([...tools.workspaces, ...workspacesOf(state)]);
  let listing = await listAll(workspaces, tools.api);
  let sure = false;
  if (hasDoubt(state, listing) && listing.complete) {
    await tools.sleep(tools.settleMs, tools.stop);
    if (!tools.stop.aborted) {
      listing = joinListings(listing, await listAll(workspaces, tools.api));
      sure = listing.complete;
    }
  }
  return { listing, sure, gone: await findGone(state, listing, tools.api) };
}

async function listAll(workspaces: Iterable<string | undefined>, api: KeysApi): Promise<KeyListing> {
  let joined: KeyListing | undefined;
  for (const workspace_id of workspaces) {
    const listing = await api.listKeys({ workspace_id });
    joined = joined ? joinListings(joined, listing) : listing;
  }
  return joined ?? { keys: [], complete: true };
}

/** True when no key listed tells what became of some create: then one look is not enough. */
function hasDoubt(state: JournalState, listing: KeyListing): boolean {
  const own = ownKeysByTag(state, listing.keys);
  return [...unresolvedAttempts(state), ...unlocatedKeys(state)].some(({ tag }) => !own.has(tag));
}

/** A listing lags and pages shift, so a held key's absence from it says little: only the key's own address does. */
async function findGone(state: JournalState, listing: KeyListing, api: KeysApi): Promise<Set<string>> {
  const listed = new Set(listing.keys.map(({ hash }) => hash));
  const missing = heldKeys(state)
    .filter(isLiving)
    .flatMap(({ facts: { hash } }) => (hash !== undefined && !listed.has(hash) ? [hash] : []));
  const found = await Promise.all(missing.map(async (hash) => ({ hash, key: await api.getKey(hash) })));
  return new Set(found.flatMap(({ hash, key }) => (key ? [] : [hash])));
}

function workspacesOf(state: JournalState): Set<string | undefined> {
  return new Set([...state.attempts.values()].map(({ intent }) => intent?.wanted.workspace_id));
}
