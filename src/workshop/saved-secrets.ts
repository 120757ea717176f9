import { join } from 'node:path';
import { isHeld, livingAttempt, type RememberedKey, rememberedKey } from '../journal/attempt.ts';
import { decodeJournal } from '../journal/codec.ts';
import { peopleOf } from '../journal/fold.ts';
import { readSavedKeys, type SavedKey } from '../journal/saved-keys.ts';
import type { PlannedKey } from '../keys/key-verdict.ts';
import type { Candidate } from '../keys/select-keys.ts';
import { Secret } from '../secret.ts';
import { DEFAULT_BASE_URL } from '../settings.ts';
import { KEYS_FILE } from './folder-keeper.ts';
import type { KnownKeys, KnownWorkshop } from './known-keys.ts';
import { readIfThere } from './read-if-there.ts';
import { keeperOf, listWorkshops } from './shelf.ts';
import { SANDBOX } from './workshop-id.ts';

/** A key whose secret is on disk, and what it shall be like. */
export interface SavedSecret extends Candidate<RememberedKey> {
  secret: Secret;
  /** of the workshop that has it */
  prefix: string;
  planned: PlannedKey;
  disabled: boolean;
  /** where it was made; undefined when only keys.json is left, which does not tell */
  baseUrl: string | undefined;
}

/**
 * Whether a secret may be sent to a service: to the one where its key was made. Where nothing tells that, only to OpenRouter
 * itself, or to the sandbox in this process, from which it cannot leave; never to whatever a setting names.
 */
export function mayBeSentTo(baseUrl: string, { baseUrl: madeAt }: Pick<SavedSecret, 'baseUrl'>): boolean {
  return madeAt === undefined ? baseUrl === DEFAULT_BASE_URL || baseUrl === SANDBOX : baseUrl === madeAt;
}

/** The key that each person has, of every workshop: from the journals, and from keys.json where there is no good journal. */
export async function readSavedSecrets(outRoot: string, known: KnownKeys): Promise<SavedSecret[]> {
  const fromJournals = known.workshops.flatMap(secretsOf);
  const good = new Set(known.workshops.map(({ folder }) => folder));
  const others = (await listWorkshops(outRoot)).filter(({ folder }) => !good.has(folder));
  const fromFiles = await Promise.all(
    others.map(async ({ name, folder }) => {
      const bytes = await readIfThere(join(folder, KEYS_FILE));
      const saved = bytes && readSavedKeys(bytes);
      if (!saved) return [];
      const baseUrl = await headerUrl(outRoot, folder);
      return saved.flatMap((key) => secretOfSaved(key, name, baseUrl));
    }),
  );
  return [...fromJournals, ...fromFiles.flat()];
}

function secretsOf({ prefix, state }: KnownWorkshop): SavedSecret[] {
  return peopleOf(state).flatMap(({ attempts }) => {
    const held = livingAttempt(attempts) ?? attempts.filter(isHeld).findLast(({ life }) => life === 'gone');
    if (!held) return [];
    const { participant, secret, life } = held;
    const key = rememberedKey(held);
    const disabled = life === 'disabled';
    return [
      {
        key,
        participant,
        home: prefix,
        secret,
        prefix,
        planned: plannedOf(key),
        disabled,
        baseUrl: state.header?.base_url,
      },
    ];
  });
}

function plannedOf(key: RememberedKey): PlannedKey {
  return { limit: key.limit ?? null, limit_reset: key.limit_reset ?? null, expires_at: key.expires_at ?? null };
}

/** Where a journal says that its keys were made, though another of its lines is damaged; undefined where it does not. */
async function headerUrl(outRoot: string, folder: string): Promise<string | undefined> {
  const bytes = await keeperOf(outRoot, folder).read('journal');
  const [first] = decodeJournal(bytes ?? new Uint8Array()).entries;
  return first?.type === 'journal' ? first.base_url : undefined;
}

function secretOfSaved(saved: SavedKey, prefix: string, baseUrl: string | undefined): SavedSecret[] {
  if (saved.status === 'revoked') return [];
  const { key: secret, name, hash, limit, limit_reset, expires_at, created_at, participant } = saved;
  const planned = {
    limit: limit ?? null,
    limit_reset: limit_reset ?? null,
    expires_at: expires_at ?? null,
  };
  return [
    {
      key: { name, hash: hash ?? undefined, created_at, ...planned },
      participant: participant ? { ...participant, rows: [participant.row] } : null,
      secret: new Secret(secret),
      prefix,
      home: prefix,
      planned,
      disabled: saved.status === 'disabled',
      baseUrl,
    },
  ];
}
