import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROSTER, useProvisioned } from '../support/provisioned.ts';

/** The files of a folder that have one of the secrets, as it is or in pieces of a page. */
function secretsIn(folder: string, secrets: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => secrets.some((secret) => readFileSync(path, 'latin1').replaceAll(/<[^<>]*>/g, '').includes(secret)))
    .map((path) => path.slice(folder.length + 1))
    .sort();
}

test('after the keys are deleted, purge leaves no secret in any file', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  const secrets = saved.map(({ key }) => key);
  expect((await command(['handout', 'slips', 'SUMMER'])).code).toBe(0);
  expect((await command(['revoke', '--prefix', 'SUMMER', '--yes'])).code).toBe(0);
  expect(secretsIn(folder, secrets)).toEqual(['handout/slips.html', 'journal.jsonl', 'keys.json']);
  expect(screen(await command(['purge', 'SUMMER', '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Purge     SUMMER: 3 secrets in 4 files
    Rewrite   journal.jsonl, keys.json, keys.xlsx
    Remove    handout
    Keep      names, addresses, hashes, limits and dates; add --people to remove names and addresses
    Dry run: nothing was changed.
    --- stderr
    "
  `);
  expect(screen(await command(['purge', 'SUMMER', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Purged SUMMER: 3 secrets
    Removed   handout
    Checked   6 files in <folder>/output/SUMMER, archives included: no secret is left
    Note      Copies elsewhere cannot be removed from here: backups, synced folders, printed pages, sent messages. Disks keep deleted data for a while. The keys are deleted, so none of these opens anything.
    --- stderr
    Purge     SUMMER: 3 secrets in 4 files
    Rewrite   journal.jsonl, keys.json, keys.xlsx
    Remove    handout
    Keep      names, addresses, hashes, limits and dates; add --people to remove names and addresses
    "
  `);
  expect(secretsIn(folder, secrets)).toEqual([]);
  expect(readdirSync(folder).sort()).toMatchInlineSnapshot(`
    [
      ".gitignore",
      "handouts.jsonl",
      "journal.jsonl",
      "keys.json",
      "keys.xlsx",
    ]
  `);
  expect(screen(await command(['purge', 'SUMMER', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Purged SUMMER: 0 secrets
    Checked   6 files in <folder>/output/SUMMER, archives included: no secret is left
    Note      Copies elsewhere cannot be removed from here: backups, synced folders, printed pages, sent messages. Disks keep deleted data for a while. The keys are deleted, so none of these opens anything.
    --- stderr
    Purge     SUMMER: 0 secrets in 0 files
    Rewrite   journal.jsonl, keys.json, keys.xlsx
    Keep      names, addresses, hashes, limits and dates; add --people to remove names and addresses
    "
  `);
});
