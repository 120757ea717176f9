import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import ExcelJS from 'exceljs';
import { decrypt } from 'officecrypto-tool';
import { expect, test } from 'vitest';
import { useProvisioned } from '../support/provisioned.ts';

test('a sealed workbook has everybody with their own key, and opens with the password that is shown once', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  const made = await command(['handout', 'sealed', 'SUMMER']);
  const [, password = ''] = /^Password +(\S+) \(shown this once\)$/m.exec(made.stdout) ?? [];
  expect(screen({ ...made, stdout: made.stdout.replace(password, '<password>') })).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Sealed    3 participants with their keys, in a workbook that opens with a password
    Saved     <folder>/output/SUMMER/handout/keys-sealed.xlsx
    Password  <password> (shown this once)
    Send      the password another way than the file, by telephone for example
    --- stderr
    "
  `);
  expect(password).toMatch(/^[a-z]{5}(-[a-z]{5}){3}$/);
  expect(await keysIn(folder, password)).toEqual(saved.map(({ key, name }) => [name, key]));
  expect(readFileSync(join(folder, 'handouts.jsonl'), 'utf8')).not.toContain(password);

  const json = await command(['handout', 'sealed', 'SUMMER', '--json']);
  const document: { password: string } = JSON.parse(json.stdout);
  expect(document.password).not.toBe(password);
  expect(await keysIn(folder, document.password)).toHaveLength(3);

  const dry = await command(['handout', 'sealed', 'SUMMER', '--json', '--dry-run']);
  expect(JSON.parse(dry.stdout)).toMatchObject({ password: null, dry_run: true });
});

test('a password can come from standard input; it is never shown', async () => {
  const { command, folder } = await useProvisioned();
  const typed = 'correct horse – ķirsis';
  const sealed = ['handout', 'sealed', 'SUMMER', '--password-stdin'];
  const made = await command([...sealed, '--json'], { answers: [typed] });
  expect(made.code).toBe(0);
  expect(`${made.stdout}${made.stderr}`).not.toContain(typed);
  expect(JSON.parse(made.stdout)).toMatchObject({ password: null });
  expect(await keysIn(folder, typed)).toHaveLength(3);
  for (const bad of ['', 'too short', 'x'.repeat(256)]) {
    const refused = await command(sealed, { answers: [bad] });
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('The password on standard input')]);
  }
});

test('--zip packs the folder of each person, --sealed with a password of their own', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  const plain = await command(['handout', 'files', 'SUMMER', '--zip']);
  expect(screen(plain)).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Files     3 participants, a ZIP archive each: .env, .gitignore, key.html, START.md
    Saved     <folder>/output/SUMMER/handout/zip
    Send      each person their own archive; whoever has it can use the key
    --- stderr
    "
  `);
  const zips = join(folder, 'handout', 'zip');
  const names = readdirSync(zips).sort();
  expect(names).toEqual(['002-anda-baklane.zip', '003-valdis-veveris.zip', '004-zane-ozola.zip']);
  for (const [at, name] of names.entries()) {
    const files = await unpack(join(zips, name));
    const label = name.replace('.zip', '');
    expect(Object.keys(files)).toEqual(
      ['.gitignore', '.env', 'key.html', 'START.md'].map((file) => `${label}/${file}`),
    );
    expect(files[`${label}/.env`]).toContain(`OPENROUTER_API_KEY=${saved[at]?.key}`);
  }

  const sealed = await command(['handout', 'files', 'SUMMER', '--sealed', '--json']);
  expect(sealed.code).toBe(0);
  const people: { files: string[] }[] = JSON.parse(sealed.stdout).people;
  expect(people.map(({ files }) => files)).toEqual(names.map((name) => [join(zips, name)]));
  const passwords = await rowsOf(readFileSync(join(folder, 'handout', 'passwords.xlsx')));
  expect(passwords.map(({ file }) => file)).toEqual(names.map((name) => `zip/${name}`));
  for (const [at, { file = '', password = '' }] of passwords.entries()) {
    const files = await unpack(join(folder, 'handout', file), password);
    expect(Object.values(files).join()).toContain(`OPENROUTER_API_KEY=${saved[at]?.key}`);
    const other = passwords[(at + 1) % 3]?.password ?? '';
    await expect(unpack(join(folder, 'handout', file), other)).rejects.toThrow(/password/i);
  }

  // What no longer opens anything goes with its key.
  expect((await command(['rotate', 'zane.ozola@example.net', '--yes'])).code).toBe(0);
  expect(readdirSync(zips).sort()).toEqual(names.slice(0, 2));

  // The next archive alone: the passwords of those that are there stay.
  expect((await command(['handout', 'files', 'SUMMER', '--sealed', '--new'])).stdout).toContain('1 participant,');
  const after = await rowsOf(readFileSync(join(folder, 'handout', 'passwords.xlsx')));
  expect(after.slice(0, 2)).toEqual(passwords.slice(0, 2));
  expect(after.map(({ file }) => file)).toEqual(names.map((name) => `zip/${name}`));
  expect(after[2]?.password).not.toBe(passwords[2]?.password);
  for (const { file = '', password = '' } of after) await unpack(join(folder, 'handout', file), password);
});

/** Names and keys in the sealed workbook. */
async function keysIn(folder: string, password: string): Promise<[name: string, key: string][]> {
  const sealed = readFileSync(join(folder, 'handout', 'keys-sealed.xlsx'));
  const rows = await rowsOf(await decrypt(sealed, { password }));
  return rows.map(({ key_name = '', api_key = '' }) => [key_name, api_key]);
}

async function rowsOf(bytes: Buffer): Promise<Record<string, string>[]> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(bytes).buffer);
  const [sheet] = workbook.worksheets;
  const titles: string[] = [];
  const rows: Record<string, string>[] = [];
  sheet?.eachRow((row, number) => {
    const cells: Record<string, string> = {};
    row.eachCell((cell, column) => {
      if (number === 1) titles[column] = cell.text;
      else cells[titles[column] ?? ''] = cell.text;
    });
    if (number > 1) rows.push(cells);
  });
  return rows;
}

async function unpack(path: string, password?: string): Promise<Record<string, string>> {
  const options = { useWebWorkers: false, ...(password === undefined ? {} : { password }) };
  const reader = new ZipReader(new BlobReader(new Blob([readFileSync(path)])), options);
  const files: Record<string, string> = {};
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    files[entry.filename] = Buffer.from(await entry.getData(new Uint8ArrayWriter())).toString();
  }
  await reader.close();
  return files;
}
