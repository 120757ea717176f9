import { join } from 'node:path';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
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
import { readIfExists } from './read-if-exists.ts';
import { keeperOf, listWorkshops } from './shelf.ts';
import { SANDBOX } from './workshop-id.ts';

/** A key whose secret is on disk, with its expected settings. */
export interface SavedSecret extends Candidate<RememberedKey> {
  secret: Secret;
  /** of its workshop */
  prefix: string;
  planned: PlannedKey;
  disabled: boolean;
  /** where it was created; undefined if only keys.json is left, which does not record it */
  baseUrl: string | undefined;
}

/**
 * Whether a secret may be sent to a base URL: only to the one where its key was created. If that is unknown, only to OpenRouter
 * itself or to the sandbox in this process, which keeps it on this computer; never to an arbitrary URL from a setting.
 */
export function mayBeSentTo(baseUrl: string, { baseUrl: createdAt }: Pick<SavedSecret, 'baseUrl'>): boolean {
  return createdAt === undefined ? baseUrl === DEFAULT_BASE_URL || baseUrl === SANDBOX : baseUrl === createdAt;
}

/** Everyone's current key in every workshop: from the journals, and from keys.json where there is no intact journal. */
export async function readSavedSecrets(outRoot: string, known: KnownKeys, ctx: Context): Promise<SavedSecret[]> {
  const fromJournals = known.workshops.flatMap(secretsOf);
  const intact = new Set(known.workshops.map(({ folder }) => folder));
  const others = (await listWorkshops(outRoot)).filter(({ folder }) => !intact.has(folder));
  const fromFiles = await Promise.all(
    others.map(async ({ name, folder }) => {
      try {
        const bytes = await readIfExists(join(folder, KEYS_FILE));
        const saved = bytes && readSavedKeys(bytes);
        if (!saved) return [];
        const baseUrl = await headerUrl(outRoot, folder, ctx);
        return saved.flatMap((key) => secretOfSaved(key, name, baseUrl));
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        known.notes.push(error.message);
        return [];
      }
    }),
  );
  return [...fromJournals, ...fromFiles.flat()];
}

function secretsOf({ prefix, state }: KnownWorkshop): SavedSecret[] {
  return peopleOf(state).flatMap(({ attempts }) => {
    const held = livingAttempt(attempts) ?? attempts.filter(isHeld).findLast(({ life }) => life === 'gone');
    if (!held?.secret) return [];
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

/** The base URL in the header of a journal, even if other lines are damaged; undefined if it is missing or cannot be read. */
async function headerUrl(outRoot: string, folder: string, ctx: Context): Promise<string | undefined> {
  const bytes = await keeperOf(outRoot, folder)
    .read('journal', ctx)
    .catch((error: unknown) => {
      if (error instanceof CliError) return undefined;
      throw error;
    });
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
