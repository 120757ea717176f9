import { resolveWorkspace, type Session } from '../connection/session.ts';
import { listWholeAccount } from '../connection/whole-account.ts';
import type { Context } from '../context.ts';
import { type CliError, usageError } from '../errors.ts';
import { attemptName, isLiving, rememberedKey } from '../journal/attempt.ts';
import type { AccountKey, KeyListing } from '../keys/account-key.ts';
import { type Candidate, hasEmail, isNamedLike, type KeySelector, selectKeys } from '../keys/select-keys.ts';
import { nearMisses } from '../near-misses.ts';
import { foldEmail } from '../roster/identity.ts';
import { participantName } from '../roster/participant-name.ts';
import { quoteArgument } from '../shell.ts';
import { commandLine } from '../terminal/command-line.ts';
import { changingWorkshop, type KnownKeys, type Owner, ownerOf, readKnownKeys } from '../workshop/known-keys.ts';

import { incompleteListing } from './incomplete-listing.ts';
import { peopleSelector } from './people-selector.ts';
import type { ReadSelectors } from './read-selectors.ts';

/** The selected keys. */
export interface Selection {
  /** on the account, with their participants */
  keys: Candidate[];
  /** the `keys` whose name starts with the prefix although no journal on this computer created them */
  namedLike: Candidate[];
  /** selected too, but not in the account's list: what the journals record about them */
  missing: Candidate[];
  known: KnownKeys;
  listing: KeyListing;
  /** about the journals and the keys, one sentence each */
  notes: string[];
}

/** What the account and the journals report about the selected keys. Read-only. */
export async function selectFromAccount(
  read: ReadSelectors,
  session: Session,
  now: Date,
  ctx: Context,
  account?: string,
): Promise<Selection> {
  const workspace = await resolveWorkspace(session, read.workspace);
  const [listing, known] = await Promise.all([
    listWholeAccount(session.api, workspace),
    readKnownKeys(session.outRoot, { baseUrl: session.baseUrl, account }, ctx),
  ]);
  return selectListed(read, { listing, known, workspace, locationArgs: session.locationArgs }, now);
}

interface ListedAccount {
  /** without a key where the account is not asked */
  listing: KeyListing;
  known: KnownKeys;
  /** ID of the only workspace that was listed */
  workspace: string | undefined;
  locationArgs: Session['locationArgs'];
}

/** The selected ones of these keys, and of those that only the journals know. */
export async function selectListed(read: ReadSelectors, account: ListedAccount, now: Date): Promise<Selection> {
  const { listing, known, workspace, locationArgs } = account;
  const listed = listing.keys.map((key) => ({ key, owner: ownerOf(key, known) }));
  const candidates = listed.map(candidateOf);
  const unlisted = unlistedKeys(listing.keys, known).filter(
    ({ key }) => workspace === undefined || key.workspace_id === workspace,
  );
  const selector = { ...read.selector, ...(await peopleSelector(read, known)), workshops: known.prefixes };
  checkHashes(selector, [...candidates, ...unlisted]);
  const keys = selectKeys(candidates, selector, now);
  return {
    keys,
    namedLike: keys.filter((candidate) => isNamedLike(candidate, selector.prefix)),
    missing: selectKeys(unlisted, selector, now),
    known,
    listing,
    notes: [...known.notes, ...renamedNotes(listed, selector, locationArgs)],
  };
}

/** A key list may lag behind, so a missing key is not proof: only a request for the key itself is. */
export async function confirmMissing(selection: Selection, api: Session['api']): Promise<Selection> {
  const { known } = selection;
  const found = await Promise.all(
    selection.missing.map(async (candidate) => {
      const { hash } = candidate.key;
      const claims = known.claims.get(hash) ?? [];
      const isOpen = changingWorkshop(hash, known) !== undefined;
      const mayExist = isOpen || claims.some(({ held }) => isLiving(held));
      const key = mayExist ? await api.getKey(hash) : undefined;
      const isSelected = key === undefined || isOpen || ownerOf(key, known)?.ownership === 'ours';
      return isSelected ? [{ candidate, key }] : [];
    }),
  ).then((each) => each.flat());
  return {
    ...selection,
    keys: [...selection.keys, ...found.flatMap(({ candidate, key }) => (key ? [{ ...candidate, key }] : []))],
    missing: found.flatMap(({ candidate, key }) => (key ? [] : [candidate])),
  };
}

/** For commands that make changes: the list must be complete, and every hash and email address typed must match a key. */
export function requireMatches(
  read: ReadSelectors,
  { keys, missing, known, listing, notes }: Selection,
  locationArgs: Session['locationArgs'],
): void {
  if (!listing.complete) throw incompleteListing(listing, 'Nothing was changed. Run the same command again.');
  const all = [...keys, ...missing];
  const hash = read.selector.hashes?.find((wanted) => !all.some(({ key }) => key.hash.startsWith(wanted)));
  const email = read.selector.emails?.find((wanted) => !all.some(({ participant }) => hasEmail(participant, wanted)));
  const what = hash !== undefined ? `--hash ${hash}` : email !== undefined ? `--email ${email}` : read.typed.join(' ');
  if (all.length > 0 && hash === undefined && email === undefined) return;
  throw usageError('nothing_selected', `No key matches ${what || '--all'}. Nothing was changed.`, {
    issues: notes.map((message) => ({ code: 'note', message })),
    hint: whereToLook(read, known, locationArgs, email),
  });
}

/** For commands that tell what the selected keys add up to: the sum of no keys is no sum. */
export function nothingMatches(
  read: ReadSelectors,
  { listing, known, notes }: Selection,
  locationArgs: Session['locationArgs'],
): CliError {
  if (!listing.complete) return incompleteListing(listing, 'Run the same command again.');
  const [email] = read.selector.emails ?? [];
  return usageError('nothing_selected', `No key matches ${read.typed.join(' ')}.`, {
    issues: notes.map((message) => ({ code: 'note', message })),
    hint: whereToLook(read, known, locationArgs, email),
  });
}

function whereToLook(
  read: ReadSelectors,
  known: KnownKeys,
  locationArgs: Session['locationArgs'],
  email: string | undefined,
): string {
  if (email === undefined)
    return nearPrefix(read, known) ?? `To list all keys, run: ${commandLine(['list', ...locationArgs])}`;
  return `Email addresses come from the journals in the output folder. ${foldEmail(email)} is in none of them, or its key does not match the other options.`;
}

/** A suggestion for a mistyped prefix. */
export function nearPrefix({ selector: { prefix } }: ReadSelectors, { workshops }: KnownKeys): string | undefined {
  if (prefix === undefined) return undefined;
  const known = workshops.map((workshop) => workshop.prefix);
  const near = nearMisses(prefix, known, 1)[0];
  return near === undefined || near === prefix ? undefined : `Did you mean --prefix ${quoteArgument(near)}?`;
}

interface ListedKey {
  key: AccountKey;
  owner: Owner | undefined;
}

function candidateOf({ key, owner }: ListedKey): Candidate {
  if (owner?.ownership !== 'ours') return { key, participant: null, home: undefined };
  return { key, participant: owner.held.participant, home: owner.prefix };
}

/** A key that was renamed outside orkeys is not selected by its journal, but reported with the command that renames it back. */
function renamedNotes(
  keys: readonly ListedKey[],
  { prefix, emails }: KeySelector,
  locationArgs: readonly string[],
): string[] {
  return keys.flatMap(({ key, owner }) => {
    if (owner?.ownership !== 'renamed') return [];
    const { held } = owner;
    const isSelected = emails
      ? emails.some((email) => hasEmail(held.participant, email))
      : owner.prefix === (prefix ?? owner.prefix);
    if (!isSelected) return [];
    const name = attemptName(held);
    const command = commandLine(['update', '--hash', key.hash.slice(0, 12), '--rename', name, ...locationArgs]);
    return [`${key.name} was renamed outside orkeys and is unchanged. To rename it back to ${name}, run: ${command}`];
  });
}

/** Keys that a journal holds, or has an unfinished change for, and that the account does not list. */
function unlistedKeys(listed: readonly AccountKey[], known: KnownKeys): Candidate[] {
  const there = new Set(listed.map(({ hash }) => hash));
  const found = new Map<string, Candidate>();
  for (const { state } of known.workshops) {
    for (const [hash, { before, name }] of state.openChanges) {
      if (!there.has(hash)) found.set(hash, { key: { ...before, hash, name }, participant: null, home: undefined });
    }
  }
  for (const [hash, claims] of known.claims) {
    if (there.has(hash)) continue;
    for (const { held, prefix } of claims) {
      found.set(hash, { key: { ...rememberedKey(held), hash }, participant: held.participant, home: prefix });
    }
  }
  return [...found.values()];
}

/** The start of a hash must match one key only. */
function checkHashes({ hashes = [] }: KeySelector, candidates: readonly Candidate[]): void {
  for (const hash of hashes) {
    const matches = candidates.filter(({ key }) => key.hash.startsWith(hash));
    if (matches.length < 2) continue;
    throw usageError('ambiguous_hash', `--hash ${hash} matches ${matches.length} keys. Nothing was changed.`, {
      hint: 'Use more characters of the hash.',
      issues: matches.map(({ key, participant }) => ({
        code: 'candidate',
        message: `${key.hash.slice(0, hash.length + 8)}…  ${key.name}${participant ? ` (${participantName(participant)})` : ''}`,
      })),
    });
  }
}
