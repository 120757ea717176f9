import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AccountKey } from '../plan/account-key.ts';
import { currentKey, type TagRecord } from '../plan/fold-journal.ts';
import type { PlannedKey } from '../plan/key-verdict.ts';
import { readSavedKeys, type SavedKey } from '../plan/saved-keys.ts';
import type { Candidate } from '../plan/select-keys.ts';
import { Secret } from '../secret.ts';
import type { KnownKeys, KnownWorkshop } from './known-keys.ts';
import { KEYS_FILE, readIfThere } from './trusted-journal.ts';

/** A key whose secret is on disk, and what it shall be like. */
export interface SavedSecret extends Candidate {
  secret: Secret;
  /** of the workshop that has it */
  prefix: string;
  planned: PlannedKey;
  disabled: boolean;
  /** where it was made; undefined when only keys.json is left to tell */
  baseUrl: string | undefined;
}

/** The key that each person has, of every workshop: from the journals, and from keys.json where there is no good journal. */
export async function readSavedSecrets(outRoot: string, known: KnownKeys): Promise<SavedSecret[]> {
  const fromJournals = known.workshops.flatMap(secretsOf);
  const good = new Set(known.workshops.map(({ folder }) => folder));
  const entries = await readdir(outRoot, { withFileTypes: true }).catch(() => []);
  const others = entries.filter((entry) => entry.isDirectory() && !good.has(join(outRoot, entry.name)));
  const fromFiles = await Promise.all(
    others.map(async ({ name }) => {
      const bytes = await readIfThere(join(outRoot, name, KEYS_FILE));
      return (bytes && readSavedKeys(bytes)?.flatMap((key) => secretOfSaved(key, name))) ?? [];
    }),
  );
  return [...fromJournals, ...fromFiles.flat()];
}

function secretsOf({ prefix, state }: KnownWorkshop): SavedSecret[] {
  return [...state.people.values()].flatMap((records) => {
    const record = currentKey(records) ?? records.findLast(({ status, life }) => status === 'held' && life === 'gone');
    if (!record?.secret) return [];
    const key = keyOf(record);
    return [
      {
        key,
        participant: record.participant,
        secret: record.secret,
        prefix,
        planned: plannedOf(key),
        disabled: record.life === 'disabled',
        baseUrl: state.header?.base_url,
      },
    ];
  });
}

function keyOf({ facts, wanted, tag }: TagRecord): AccountKey {
  return { ...wanted, ...facts, hash: facts.hash ?? '', name: facts.name ?? wanted?.name ?? tag };
}

function plannedOf(key: AccountKey): PlannedKey {
  return { limit: key.limit ?? null, limit_reset: key.limit_reset ?? null, expires_at: key.expires_at ?? null };
}

function secretOfSaved(saved: SavedKey, prefix: string): SavedSecret[] {
  if (saved.status === 'revoked') return [];
  const { key: secret, name, hash, limit, limit_reset, expires_at, created_at, participant } = saved;
  const planned = {
    limit: limit ?? null,
    limit_reset: limit_reset ?? null,
    expires_at: expires_at ?? null,
  };
  return [
    {
      key: { name, hash: hash ?? '', created_at, ...planned },
      participant: participant ? { ...participant, rows: [participant.row] } : null,
      secret: new Secret(secret),
      prefix,
      planned,
      disabled: saved.status === 'disabled',
      baseUrl: undefined,
    },
  ];
}
