import * as z from 'zod/mini';
import { cannotSaveError } from '../errors.ts';
import { parseJson } from '../parse-json.ts';

/** Where a secret is; never the secret itself. */
export interface StoredItem {
  /** the `StoreId` that has it */
  store: string;
  /** for a store that keeps nothing itself: the secret, encrypted by it */
  sealed?: string;
  added_at: string;
}

/** A management key with a name. */
export interface Profile extends StoredItem {
  /** the masked key, as OpenRouter labels it */
  label: string;
  /** who owns the account, if OpenRouter said so */
  account: string | null;
  /** the only address to which the key is sent */
  base_url: string;
}

/** What profiles.json says. */
export interface Profiles {
  /** used when nothing else selects a management key */
  default: string | undefined;
  profiles: ReadonlyMap<string, Profile>;
  /** passwords of mail servers by `user@host` */
  mail: ReadonlyMap<string, StoredItem>;
}

export const NO_PROFILES: Profiles = { default: undefined, profiles: new Map(), mail: new Map() };

const saved = { store: z.string(), sealed: z.exactOptional(z.string()), added_at: z.string() };

const FILE = z.object({
  version: z.literal(1),
  default: z.nullable(z.string()),
  profiles: z.record(
    z.string(),
    z.object({ ...saved, label: z.string(), account: z.nullable(z.string()), base_url: z.string() }),
  ),
  mail: z.record(z.string(), z.object(saved)),
});

/** Throws `profiles_file` where the file is damaged or from a newer version. */
export function parseProfiles(text: string, path: string): Profiles {
  const parsed = FILE.safeParse(parseJson(text));
  if (!parsed.success) {
    throw cannotSaveError('profiles_file', `${path} is damaged, or from a newer version of orkeys.`, {
      hint: 'Move the file and run orkeys login again; the keys themselves are in the key store.',
    });
  }
  const { profiles, mail } = parsed.data;
  return {
    default: parsed.data.default ?? undefined,
    profiles: new Map(Object.entries(profiles)),
    mail: new Map(Object.entries(mail)),
  };
}

export function formatProfiles({ profiles, mail, ...rest }: Profiles): string {
  const file: z.infer<typeof FILE> = {
    version: 1,
    default: rest.default ?? null,
    profiles: Object.fromEntries(profiles),
    mail: Object.fromEntries(mail),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
