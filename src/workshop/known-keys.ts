import { join } from 'node:path';
import { CliError } from '../errors.ts';
import type { HeldAttempt } from '../journal/attempt.ts';
import { decodeJournal } from '../journal/codec.ts';
import { foldJournal, heldKeys, type JournalState } from '../journal/fold.ts';
import { JOURNAL_FILE } from './folder-keeper.ts';
import { keeperOf, listWorkshops, type ShelvedWorkshop } from './shelf.ts';

/** A workshop whose journal could be read. */
export interface KnownWorkshop {
  prefix: string;
  /** absolute */
  folder: string;
  state: JournalState;
}

export interface KnownKey {
  prefix: string;
  folder: string;
  held: HeldAttempt;
}

/** What the journals of all workshops know. */
export interface KnownKeys {
  workshops: KnownWorkshop[];
  byHash: Map<string, KnownKey>;
  /** journals that could not be read, one sentence each */
  notes: string[];
}

/**
 * Reads every journal under the output root that belongs to this account, without locking: for showing, and for finding
 * whose a key is. `account` undefined = not known, then all journals of the same base URL count;
 * `baseUrl` undefined = wherever they were made.
 */
export async function readKnownKeys(
  outRoot: string,
  where: { baseUrl: string | undefined; account: string | undefined },
): Promise<KnownKeys> {
  const known: KnownKeys = { workshops: [], byHash: new Map(), notes: [] };
  for (const shelved of await listWorkshops(outRoot)) {
    const { folder } = shelved;
    const workshop = await readShelved(outRoot, shelved, known.notes);
    if (!workshop || !isHere(workshop, where)) continue;
    known.workshops.push(workshop);
    for (const held of heldKeys(workshop.state)) {
      const { hash } = held.facts;
      if (hash === undefined || known.byHash.has(hash)) continue;
      known.byHash.set(hash, { prefix: workshop.prefix, folder, held });
    }
  }
  return known;
}

/** Prefix of the workshop whose journal knows the key, or has a change of it that was not brought to an end. */
export function homeOf(hash: string, known: KnownKeys): string | undefined {
  const home = known.byHash.get(hash)?.prefix;
  return home ?? known.workshops.find(({ state }) => state.openChanges.has(hash))?.prefix;
}

function isHere(
  { state }: KnownWorkshop,
  { baseUrl, account }: { baseUrl: string | undefined; account: string | undefined },
) {
  const { header } = state;
  if (baseUrl !== undefined && header?.base_url !== baseUrl) return false;
  return account === undefined || header?.account === undefined || header.account === account;
}

async function readShelved(
  outRoot: string,
  { folder }: ShelvedWorkshop,
  notes: string[],
): Promise<KnownWorkshop | undefined> {
  const path = join(folder, JOURNAL_FILE);
  let bytes: Uint8Array | undefined;
  try {
    bytes = await keeperOf(outRoot, folder).read('journal');
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    notes.push(`Cannot read ${path}; its participants are not shown.`);
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
