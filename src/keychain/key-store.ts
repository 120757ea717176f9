import type { Secret } from '../secret.ts';

/** As profiles.json calls them. */
export type StoreId = 'secret-service' | 'keychain' | 'dpapi';

/** Which secret; no part of it is secret itself, because other programs see it. */
export interface StoreEntry {
  /** `key:work`, `mail:zane@smtp.example.org` */
  account: string;
  /** what the store's own window shows: `orkeys management key (work)` */
  label: string;
  /** what `save` returned, for a store that keeps nothing itself */
  sealed?: string | undefined;
}

/** The system's own store of secrets. Every secret goes through standard input and output of the system's own program. */
export interface KeyStore {
  readonly id: StoreId;
  /** for people: `the keyring of this computer` */
  readonly title: string;
  /** Throws where the store cannot be used, so that nobody types a secret in vain. */
  check(): Promise<void>;
  /**
   * Saves a secret and reads it back. Returns what has to be kept beside it, which is undefined for a store that keeps it all.
   * Throws `key_store_failed` (exit 6) when another secret comes back.
   */
  save(entry: StoreEntry, secret: Secret): Promise<string | undefined>;
  /** Undefined when the store does not have it. */
  read(entry: StoreEntry): Promise<Secret | undefined>;
  /** Removes it, and makes sure that it is gone. */
  remove(entry: StoreEntry): Promise<void>;
}
