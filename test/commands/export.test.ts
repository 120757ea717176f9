import { randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLock } from '../../src/files/lock.ts';
import { lockTools } from '../files/world.ts';
import { useProvisioned } from '../support/provisioned.ts';

test('both files come back from the journal as they were', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  for (const name of ['keys.json', 'keys.xlsx']) rmSync(join(folder, name));
  expect(screen(await command(['export', 'SUMMER']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Exported 3 keys to <folder>/output/SUMMER
      keys.json
      keys.xlsx
    --- stderr
    "
  `);
  expect(JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')).keys).toEqual(saved);
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(join(folder, 'keys.xlsx'));
  expect(JSON.stringify(book.worksheets[0]?.getSheetValues())).toContain(saved[2]?.key);
});

test('--prefix and a sole workshop mean the same as its name', async () => {
  const { command } = await useProvisioned();
  const named = await command(['export', 'SUMMER']);
  expect(await command(['export', '--prefix', 'SUMMER'])).toEqual(named);
  expect(await command(['export'])).toEqual(named);
});

test('as JSON', async () => {
  const { command, cwd } = await useProvisioned();
  const { code, stdout, stderr } = await command(['export', '--json']);
  expect({
    code,
    stderr,
    stdout: stdout.replaceAll(JSON.stringify(cwd).slice(1, -1), '<folder>'),
  }).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "{
      "version": 1,
      "command": "export",
      "sandbox": false,
      "prefix": "SUMMER",
      "folder": "<folder>/output/SUMMER",
      "totals": {
        "count": 3
      },
      "left_out": [],
      "notes": [],
      "files": [
        {
          "path": "<folder>/output/SUMMER/keys.json",
          "instead_of": null,
          "failed": null
        },
        {
          "path": "<folder>/output/SUMMER/keys.xlsx",
          "instead_of": null,
          "failed": null
        }
      ]
    }
    ",
    }
  `);
});

test('a workshop without a roster has no keys.xlsx, and is told where that comes from', async () => {
  const { command, screen } = await useProvisioned();
  await command(['create', 'solo', '--prefix', 'EXTRA', '--yes']);
  expect(screen(await command(['export', 'EXTRA']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Exported 1 key to <folder>/output/EXTRA
      keys.json
    keys.xlsx needs a roster. The next orkeys provision run writes it.
    --- stderr
    "
  `);
});

test('a workshop that is not there is refused, and what is near is told', async () => {
  const { command, screen } = await useProvisioned();
  expect(screen(await command(['export', 'SUMER']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: No workshop in <folder>/output/SUMER: journal.jsonl and keys.json are both missing.
    Hint: Add one of these prefixes: SUMMER
    "
  `);
});

test('without a journal there is nothing to export', async () => {
  const { command, screen, folder } = await useProvisioned();
  rmSync(join(folder, 'journal.jsonl'));
  expect(screen(await command(['export', 'SUMMER']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Nothing to export: <folder>/output/SUMMER/journal.jsonl is missing.
    Hint: Restore it, or rebuild it from keys.json with: orkeys journal rebuild SUMMER
    "
  `);
});

test('a damaged journal is refused, and the files stay as they are', async () => {
  const { command, screen, folder } = await useProvisioned();
  const before = readFileSync(join(folder, 'keys.json'));
  appendFileSync(join(folder, 'journal.jsonl'), 'half a line\n');
  expect(screen(await command(['export', 'SUMMER']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: <folder>/output/SUMMER/journal.jsonl is damaged. Nothing was changed.

      line 9: incomplete
        row 9

    Hint: Check it with: orkeys journal verify SUMMER
      Then repair it with: orkeys journal repair SUMMER
    "
  `);
  expect(readFileSync(join(folder, 'keys.json'))).toEqual(before);
});

test('where one file cannot be written, none is', async () => {
  const { command, screen, folder } = await useProvisioned();
  for (const name of ['keys.json', 'keys.xlsx']) rmSync(join(folder, name));
  mkdirSync(join(folder, 'keys.xlsx'));
  expect(screen(await command(['export', 'SUMMER']))).toMatchInlineSnapshot(`
    "exit 6
    --- stdout
    --- stderr
    Error: Cannot save <folder>/output/SUMMER/keys.xlsx: it is a folder, not a regular file.
    Hint: Move it, or use another output folder with --out.
    "
  `);
  expect(existsSync(join(folder, 'keys.json'))).toBe(false);
});

test('a file that cannot be written after all: exit 6, and the other one is written', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  const [json, sheet] = ['keys.json', 'keys.xlsx'].map((name) => join(folder, name)) as [string, string];
  for (const path of [json, sheet]) rmSync(path);
  // Chance is asked for the name of each temporary file: a folder appears in the way between the two.
  const random = (bytes: number) => {
    if (existsSync(json)) mkdirSync(sheet, { recursive: true });
    return randomBytes(bytes);
  };
  expect(screen(await command(['export', 'SUMMER'], { random }))).toMatchInlineSnapshot(`
    "exit 6
    --- stdout
    Exported 3 keys to <folder>/output/SUMMER
      keys.json
      keys.xlsx: Cannot save <folder>/output/SUMMER/keys.xlsx: it is a folder (EISDIR).
    --- stderr
    "
  `);
  expect(JSON.parse(readFileSync(json, 'utf8')).keys).toEqual(saved);
});

test('while another run works in the workshop, export stops with exit 7', async () => {
  const { command, screen, folder } = await useProvisioned();
  const lock = await acquireLock(folder, lockTools({ now: () => new Date('2026-03-02T08:59:00Z') }));
  onTestFinished(() => lock.release());
  const shown = screen(await command(['export', 'SUMMER']));
  expect(shown.replaceAll(`${process.pid}`, '<pid>').replaceAll(/[0-9a-f]{16}/g, '<random>')).toMatchInlineSnapshot(`
    "exit 7
    --- stdout
    --- stderr
    Error: Another orkeys process (pid <pid>, provision) has been using <folder>/output/SUMMER since 2026-03-02 08:59 UTC.
    Hint: Wait for it to finish, then run the same command again. If process <pid> is another program, delete <folder>/output/SUMMER/.lock.<pid>.<random>.
    "
  `);
});
