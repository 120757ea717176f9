import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acquireLock } from '../../src/files/lock.ts';
import { lockTools } from '../files/world.ts';
import { findLeaks } from '../support/canary.ts';
import { ROSTER, useProvisioned } from '../support/provisioned.ts';

const GROUPS = `E-mail,Name,Surname,Group
anda.baklane@example.org,Anda,Baklāne,Table 1
valdis.veveris@example.org; v.veveris@example.com,Valdis,Vēveris,Table 2
zane.ozola@example.net,Zane,Ozola,Table 1
`;

test('slips for everybody, and the list to tick off', async () => {
  const { command, screen, folder, saved } = await useProvisioned('--expires', '2026-03-09');
  expect(screen(await command(['handout', 'slips', '--master']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Slips     3 participants, 1 page A4, 8 to a page; each with its key as text and QR code
    Saved     <folder>/output/SUMMER/handout/slips.html
    Saved     <folder>/output/SUMMER/handout/master.html
    Print     open it in a browser and press Ctrl-P (Mac: Cmd-P): paper A4, margins "None", scale 100 %
    --- stderr
    "
  `);
  const slips = readFileSync(join(folder, 'handout', 'slips.html'), 'utf8');
  expect(slips.match(/<article/g)).toHaveLength(3);
  for (const { key } of saved) expect(shownKeys(slips)).toContain(key);
  expect(slips.match(/Until <b>\w+ \d+ Mar 2026/g)).toHaveLength(3);
});

test('keys that are off are handed out, and the screen says how to switch them on', async () => {
  const { command, screen, folder } = await useProvisioned();
  await command(['update', '--prefix', 'SUMMER', '--disable', '--yes']);
  expect(screen(await command(['handout', 'slips', 'SUMMER']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Slips     3 participants, 1 page A4, 8 to a page; each with its key as text and QR code
    Keys      all are off now; to switch them on: orkeys update --prefix SUMMER --enable
    Saved     <folder>/output/SUMMER/handout/slips.html
    Print     open it in a browser and press Ctrl-P (Mac: Cmd-P): paper A4, margins "None", scale 100 %
    --- stderr
    "
  `);
  expect(readFileSync(join(folder, 'handout', 'slips.html'), 'utf8')).toContain('Switched off until the event');
});

test('--new hands out what is new: keys of new people, and those that replaced a key', async () => {
  const { command, screen, cwd, folder, saved } = await useProvisioned();
  await command(['handout', 'slips']);
  expect(screen(await command(['handout', 'slips', '--new']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Slips     nothing new: 3 participants already got the current key this way
    --- stderr
    "
  `);
  await command(['rotate', '--email', 'anda.baklane@example.org', '--yes']);
  writeFileSync(join(cwd, 'SUMMER_participants.csv'), `${ROSTER}new@example.org,New,One\n`);
  await command(['provision', 'SUMMER_participants.csv', '--yes']);
  expect(screen(await command(['handout', 'slips', '--new']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Slips     2 participants, 1 page A4, 8 to a page; each with its key as text and QR code
    Had it    2 participants had the current key this way before
    Replaced  1 participant had an earlier key this way: row 2
    Saved     <folder>/output/SUMMER/handout/slips.html
    Print     open it in a browser and press Ctrl-P (Mac: Cmd-P): paper A4, margins "None", scale 100 %
    --- stderr
    "
  `);
  const slips = shownKeys(readFileSync(join(folder, 'handout', 'slips.html'), 'utf8'));
  expect(slips).toHaveLength(2);
  for (const { key } of saved) expect(slips).not.toContain(key);
});

test('who has no key that works is left out and named: revoked, expired, without a key', async () => {
  const { command, screen, cwd, setTime } = await useProvisioned();
  await command(['revoke', '--email', 'anda.baklane@example.org', '--yes']);
  await command(['rotate', '--email', 'valdis.veveris@example.org', '--expires', '1d', '--yes']);
  writeFileSync(join(cwd, 'SUMMER_participants.csv'), `${ROSTER}bad limit@x,New,One\nnew@example.org,New,One\n`);
  setTime('2026-03-05T09:00:00Z');
  expect(screen(await command(['handout', 'slips']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Slips     1 participant, 1 page A4, 8 to a page; each with its key as text and QR code
    Left out  1 participant whose key was revoked: row 2 (orkeys provision creates keys)
    Left out  1 participant whose key expired: row 3 (new keys: orkeys rotate --prefix SUMMER --expired --expires 7d)
    Saved     <folder>/output/SUMMER/handout/slips.html
    Print     open it in a browser and press Ctrl-P (Mac: Cmd-P): paper A4, margins "None", scale 100 %
    --- stderr
    "
  `);
});

test('the rest of a workshop whose keys are all gone has nothing to hand out', async () => {
  const { command, screen } = await useProvisioned();
  await command(['revoke', '--prefix', 'SUMMER', '--yes']);
  expect(screen(await command(['handout', 'slips']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Nobody to hand a key to: none of the selected participants of SUMMER has a key that works.
    Hint: To see every key, run: orkeys list SUMMER
    "
  `);
});

test('--email and --group select; what nobody has is refused with what there is', async () => {
  const { command, screen, cwd, folder, saved } = await useProvisioned();
  writeFileSync(join(cwd, 'SUMMER_participants.csv'), GROUPS);
  await command(['provision', 'SUMMER_participants.csv', '--yes']);
  await command(['handout', 'slips', '--group', 'table 1', '--email', 'ZANE.OZOLA@example.net']);
  expect(shownKeys(readFileSync(join(folder, 'handout', 'slips.html'), 'utf8'))).toEqual([saved[2]?.key]);
  expect(screen(await command(['handout', 'slips', '--email', 'zane.ozola@example.org']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: No participant of this workshop has the email address zane.ozola@example.org.
    Hint: Did you mean zane.ozola@example.net?
    "
  `);
  expect(screen(await command(['handout', 'slips', '--group', 'Table 9']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: No participant of this workshop is in the group Table 9.
    Hint: Available groups: Table 1, Table 2
    "
  `);
});

test('a folder for each person, with their own key alone', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  expect(screen(await command(['handout', 'files', '--client', 'python,cursor']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Files     3 participants, a folder each: .env, .gitignore, key.html, START.md
    Saved     <folder>/output/SUMMER/handout/people
    Give      each person their own folder, for example on a USB stick or in their home on a server
    --- stderr
    "
  `);
  const people = join(folder, 'handout', 'people');
  expect(readdirSync(people).sort()).toEqual(['002-anda-baklane', '003-valdis-veveris', '004-zane-ozola']);
  for (const [index, name] of readdirSync(people).sort().entries()) {
    const { key } = saved[index] as (typeof saved)[number];
    expect(readdirSync(join(people, name)).sort()).toEqual(['.env', '.gitignore', 'START.md', 'key.html']);
    expect(readFileSync(join(people, name, '.env'), 'utf8')).toContain(`\nOPENROUTER_API_KEY=${key}\n`);
    expect(shownKeys(readFileSync(join(people, name, 'key.html'), 'utf8'))).toEqual([key]);
    expect(readFileSync(join(people, name, '.gitignore'), 'utf8')).toBe('.env\nkey.html\n');
  }
  expect(readFileSync(join(people, '002-anda-baklane', 'START.md'), 'utf8')).toContain(
    '# Anda Baklāne: your OpenRouter API key',
  );
});

test('START.md can be of one’s own; a placeholder that does not exist is named with its line', async () => {
  const { command, screen, cwd, folder } = await useProvisioned();
  const { stdout } = await command(['handout', 'template']);
  expect(stdout).toContain('{{snippets}}');
  writeFileSync(join(cwd, 'own.md'), 'Sveiki, {{ name }}!\nLimits: {{limit}}\n');
  await command(['handout', 'files', '--template', 'own.md']);
  const start = join(folder, 'handout', 'people', '002-anda-baklane', 'START.md');
  expect(readFileSync(start, 'utf8')).toBe('Sveiki, Anda Baklāne!\nLimits: $1.00\n');
  writeFileSync(join(cwd, 'own.md'), '{{name}}\n{{key}}\n');
  expect(screen(await command(['handout', 'files', '--template', 'own.md']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: <folder>/own.md has 1 unknown placeholder.

      line 2: {{key}}

    Hint: Available placeholders: {{name}}, {{email}}, {{group}}, {{workshop}}, {{limit}}, {{works}}, {{shared}}, {{last_four}}, {{model}}, {{snippets}}
    "
  `);
});

test('clients and models that cannot be are refused', async () => {
  const { command, screen } = await useProvisioned();
  expect(screen(await command(['handout', 'files', '--client', 'python,emacs']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Unknown client emacs in --client python,emacs.
    Hint: Available clients: python, js, curl, litellm, aider, opencode, cursor, continue, cline, vscode, jupyter, colab, or all
    "
  `);
  expect(screen(await command(['handout', 'files', '--model', 'x"; rm -rf /']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Invalid --model x"; rm -rf /: expected the slug of a model.
    Hint: For example: --model openrouter/auto (all slugs: https://openrouter.ai/models)
    "
  `);
});

test('JSON for a hub has everybody: a part of them would take the keys of the others away', async () => {
  const { command } = await useProvisioned();
  const { code, stderr } = await command(['handout', 'table', '--format', 'hub', '--new']);
  expect(code).toBe(2);
  expect(stderr).toBe(
    "Error: --format hub and --new cannot be combined: the file has everybody's key.\nHint: Remove --new.\n",
  );
});

test('tables for mail merge, and JSON for a hub', async () => {
  const { command, screen, folder, saved } = await useProvisioned();
  expect(screen(await command(['handout', 'table']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Table     3 participants, one row each with the key
    Saved     <folder>/output/SUMMER/handout/mail-merge.xlsx
    Saved     <folder>/output/SUMMER/handout/mail-merge.csv
    Merge     in Word or another program: titles in row 1, email in the column email, the key in api_key
    --- stderr
    "
  `);
  expect(screen(await command(['handout', 'table', '--format', 'hub']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Table     3 participants: email addresses and their keys as JSON
    Saved     <folder>/output/SUMMER/handout/hub-keys.json
    Use it    in pre_spawn_hook of JupyterHub: see docs/handout.md
    --- stderr
    "
  `);
  const keys = JSON.parse(readFileSync(join(folder, 'handout', 'hub-keys.json'), 'utf8'));
  expect(keys).toEqual({
    'anda.baklane@example.org': saved[0]?.key,
    'valdis.veveris@example.org': saved[1]?.key,
    'v.veveris@example.com': saved[1]?.key,
    'zane.ozola@example.net': saved[2]?.key,
  });
});

test('a dry run says what it would write, and writes nothing', async () => {
  const { command, screen, folder } = await useProvisioned();
  const before = readdirSync(folder);
  expect(screen(await command(['handout', 'slips', '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Slips     3 participants, 1 page A4, 8 to a page; each with its key as text and QR code
    Would save <folder>/output/SUMMER/handout/slips.html
    Dry run: nothing was written.
    --- stderr
    "
  `);
  expect(screen(await command(['handout', 'files', '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Files     3 participants, a folder each: .env, .gitignore, key.html, START.md
    Would save <folder>/output/SUMMER/handout/people
    Dry run: nothing was written.
    --- stderr
    "
  `);
  expect(readdirSync(folder)).toEqual(before);
});

test('rotate and revoke delete what was handed out of dead keys, and name the rest', async () => {
  const { command, screen, folder } = await useProvisioned();
  await command(['handout', 'slips']);
  await command(['handout', 'files']);
  const own = join(folder, 'handout', 'people', '004-zane-ozola', 'notes.txt');
  writeFileSync(own, 'mine');
  const rotated = screen(await command(['rotate', '--email', 'anda.baklane@example.org', '--yes']));
  expect(notesOf(rotated)).toMatchInlineSnapshot(`
    "Note: Deleted hand-outs whose keys no longer work: handout/people/002-anda-baklane
    Note: handout/slips.html has 1 key no longer in use; to write it again: orkeys handout slips SUMMER"
  `);
  expect(existsSync(join(folder, 'handout', 'people', '002-anda-baklane'))).toBe(false);
  expect(existsSync(join(folder, 'handout', 'people', '003-valdis-veveris', '.env'))).toBe(true);
  // Once is enough: what ends no key does not say it again.
  const disabled = screen(await command(['update', '--prefix', 'SUMMER', '--disable', '--yes']));
  expect(notesOf(disabled)).toBe('');
  const revoked = screen(await command(['revoke', '--prefix', 'SUMMER', '--yes']));
  expect(notesOf(revoked)).toMatchInlineSnapshot(
    `"Note: Deleted hand-outs whose keys no longer work: handout/slips.html, handout/people/003-valdis-veveris, handout/people/004-zane-ozola"`,
  );
  expect(readdirSync(join(folder, 'handout')).sort()).toEqual(['.gitignore', 'people']);
  expect(readFileSync(own, 'utf8')).toBe('mine');
});

test.each(['--json', '--quiet'])('what rotate and revoke delete is told with %s too', async (flag) => {
  const { command } = await useProvisioned();
  await command(['handout', 'files']);
  const told = async (...args: string[]) => {
    const { stdout, stderr } = await command([...args, '--yes', flag]);
    return flag === '--json'
      ? { notes: JSON.parse(stdout).notes, stderr }
      : { notes: [stderr.replaceAll(/\s+/g, ' ').trim()], stderr: '' };
  };
  const sentence = 'Deleted hand-outs whose keys no longer work: handout/people/002-anda-baklane';
  expect(await told('rotate', '--email', 'anda.baklane@example.org')).toEqual({
    notes: [flag === '--json' ? sentence : `Note: ${sentence}`],
    stderr: '',
  });
  expect((await told('revoke', '--email', 'valdis.veveris@example.org')).notes.join()).toContain('003-valdis-veveris');
});

test('everything is private, git ignores it, and no secret is in a name, in handouts.jsonl or on the screen', async () => {
  const { command, cwd, folder, saved } = await useProvisioned();
  const screens: Record<string, string> = {};
  for (const what of [['slips', '--master'], ['files'], ['table'], ['table', '--format', 'hub']]) {
    for (const more of [[], ['--json'], ['--dry-run']]) {
      const { stdout, stderr } = await command(['handout', ...what, ...more]);
      screens[[...what, ...more].join(' ')] = stdout + stderr;
    }
  }
  const secrets = saved.map(({ key }) => key);
  expect(await findLeaks(secrets, screens, cwd)).toEqual([]);
  expect(existsSync(join(folder, 'handouts.jsonl'))).toBe(true);
  const made = readdirSync(join(folder, 'handout'), { recursive: true, encoding: 'utf8' });
  expect(made.length).toBeGreaterThan(20);
  for (const name of ['.', ...made]) {
    const { mode } = statSync(join(folder, 'handout', name));
    expect([name, (mode & 0o777).toString(8)]).toEqual([name, mode & 0o40000 ? '700' : '600']);
  }
  execFileSync('git', ['init', '--quiet', cwd]);
  const seen = execFileSync('git', ['-C', cwd, 'status', '--porcelain', '--untracked-files=all'], { encoding: 'utf8' });
  expect(seen).not.toMatch(/output/);
});

test('in a repository that tracks a hand-out, nothing is written', async () => {
  const { command, screen, cwd, folder } = await useProvisioned();
  mkdirSync(join(folder, 'handout'));
  writeFileSync(join(folder, 'handout', 'slips.html'), 'old');
  execFileSync('git', ['init', '--quiet', cwd]);
  execFileSync('git', ['-C', cwd, 'add', '--force', join(folder, 'handout', 'slips.html')]);
  const { code, stderr } = await command(['handout', 'slips']);
  expect({ code, stderr: screen({ code, stdout: '', stderr }) }).toMatchObject({
    code: 6,
    stderr: expect.stringContaining('Git tracks handout/slips.html'),
  });
  expect(readFileSync(join(folder, 'handout', 'slips.html'), 'utf8')).toBe('old');
});

test('a link in place of the folder leads no secret elsewhere', async () => {
  const { command, cwd, folder } = await useProvisioned();
  const elsewhere = join(cwd, 'elsewhere');
  mkdirSync(elsewhere);
  symlinkSync(elsewhere, join(folder, 'handout'));
  expect((await command(['handout', 'slips'])).code).toBe(6);
  rmSync(join(folder, 'handout'));
  mkdirSync(join(folder, 'handout', 'people'), { recursive: true });
  symlinkSync(elsewhere, join(folder, 'handout', 'people', '002-anda-baklane'));
  expect((await command(['handout', 'files'])).code).toBe(6);
  expect(readdirSync(elsewhere)).toEqual([]);
});

test('as JSON, without secrets', async () => {
  const { command, screen } = await useProvisioned();
  await command(['revoke', '--email', 'anda.baklane@example.org', '--yes']);
  await command(['rotate', '--email', 'zane.ozola@example.net', '--yes']);
  const { code, stdout, stderr } = await command(['handout', 'files', '--json']);
  expect(screen({ code, stdout, stderr })).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    {
      "version": 1,
      "command": "handout files",
      "dry_run": false,
      "sandbox": false,
      "prefix": "SUMMER",
      "folder": "<folder>/output/SUMMER",
      "people": [
        {
          "participant": {
            "row": 3,
            "name": "Valdis",
            "surname": "Vēveris",
            "emails": [
              "valdis.veveris@example.org",
              "v.veveris@example.com"
            ],
            "group": null,
            "tier": null,
            "id": null
          },
          "name": "SUMMER_Valdis_Vēveris_<tag>",
          "hash": "<hash>",
          "label": "<masked>",
          "disabled": false,
          "files": [
            "<folder>/output/SUMMER/handout/people/003-valdis-veveris/.gitignore",
            "<folder>/output/SUMMER/handout/people/003-valdis-veveris/.env",
            "<folder>/output/SUMMER/handout/people/003-valdis-veveris/key.html",
            "<folder>/output/SUMMER/handout/people/003-valdis-veveris/START.md"
          ],
          "left_out": null
        },
        {
          "participant": {
            "row": 4,
            "name": "Zane",
            "surname": "Ozola",
            "emails": [
              "zane.ozola@example.net"
            ],
            "group": null,
            "tier": null,
            "id": null
          },
          "name": "SUMMER_Zane_Ozola_<tag>",
          "hash": "<hash>",
          "label": "<masked>",
          "disabled": false,
          "files": [
            "<folder>/output/SUMMER/handout/people/004-zane-ozola/.gitignore",
            "<folder>/output/SUMMER/handout/people/004-zane-ozola/.env",
            "<folder>/output/SUMMER/handout/people/004-zane-ozola/key.html",
            "<folder>/output/SUMMER/handout/people/004-zane-ozola/START.md"
          ],
          "left_out": null
        },
        {
          "participant": {
            "row": 2,
            "name": "Anda",
            "surname": "Baklāne",
            "emails": [
              "anda.baklane@example.org"
            ],
            "group": null,
            "tier": null,
            "id": null
          },
          "name": null,
          "hash": null,
          "label": null,
          "disabled": null,
          "files": [],
          "left_out": "revoked"
        }
      ],
      "totals": {
        "count": 3,
        "made": 2,
        "left_out": 1
      },
      "files": [
        {
          "path": "<folder>/output/SUMMER/handout/people/003-valdis-veveris/.gitignore",
          "instead_of": null,
          "failed": null
        },
        {
          "path": "<folder>/output/SUMMER/handout/people/003-valdis-veveris/.env",
          "instead_of": null,
          "failed": null
        },
        {
          "path": "<folder>/output/SUMMER/handout/people/003-valdis-veveris/key.html",
          "instead_of": null,
          "failed": null
        },
        {
          "path": "<folder>/output/SUMMER/handout/people/003-valdis-veveris/START.md",
          "instead_of": null,
          "failed": null
        },
        {
          "path": "<folder>/output/SUMMER/handout/people/004-zane-ozola/.gitignore",
          "instead_of": null,
          "failed": null
        },
        {
          "path": "<folder>/output/SUMMER/handout/people/004-zane-ozola/.env",
          "instead_of": null,
          "failed": null
        },
        {
          "path": "<folder>/output/SUMMER/handout/people/004-zane-ozola/key.html",
          "instead_of": null,
          "failed": null
        },
        {
          "path": "<folder>/output/SUMMER/handout/people/004-zane-ozola/START.md",
          "instead_of": null,
          "failed": null
        }
      ]
    }
    --- stderr
    "
  `);
});

test('while another run hands out, it stops with exit 7', async () => {
  const { command, folder } = await useProvisioned();
  const lock = await acquireLock(folder, {
    ...lockTools({ now: () => new Date('2026-03-02T08:59:00Z') }),
    lockName: 'handouts',
  });
  onTestFinished(() => lock.release());
  expect((await command(['handout', 'slips'])).code).toBe(7);
});

test('without a journal, or with a damaged one, nothing is handed out', async () => {
  const { command, screen, folder } = await useProvisioned();
  rmSync(join(folder, 'journal.jsonl'));
  expect(screen(await command(['handout', 'slips']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Nothing to hand out: <folder>/output/SUMMER/journal.jsonl is missing.
    Hint: Restore it, or rebuild it from keys.json with: orkeys journal rebuild SUMMER
    "
  `);
});

test('--off-until and --note stand on every slip; a note that is too long is refused', async () => {
  const { command, screen, folder } = await useProvisioned();
  await command(['handout', 'slips', '--off-until', '2026-03-09', '--note', 'Help: room <12>']);
  const slips = readFileSync(join(folder, 'handout', 'slips.html'), 'utf8');
  expect(slips.match(/From <b>Mon 9 Mar 2026, 00:00<\/b> UTC|2026-03-09 00:00 UTC/g)).toHaveLength(3);
  expect(slips.match(/Help: room &lt;12&gt;/g)).toHaveLength(3);
  expect(screen(await command(['handout', 'slips', '--note', 'x'.repeat(201)]))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: --note has 201 characters; a slip has room for 200.
    Hint: Shorten it.
    "
  `);
  expect(screen(await command(['handout', 'slips', '--off-until', 'soon']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Invalid --off-until soon: it is not a date such as 2026-12-31, a UTC time such as 2026-12-31T18:00:00Z, or a span such as 7d.
    Hint: Use a UTC time (2026-03-09T07:00:00Z), a date (2026-03-09) or a span (3d).
    "
  `);
});

/** The keys that a page shows, without the marks of its groups. */
function shownKeys(page: string): string[] {
  return [...page.matchAll(/<p class="key">(.*?)<\/p>/gs)].map(([, key = '']) => key.replaceAll(/<[^>]*>/g, ''));
}

function notesOf(screen: string): string {
  return screen
    .split('\n')
    .filter((line) => line.startsWith('Note: '))
    .join('\n');
}
