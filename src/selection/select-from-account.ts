import { resolveWorkspace, type Session } from '../connection/session.ts';
import { listWholeAccount } from '../connection/whole-account.ts';
import { usageError } from '../errors.ts';
import { hashOf, rememberedKey } from '../journal/attempt.ts';
import { indexPeople } from '../journal/people.ts';
import type { AccountKey, KeyListing } from '../keys/account-key.ts';
import { type Candidate, hasEmail, type KeySelector, selectKeys } from '../keys/select-keys.ts';
import { nearMisses } from '../near-misses.ts';
import { foldEmail } from '../roster/identity.ts';
import type { Roster } from '../roster/participant.ts';
import { participantName } from '../roster/participant-name.ts';
import { type KnownKeys, readKnownKeys } from '../workshop/known-keys.ts';
import { incompleteListing } from './incomplete-listing.ts';
import type { ReadSelectors } from './read-selectors.ts';

/** The keys that the user means. */
export interface Selection {
  /** on the account, with whose they are */
  keys: Candidate[];
  /** meant too, but not on the account any more, as far as its list says: what the journals know of them */
  missing: Candidate[];
  known: KnownKeys;
  listing: KeyListing;
}

/** What the account and the journals say about the keys that the flags mean. Changes nothing. */
export async function selectFromAccount(
  read: ReadSelectors,
  session: Session,
  now: Date,
  account?: string,
): Promise<Selection> {
  const workspace = await resolveWorkspace(session, read.workspace);
  const [listing, known] = await Promise.all([
    listWholeAccount(session.api, workspace),
    readKnownKeys(session.outRoot, { baseUrl: session.baseUrl, account }),
  ]);
  const candidates = listing.keys.map((key) => candidateOf(key, known));
  const unlisted = unlistedKeys(listing.keys, known).filter(
    ({ key }) => workspace === undefined || key.workspace_id === workspace,
  );
  const selector = { ...read.selector, ...peopleSelector(read, known) };
  checkHashes(selector, [...candidates, ...unlisted]);
  return {
    keys: selectKeys(candidates, selector, now),
    missing: selectKeys(unlisted, selector, now),
    known,
    listing,
  };
}

/** A list lags, so a key's absence from it says little: only its own address does. */
export async function confirmMissing(selection: Selection, api: Session['api']): Promise<Selection> {
  const { known } = selection;
  const found = await Promise.all(
    selection.missing.map(async (candidate) => {
      const { hash } = candidate.key;
      const life = known.byHash.get(hash)?.held.life;
      const isOpen = known.workshops.some(({ state }) => state.openChanges.has(hash));
      const doubtful = isOpen || life === 'active' || life === 'disabled';
      return { candidate, key: doubtful ? await api.getKey(hash) : undefined };
    }),
  );
  return {
    ...selection,
    keys: [...selection.keys, ...found.flatMap(({ candidate, key }) => (key ? [{ ...candidate, key }] : []))],
    missing: found.flatMap(({ candidate, key }) => (key ? [] : [candidate])),
  };
}

/** For changing commands: the list must be whole, and every hash and address typed must mean something. */
export function requireMatches(read: ReadSelectors, { keys, missing, known, listing }: Selection): void {
  if (!listing.complete) throw incompleteListing(listing, 'Nothing was changed. Run the same command again.');
  const all = [...keys, ...missing];
  const hash = read.selector.hashes?.find((wanted) => !all.some(({ key }) => key.hash.startsWith(wanted)));
  const email = read.selector.emails?.find((wanted) => !all.some(({ participant }) => hasEmail(participant, wanted)));
  const what = hash !== undefined ? `--hash ${hash}` : email !== undefined ? `--email ${email}` : read.typed.join(' ');
  if (all.length > 0 && hash === undefined && email === undefined) return;
  throw usageError('nothing_selected', `No key matches ${what || '--all'}. Nothing was changed.`, {
    hint:
      email === undefined
        ? (nearPrefix(read, known) ?? 'To list all keys, run: orkeys list')
        : `Email addresses come from the journals in the output folder. ${foldEmail(email)} is in none of them, or its key does not match the other options.`,
  });
}

/** The workshop here that a prefix was probably meant to name. */
export function nearPrefix({ selector: { prefix } }: ReadSelectors, { workshops }: KnownKeys): string | undefined {
  if (prefix === undefined) return undefined;
  const known = workshops.map((workshop) => workshop.prefix);
  const near = nearMisses(prefix, known, 1)[0];
  return near === undefined || near === prefix ? undefined : `Did you mean --prefix ${near}?`;
}

function candidateOf(key: AccountKey, known: KnownKeys): Candidate {
  return { key, participant: known.byHash.get(key.hash)?.held.participant ?? null };
}

/** Keys that a journal holds, or was about to change, and that the account does not list. */
function unlistedKeys(listed: readonly AccountKey[], known: KnownKeys): Candidate[] {
  const there = new Set(listed.map(({ hash }) => hash));
  const found = new Map<string, Candidate>();
  for (const { state } of known.workshops) {
    for (const [hash, { before, name }] of state.openChanges) {
      if (!there.has(hash)) found.set(hash, { key: { ...before, hash, name }, participant: null });
    }
  }
  for (const [hash, { held }] of known.byHash) {
    if (!there.has(hash)) found.set(hash, { key: { ...rememberedKey(held), hash }, participant: held.participant });
  }
  return [...found.values()];
}

export function peopleSelector({ from, notIn }: ReadSelectors, known: KnownKeys): KeySelector {
  return {
    ...(from ? { among: hashesOf(from, known) } : {}),
    ...(notIn ? { notAmong: hashesOf(notIn, known) } : {}),
  };
}

/** Hashes of all keys that were ever made for the people of a roster, recognised as provisioning recognises them. */
function hashesOf({ participants }: Roster, known: KnownKeys): Set<string> {
  const hashes = new Set<string>();
  for (const { state } of known.workshops) {
    const people = indexPeople(state);
    for (const { attempts } of participants.flatMap((participant) => people.find(participant))) {
      for (const hash of attempts.flatMap((attempt) => hashOf(attempt) ?? [])) hashes.add(hash);
    }
  }
  return hashes;
}

/** The beginning of a hash must fit one key only. */
function checkHashes({ hashes = [] }: KeySelector, candidates: readonly Candidate[]): void {
  for (const hash of hashes) {
    const fitting = candidates.filter(({ key }) => key.hash.startsWith(hash));
    if (fitting.length < 2) continue;
    throw usageError('ambiguous_hash', `--hash ${hash} matches ${fitting.length} keys. Nothing was changed.`, {
      hint: 'Use more characters of the hash.',
      issues: fitting.map(({ key, participant }) => ({
        code: 'candidate',
        message: `${key.hash.slice(0, hash.length + 8)}…  ${key.name}${participant ? ` (${participantName(participant)})` : ''}`,
      })),
    });
  }
}
