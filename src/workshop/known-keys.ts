import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import type { HeldAttempt } from '../journal/attempt.ts';
import { decodeJournal } from '../journal/codec.ts';
import { foldJournal, heldKeys, type JournalState } from '../journal/fold.ts';
import { judgeOwnership, type Ownership } from '../journal/ownership.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { JOURNAL_FILE } from './folder-keeper.ts';
import { isMarkedShared } from './shared-marker.ts';
import { keeperOf, listWorkshops, type ShelvedWorkshop } from './shelf.ts';

/** A workshop whose journal could be read. */
export interface KnownWorkshop {
  prefix: string;
  /** absolute */
  folder: string;
  state: JournalState;
}

/** The claim of a journal to a key on the account. */
export interface KnownKey {
  prefix: string;
  folder: string;
  held: HeldAttempt;
}

/** What the journals of all workshops record. */
export interface KnownKeys {
  workshops: KnownWorkshop[];
  /** by hash: the claims of all journals that have the key */
  claims: Map<string, KnownKey[]>;
  /** prefixes of all workshops on this computer, including unreadable ones */
  prefixes: string[];
  /** one sentence per journal that could not be read */
  notes: string[];
  /** by prefix: why a shared workshop could not be read. Its database may be away for a moment only */
  unread: Map<string, CliError>;
}

/**
 * Reads every journal in the output folder that belongs to this account, without a lock: to show keys, and to find the
 * participant of a key. `account` undefined = unknown, so all journals for the same base URL count;
 * `baseUrl` undefined = any.
 */
export async function readKnownKeys(
  outRoot: string,
  where: { baseUrl: string | undefined; account: string | undefined },
  ctx: Context,
): Promise<KnownKeys> {
  const known: KnownKeys = { workshops: [], claims: new Map(), prefixes: [], notes: [], unread: new Map() };
  for (const shelved of await listWorkshops(outRoot)) {
    const { folder, name } = shelved;
    known.prefixes.push(name);
    const workshop = await readShelved(outRoot, shelved, known, ctx);
    if (!workshop || !isOnAccount(workshop, where)) continue;
    known.workshops.push(workshop);
    for (const held of heldKeys(workshop.state)) {
      const { hash } = held.facts;
      if (hash === undefined) continue;
      const claim = { prefix: workshop.prefix, folder, held };
      known.claims.set(hash, [...(known.claims.get(hash) ?? []), claim]);
    }
  }
  return known;
}

/** A claim that is confirmed by the name, the age and the label of the key. */
export interface Owner extends KnownKey {
  ownership: Exclude<Ownership, 'foreign'>;
}

/** The owner of a key, if the journals on this computer can prove it. */
export function ownerOf(key: AccountKey, { claims }: KnownKeys): Owner | undefined {
  let renamed: Owner | undefined;
  for (const claim of claims.get(key.hash) ?? []) {
    const ownership = judgeOwnership(claim.held, key);
    if (ownership === 'ours') return { ...claim, ownership };
    if (ownership !== 'foreign') renamed ??= { ...claim, ownership };
  }
  return renamed;
}

/** Prefix of the workshop that has an unfinished change of the key. */
export function changingWorkshop(hash: string, { workshops }: KnownKeys): string | undefined {
  return workshops.find(({ state }) => state.openChanges.has(hash))?.prefix;
}

function isOnAccount(
  { state }: KnownWorkshop,
  { baseUrl, account }: { baseUrl: string | undefined; account: string | undefined },
) {
  const { header } = state;
  if (baseUrl !== undefined && header?.base_url !== baseUrl) return false;
  return account === undefined || header?.account === undefined || header.account === account;
}

async function readShelved(
  outRoot: string,
  { folder, name }: ShelvedWorkshop,
  { notes, unread }: KnownKeys,
  ctx: Context,
): Promise<KnownWorkshop | undefined> {
  const path = join(folder, JOURNAL_FILE);
  let bytes: Uint8Array | undefined;
  try {
    bytes = await keeperOf(outRoot, folder).read('journal', ctx);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (isMarkedShared(folder)) {
      unread.set(name, error);
      notes.push(`${error.message} Its participants are not shown.`);
    } else notes.push(`Cannot read ${path}; its participants are not shown.`);
  }
  if (bytes === undefined) return undefined;
  const { entries, damaged, newerVersion } = decodeJournal(bytes);
  if (newerVersion !== undefined || damaged.length > 0) {
    const why = newerVersion === undefined ? 'is damaged' : 'was written by a newer orkeys';
    notes.push(`${path} ${why}; its participants are not shown.`);
    return undefined;
  }
  const state = foldJournal(entries);
  return state.header ? { prefix: state.header.prefix, folder, state } : undefined;
}
