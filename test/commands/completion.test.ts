import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { orkeys, temporaryFolder } from '../support/cli.ts';

const PATH = { PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin` };

/** Why a shell cannot be asked here; undefined when it can. */
function whyNot(shell: string): string | undefined {
  try {
    execFileSync(shell, ['--version'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return `${shell} is not installed`;
  }
}

/** A folder with the script, a roster and a folder whose name has a space. */
async function withScript(shell: string): Promise<string> {
  const folder = temporaryFolder();
  const { code, stdout } = await orkeys(['completion', shell], { cwd: folder });
  expect(code).toBe(0);
  writeFileSync(join(folder, 'script'), stdout);
  writeFileSync(join(folder, 'my people.xlsx'), '');
  writeFileSync(join(folder, 'our_people.xlsx'), '');
  mkdirSync(join(folder, 'my results'));
  return folder;
}

interface Case {
  typed: string;
  offers: string[];
  not?: string[];
}

const CASES: readonly Case[] = [
  { typed: 'orkeys pro', offers: ['provision'], not: ['list'] },
  { typed: 'orkeys list --js', offers: ['--json'], not: ['--limit-reset'] },
  { typed: 'orkeys provision --limit', offers: ['--limit', '--limit-reset'] },
  { typed: 'orkeys provision --limit-reset ', offers: ['daily', 'weekly', 'monthly'], not: ['--json'] },
  { typed: 'orkeys provision --limit-reset weekly --dry', offers: ['--dry-run'] },
  { typed: 'orkeys roster ', offers: ['check'], not: ['provision'] },
  { typed: 'orkeys completion ', offers: ['bash', 'fish', 'powershell', 'zsh'] },
];

function check(found: string[], { offers, not = [] }: Case): void {
  expect(found).toEqual(expect.arrayContaining(offers));
  expect(found.filter((word) => not.includes(word))).toEqual([]);
}

describe.skipIf(whyNot('bash'))(`in bash ${whyNot('bash') ?? ''}`, () => {
  function complete(folder: string, typed: string): string[] {
    const words = typed.split(' ').map((word) => `'${word}'`);
    const program = `source ./script; COMP_WORDS=(${words.join(' ')}); COMP_CWORD=${words.length - 1}; _orkeys; printf '%s\\n' "\${COMPREPLY[@]}"`;
    return execFileSync('bash', ['--norc', '-c', program], { cwd: folder, encoding: 'utf8' }).trim().split('\n');
  }

  test('Tab offers what fits', async () => {
    const folder = await withScript('bash');
    for (const each of CASES) check(complete(folder, each.typed), each);
    expect(complete(folder, 'orkeys provision my')).toEqual(expect.arrayContaining(['my people.xlsx']));
    expect(complete(folder, 'orkeys list --out my')).toEqual(['my results']);
    expect(complete(folder, 'orkeys list --prefix my')).toEqual(['']);
  });
});

describe.skipIf(whyNot('fish'))(`in fish ${whyNot('fish') ?? ''}`, () => {
  function complete(folder: string, typed: string): string[] {
    const program = `source ./script; complete -C '${typed}'`;
    const env = { ...PATH, HOME: folder, LC_ALL: 'C.UTF-8' };
    return execFileSync('fish', ['--no-config', '-c', program], { cwd: folder, env, encoding: 'utf8' })
      .trim()
      .split('\n');
  }
  const words = (lines: string[]) => lines.map((line) => line.split('\t')[0] ?? '');

  test('Tab offers what fits, with descriptions', async () => {
    const folder = await withScript('fish');
    for (const each of CASES) check(words(complete(folder, each.typed)), each);
    expect(complete(folder, 'orkeys whoa')).toEqual(['whoami\tshow which management key and account are in use']);
    expect(words(complete(folder, 'orkeys provision my'))).toEqual(expect.arrayContaining(['my people.xlsx']));
    expect(words(complete(folder, 'orkeys list --out my'))).toEqual(['my results/']);
  });
});

describe.skipIf(whyNot('zsh'))(`in zsh ${whyNot('zsh') ?? ''}`, () => {
  /** Types lines into a real zsh in a terminal of its own, and reads what Tab lists or makes of each. */
  function complete(folder: string, lines: readonly string[]): string[] {
    const setUp = [
      'PS1=; stty -echo; LISTMAX=1000; setopt auto_list no_list_beep',
      'autoload -Uz compinit; compinit -u -D; source ./script',
      'finish() { print -r -- "<line>$BUFFER</line>"; BUFFER= }; zle -N finish',
      'bindkey "^X" finish; bindkey "^I" complete-word; print rea""dy',
    ];
    const program = `
      zmodload zsh/zpty
      zpty -b shell zsh -f -i
      zpty -w shell '${setUp.join('; ')}'
      zpty -r shell out '*ready*'
      for line in ${lines.map((line) => `'${line}'`).join(' ')}; do
        zpty -w -n shell "$line"$'\\t\\x18'
        zpty -r shell out '*</line>*'
        print -r -- "$out"
        print '=== next'
      done`;
    const env = { ...PATH, HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8', COLUMNS: '200' };
    return execFileSync('zsh', ['-f', '-c', program], { cwd: folder, env, encoding: 'utf8', timeout: 30_000 }).split(
      '=== next',
    );
  }

  test('Tab offers what fits', async () => {
    const folder = await withScript('zsh');
    const screens = complete(folder, [...CASES.map(({ typed }) => typed), 'orkeys provision our']);
    for (const [at, { typed, offers, not = [] }] of CASES.entries()) {
      for (const word of offers) expect(screens[at], typed).toContain(word);
      for (const word of not) expect(screens[at], typed).not.toContain(word);
    }
    expect(screens[CASES.length]).toContain('<line>orkeys provision our_people.xlsx');
  });
});

describe.skipIf(whyNot('pwsh'))(`in PowerShell ${whyNot('pwsh') ?? ''}`, () => {
  function complete(folder: string, typed: string): string[] {
    const program = `Get-Content -Raw -Encoding utf8 ./script | Invoke-Expression
      (TabExpansion2 -inputScript '${typed}' -cursorColumn ${typed.length}).CompletionMatches | ForEach-Object CompletionText`;
    const options = ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', program];
    return execFileSync('pwsh', options, { cwd: folder, encoding: 'utf8' }).trim().split(/\r?\n/);
  }

  test('Tab offers what fits', async () => {
    const folder = await withScript('powershell');
    for (const each of CASES) check(complete(folder, each.typed), each);
  });
});

test('the script for PowerShell names every command and flag', async () => {
  const { stdout } = await orkeys(['completion', 'powershell'], { cwd: temporaryFolder() });
  expect(stdout).toContain("-Native -CommandName 'orkeys', 'orkeys.cmd', 'orkeys.ps1' -ScriptBlock");
  expect(stdout).toContain("'orkeys provision' = @(");
  expect(stdout).toContain("'orkeys provision --limit-reset' = @(,@('daily', 'daily'); ,@('weekly', 'weekly')");
  expect(stdout).toContain(",@('--json', 'print the result as JSON')");
});

test('an unknown shell is refused', async () => {
  expect(await orkeys(['completion', 'tcsh'], { cwd: temporaryFolder() })).toMatchObject({ code: 2, stdout: '' });
});

test('with --json the script is a text in a document', async () => {
  const plain = await orkeys(['completion', 'bash'], { cwd: '/' });
  const { code, stdout } = await orkeys(['completion', 'bash', '--json'], { cwd: '/' });
  expect([code, JSON.parse(stdout)]).toEqual([
    0,
    { version: 1, command: 'completion', shell: 'bash', script: expect.any(String) },
  ]);
  expect(plain.stdout).toContain('completion of orkeys for bash');
});
