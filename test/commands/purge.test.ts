import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { sealedZip } from '../../src/seal/sealed-zip.ts';
import { Secret } from '../../src/secret.ts';
import { plainZip } from '../../src/zip/plain-zip.ts';
import { ROSTER, useProvisioned } from '../support/provisioned.ts';

/** The files of a folder that have one of the secrets, as it is or in pieces of a page. */
function secretsIn(folder: string, secrets: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => {
      const text = readFileSync(path, 'latin1').replaceAll(/<[^<>]*>/g, '');
      return secrets.some((secret) => text.includes(secret));
    })
    .map((path) => path.slice(folder.length + 1))
    .sort();
}

async function liveKeys(command: Awaited<ReturnType<typeof useProvisioned>>['command']): Promise<number> {
  return JSON.parse((await command(['list', '--json'])).stdout).totals.count;
}

async function useEnded() {
  const world = await useProvisioned();
  expect((await world.command(['revoke', '--prefix', 'SUMMER', '--yes'])).code).toBe(0);
  return { ...world, secrets: world.saved.map(({ key }) => key) };
}

test('after the keys are deleted, purge leaves no secret in any file, and a second one has nothing to do', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  const secrets = saved.map(({ key }) => key);
  expect((await command(['handout', 'slips', 'SUMMER'])).code).toBe(0);
  const slips = readFileSync(join(folder, 'handout', 'slips.html'));
  writeFileSync(join(folder, 'keys-2.xlsx'), readFileSync(join(folder, 'keys.xlsx')));
  writeFileSync(join(folder, 'journal-before-20260302T090000.jsonl'), readFileSync(join(folder, 'journal.jsonl')));
  expect((await command(['revoke', '--prefix', 'SUMMER', '--yes'])).code).toBe(0);
  // As a backup brings it back: revoking deletes it.
  writeFileSync(join(folder, 'handout', 'slips.html'), slips);
  expect(secretsIn(folder, secrets)).toEqual([
    'handout/slips.html',
    'journal-before-20260302T090000.jsonl',
    'journal.jsonl',
  ]);
  const before = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  expect(screen(await command(['purge', 'SUMMER', '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Purge     SUMMER: 3 secrets in 4 files
    Rewrite   journal.jsonl, keys.json, keys.xlsx
    Remove    handout, journal-before-20260302T090000.jsonl, keys-2.xlsx
    Keep      names, addresses, spending, hashes, limits and dates; add --people to remove names, addresses and spending
    Dry run: nothing was changed.
    --- stderr
    "
  `);
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toBe(before);
  expect(screen(await command(['purge', 'SUMMER', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Purged SUMMER: 3 secrets
    Removed   handout, journal-before-20260302T090000.jsonl, keys-2.xlsx
    Checked   7 files in <folder>/output/SUMMER, archives included: no secret is left
    Note      Copies elsewhere cannot be removed from here: backups, synced folders, printed pages, sent messages. Disks keep deleted data for a while. The keys are deleted, so none of these opens anything.
    --- stderr
    Purge     SUMMER: 3 secrets in 4 files
    Rewrite   journal.jsonl, keys.json, keys.xlsx
    Remove    handout, journal-before-20260302T090000.jsonl, keys-2.xlsx
    Keep      names, addresses, spending, hashes, limits and dates; add --people to remove names, addresses and spending
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
  const after = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  expect(screen(await command(['purge', 'SUMMER', '--yes']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Nothing to purge: no secret of SUMMER in 7 files in <folder>/output/SUMMER
    --- stderr
    "
  `);
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toBe(after);
});

test('what is left in a file of somebody else is found, also in archives and in base64, and is named', async () => {
  const { command, screen, folder, secrets } = await useEnded();
  const [first = '', second = '', third = ''] = secrets;
  const inner = plainZip([{ name: 'deep.txt', bytes: Buffer.from(`x${second}`) }]);
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine', 'roster.csv'), `Anda,${first}\n`);
  writeFileSync(join(folder, 'mine', 'keys.xlsx'), plainZip([{ name: 'a/inner.zip', bytes: inner }]));
  writeFileSync(join(folder, 'mine', 'keys-9.json'), Buffer.from(`ab${third}cd`).toString('base64'));
  writeFileSync(join(folder, 'mine', 'keys.json'), Buffer.from(first, 'utf16le'));
  const { code, stdout } = await command(['purge', 'SUMMER', '--yes', '--json']);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    found: ['mine/keys-9.json', 'mine/keys.json', 'mine/keys.xlsx: a/inner.zip: deep.txt', 'mine/roster.csv'],
    unread: [],
    totals: { count: 3, found: 4 },
  });
  // Now nothing but the files themselves could tell which secrets there were.
  const again = await command(['purge', 'SUMMER', '--yes']);
  expect(again.code).toBe(3);
  expect(screen(again)).toContain('mine/roster.csv contains a secret; remove it, then run the same command again');
  expect(screen(again)).toContain('mine/keys-9.json contains a secret; remove it, then run the same command again');
});

test('a secret is found in gzip files, in objects of git and in names of files and folders, which are shown masked', async () => {
  const { command, folder, secrets } = await useEnded();
  const [first = '', second = '', third = ''] = secrets;
  mkdirSync(join(folder, 'mine', '.git', 'objects', '0a'), { recursive: true });
  writeFileSync(join(folder, 'mine', 'backup.tar.gz'), gzipSync(`x${first}`));
  writeFileSync(join(folder, 'mine', '.git', 'objects', '0a', 'b1'), deflateSync(`blob 9\0${second}`, { level: 1 }));
  writeFileSync(join(folder, 'mine', `${third}.txt`), 'x');
  mkdirSync(join(folder, 'mine', `for ${first}`));
  const { code, stdout, stderr } = await command(['purge', 'SUMMER', '--yes']);
  expect(code).toBe(3);
  expect(stdout).toContain('Left      mine/backup.tar.gz: content contains a secret;');
  expect(stdout).toContain('Left      mine/.git/objects/0a/b1: content contains a secret;');
  expect(stdout).toMatch(/Left {6}mine\/sk-or-v1-\w{3}\.\.\.\w{4}\.txt contains a secret;/);
  expect(stdout).toMatch(/Left {6}mine\/for sk-or-v1-\w{3}\.\.\.\w{4} contains a secret;/);
  for (const secret of secrets) expect(stdout + stderr).not.toContain(secret);
  rmSync(join(folder, 'mine'), { recursive: true });
});

test('what cannot be looked into is named: a protected archive, a link', async () => {
  const { command, folder, cwd } = await useEnded();
  const content = [{ name: 'x', bytes: Buffer.from('x') }];
  const random = (bytes: number) => new Uint8Array(bytes);
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine', 'keys.xlsx'), sealedZip(content, { password: new Secret('lusab-babad'), random }));
  symlinkSync(cwd, join(folder, 'mine', 'elsewhere'));
  mkdirSync(join(folder, 'handout'), { recursive: true });
  writeFileSync(join(folder, 'handout', 'a.zip'), readFileSync(join(folder, 'mine', 'keys.xlsx')));
  // What is deleted anyway is no reason to worry.
  const plan = (await command(['purge', 'SUMMER', '--dry-run'])).stdout;
  expect(plan).toContain('Unread    mine/keys.xlsx: protected with a password\n');
  expect(plan).not.toContain('a.zip');
  const { code, stdout } = await command(['purge', 'SUMMER', '--yes']);
  expect(code).toBe(3);
  expect(stdout).toContain('Unread    mine/keys.xlsx: protected with a password\n');
  expect(stdout).toContain('Unread    mine/elsewhere: not a regular file\n');
});

test('what is compressed in another way, or a print, is named: nobody can say that no secret is in it', async () => {
  const { command, folder } = await useEnded();
  mkdirSync(join(folder, 'mine'));
  writeFileSync(join(folder, 'mine', 'slips.pdf'), '%PDF-1.7\n');
  writeFileSync(join(folder, 'mine', 'all.7z'), Buffer.from('377abcaf271c0004', 'hex'));
  writeFileSync(join(folder, 'mine', 'half.gz'), gzipSync('x'.repeat(100)).subarray(0, 20));
  writeFileSync(join(folder, 'mine', 'text'), 'x^2 is a square');
  const { code, stdout } = await command(['purge', 'SUMMER', '--yes', '--json']);
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    found: [],
    unread: [
      'mine/all.7z: a 7z archive',
      'mine/half.gz: the gzip file is damaged or too large',
      'mine/slips.pdf: a PDF, in which text cannot be searched',
    ],
  });
});

test.skipIf(process.platform === 'win32' || process.getuid?.() === 0)(
  'a folder and a file that may not be read are named, and the rest is purged',
  async () => {
    const { command, folder, secrets } = await useEnded();
    mkdirSync(join(folder, 'mine'));
    writeFileSync(join(folder, 'locked.txt'), 'x', { mode: 0o000 });
    chmodSync(join(folder, 'mine'), 0o000);
    const { code, stdout } = await command(['purge', 'SUMMER', '--yes']);
    chmodSync(join(folder, 'mine'), 0o700);
    expect(code).toBe(3);
    expect(stdout).toContain('Unread    mine: this folder cannot be read\n');
    expect(stdout).toContain('Unread    locked.txt:');
    expect(secretsIn(folder, secrets)).toEqual([]);
  },
);

test('keys that still exist are a reason to stop, unless their secrets are given up', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  const before = readFileSync(join(folder, 'journal.jsonl'), 'utf8');
  expect(screen(await command(['purge', 'SUMMER', '--yes']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: 3 keys of SUMMER are still on the account. Nothing was changed.

      SUMMER_Zane_Ozola_<tag>
      SUMMER_Valdis_Vēveris_<tag>
      SUMMER_Anda_Baklāne_<tag>

    Hint: Delete them first: orkeys revoke --prefix SUMMER
      To remove the secrets of working keys, which nobody can read again, add --working.
    "
  `);
  expect((await command(['purge', 'SUMMER', '--yes', '--offline'])).code).toBe(2);
  expect((await command(['purge', 'SUMMER', '--working', '--people', '--yes'])).code).toBe(2);
  // Without a terminal, nothing that cannot be undone happens without --yes.
  expect((await command(['purge', 'SUMMER', '--working'])).code).toBe(2);
  expect((await command(['purge', '--yes'])).code).toBe(2);
  expect((await command(['purge', 'SUMMER', '--working'], { answers: ['yes', 'no'] })).stderr).toContain('Cancelled');
  expect(readFileSync(join(folder, 'journal.jsonl'), 'utf8')).toBe(before);

  const done = await command(['purge', 'SUMMER', '--working'], { answers: ['SUMMER'] });
  expect(done.code).toBe(0);
  expect(screen(done)).toContain('3 keys still exist, and nobody can read their secrets here again. To replace them:');
  const secrets = saved.map(({ key }) => key);
  expect(secretsIn(folder, secrets)).toEqual([]);

  // Nobody gets a second key in silence while the first one works.
  const again = await command(['provision', 'SUMMER_participants.csv', '--yes']);
  expect(screen(again)).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    ROW  NAME            STATUS             KEY NAME  SECRET
      2  Anda Baklāne    has key elsewhere
      3  Valdis Vēveris  has key elsewhere
      4  Zane Ozola      has key elsewhere

    Has key elsewhere, row 2: has SUMMER_Anda_Baklāne_<tag>, whose secret was removed by orkeys purge; orkeys rotate replaces it
    Has key elsewhere, row 3: has SUMMER_Valdis_Vēveris_<tag>, whose secret was removed by orkeys purge; orkeys rotate replaces it
    Has key elsewhere, row 4: has SUMMER_Zane_Ozola_<tag>, whose secret was removed by orkeys purge; orkeys rotate replaces it

    Created 0 keys; 3 have a key elsewhere
    Saved in <folder>/output/SUMMER
      keys.json      all keys, for scripts
      keys.xlsx      your roster with each participant's key
      journal.jsonl  record of all changes; everything else can be rebuilt from it
    --- stderr
    Server    http://<host>/api/v1 (from ORKEYS_BASE_URL)
    Workshop  SUMMER → output/SUMMER (prefix from the file name; --prefix sets another)
    Account   user_sandbox, management key <masked>
    Roster    SUMMER_participants.csv: 3 participants in 3 rows
    Columns   email A, name B, surname C
    Skip      3 participants have a key whose secret was removed by orkeys purge; replace it with orkeys rotate, or add --create-duplicates
    Create    nothing to create
    "
  `);
  expect(await liveKeys(command)).toBe(3);
  const shown = await command(['show', 'anda.baklane@example.org', '--reveal'], { answers: [] });
  expect(shown.stderr).toContain('was removed from this computer by orkeys purge.');
  expect((await command(['verify', '--prefix', 'SUMMER'])).stderr).toContain(
    'No secret here: the secrets of SUMMER were removed by orkeys purge.',
  );
  expect((await command(['handout', 'table', 'SUMMER'])).code).toBe(2);
  expect((await command(['journal', 'verify', 'SUMMER'])).stdout).toContain(
    'The secrets that it had were removed by orkeys purge on',
  );
  expect((await command(['journal', 'rebuild', 'SUMMER'])).stdout).toContain('needs no rebuild');

  // The way back.
  expect((await command(['rotate', '--prefix', 'SUMMER', '--yes'])).code).toBe(0);
  expect(await liveKeys(command)).toBe(3);
  const keys: { key: string }[] = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')).keys;
  expect(keys.every(({ key }) => key !== '' && !secrets.includes(key))).toBe(true);
  expect((await command(['verify', '--prefix', 'SUMMER'])).code).toBe(0);
});

test('whose key is gone gets a new one after a purge, as before', async () => {
  const { command, folder, cwd } = await useEnded();
  expect((await command(['purge', 'SUMMER', '--yes'])).code).toBe(0);
  const [header = ''] = readFileSync(join(folder, 'journal.jsonl'), 'utf8').split('\n');
  // Versions that know no journal without secrets refuse it in words.
  expect(JSON.parse(header)).toMatchObject({ version: 3, purged_at: '2026-03-02T09:00:00.000Z' });
  expect((await command(['provision', join(cwd, 'SUMMER_participants.csv'), '--yes'])).code).toBe(0);
  expect(await liveKeys(command)).toBe(3);
  expect((await command(['verify', '--prefix', 'SUMMER'])).code).toBe(0);
});

test('keys that were deleted on the website count as gone, and the journal records it', async () => {
  const { command, folder, sandbox, saved } = await useProvisioned();
  for (const { hash } of saved) sandbox.account.deleteKey(hash);
  expect((await command(['purge', 'SUMMER', '--offline', '--yes'])).code).toBe(2);
  expect((await command(['purge', 'SUMMER', '--yes'])).code).toBe(0);
  const keys: { status: string }[] = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')).keys;
  expect(keys.map(({ status }) => status)).toEqual(['gone', 'gone', 'gone']);
  expect((await command(['purge', 'SUMMER', '--offline', '--yes'])).code).toBe(0);
});

test('--people removes names and addresses too, and the numbers stay', async () => {
  const { command, folder, secrets, screen } = await useEnded();
  // Saved beside the usual one, because that was open in another program.
  for (const name of ['usage-2.xlsx', 'problems-3.xlsx']) writeFileSync(join(folder, name), 'Anda');
  const done = await command(['purge', 'SUMMER', '--people', '--yes', '--offline']);
  expect(done.code).toBe(0);
  expect(screen(done)).toContain('Removed   keys.xlsx');
  const texts = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  for (const word of [...ROSTER.split(/[\s,;]+/).slice(3), ...secrets].filter(Boolean)) {
    expect(texts.includes(word), word).toBe(false);
  }
  const keys: { limit: number; hash: string; status: string; name: string }[] = JSON.parse(
    readFileSync(join(folder, 'keys.json'), 'utf8'),
  ).keys;
  expect(keys.map(({ status, name }) => [status, /^SUMMER_[a-z2-7]{8}$/.test(name)])).toEqual(
    Array.from({ length: 3 }, () => ['revoked', true]),
  );
  expect(existsSync(join(folder, 'keys.xlsx'))).toBe(false);
  expect((await command(['journal', 'verify', 'SUMMER'])).code).toBe(0);
  expect((await command(['purge', 'SUMMER', '--people', '--yes', '--offline'])).stdout).toContain('Nothing to purge');
});

test('the sandbox is purged like the account', async () => {
  const { command, cwd } = await useProvisioned();
  const sandbox = ['--sandbox'];
  expect((await command(['provision', 'SUMMER_participants.csv', '--yes', '--limit', '1', ...sandbox])).code).toBe(0);
  expect((await command(['purge', 'SUMMER', '--yes', ...sandbox])).code).toBe(2);
  expect((await command(['revoke', '--prefix', 'SUMMER', '--yes', ...sandbox])).code).toBe(0);
  expect((await command(['purge', 'SUMMER', '--yes', ...sandbox])).code).toBe(0);
  const folder = join(cwd, 'output', 'sandbox', 'SUMMER');
  const keys: { key: string }[] = JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')).keys;
  expect(keys.map(({ key }) => key)).toEqual(['', '', '']);
});
