import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { encodeEntry } from '../../../src/journal/codec.ts';
import type { JournalEntry } from '../../../src/journal/entry.ts';
import type { WorkshopWorld } from './workshop-world.ts';

export const AT = '2026-03-01T09:00:00.000Z';
export const ANDA = { row: 2, rows: [2], name: 'Anda', surname: 'Liepa', emails: ['p0@example.org'] };

/** A journal that somebody else wrote, in the output folder. */
export function plant({ cwd, server }: WorkshopWorld, prefix: string, entries: readonly JournalEntry[]): void {
  const folder = join(cwd, 'output', prefix);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const header: JournalEntry = {
    type: 'journal',
    version: 5,
    at: AT,
    prefix,
    base_url: server.url,
    account: undefined,
  };
  const lines = [header, ...entries].map((entry) => `${encodeEntry(entry)}\n`).join('');
  writeFileSync(join(folder, 'journal.jsonl'), lines, { mode: 0o600 });
}

export function intent(tag: string, name = `W_Anda_Liepa_${tag}`): JournalEntry {
  const wanted = { name, limit: 1, limit_reset: null, expires_at: null, include_byok_in_limit: false };
  return { type: 'intent', at: AT, tag, person: tag, participant: ANDA, wanted };
}

export function created(tag: string, hash: string, key = 'sk-or-v1-test-planted-by-somebody'): JournalEntry {
  return { type: 'created', at: AT, tag, key, facts: { hash } };
}

/** Keys of strangers on the account, and whether each is as it was. */
export function strangers({ server }: WorkshopWorld, ...names: string[]) {
  const hashes = names.map((name) => server.account.createKey({ name }).data.hash);
  const now = () => server.account.toJSON().keys.filter(({ hash }) => hashes.includes(hash));
  const before = structuredClone(now());
  return { hashes, expectUntouched: () => expect(now()).toEqual(before) };
}
