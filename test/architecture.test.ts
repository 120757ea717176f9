import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Room {
  /** rooms that it may import; itself always */
  uses: string;
  /** rooms that it may load later (`await import(…)`) or take types from, but not import at once */
  loads?: string;
  /** packages and Node's modules that are at home here; `name@file` = in that file only */
  packages?: string;
  /** decides and does nothing: no file, socket, clock or chance */
  pure?: true;
}

const BASE =
  'errors error-codes issue-codes secret money plural near-misses shell windows-program child-environment parse-json';
const PURE = `${BASE} roster keys journal plan usage`;
const WORLD = 'roster-file openrouter workbook database postgres files sandbox clipboard mail';

/** The law: who may import whom, from the top of the house to its ground. What is not here is forbidden. */
const LAW: Record<string, Room> = {
  main: { uses: `program context version terminal ${BASE}`, loads: 'first-run' },
  program: {
    uses: `host command-table help-text context version terminal ${BASE}`,
    loads: 'usage-error flags first-run',
    packages: '@commander-js/extra-typings',
  },
  /** the name, group and summary of every command */
  'command-table': { uses: 'host context errors', loads: 'command', packages: '@commander-js/extra-typings' },
  /** commands/<name>/command.ts, and restore-command.ts of a part: what can be typed. Loads nothing heavy, because `--help` loads it. */
  command: { uses: `host flags help-text context ${BASE}`, loads: 'run', packages: '@commander-js/extra-typings' },
  /** the other files of commands/<name>/: what the command does, and how it looks */
  run: {
    uses: `flags context settings version ${PURE} handout seal zip apply ${WORLD} execution selection workshop connection first-run views report terminal`,
    packages: '@commander-js/extra-typings@describe-program.ts @commander-js/extra-typings@run.ts',
  },
  flags: { uses: BASE, loads: 'roster-file selection workshop connection', packages: '@commander-js/extra-typings' },
  host: { uses: `help-text context ${BASE}` },
  'help-text': { uses: BASE, pure: true },
  'usage-error': { uses: BASE, packages: '@commander-js/extra-typings' },
  /** from a plan to its report: what every changing command shares */
  execution: { uses: `context settings ${PURE} apply ${WORLD} selection workshop connection views terminal` },
  /** what somebody without a key and a workshop needs, and somebody who clicked */
  'first-run': { uses: `context settings ${BASE} workbook roster-file workshop connection terminal` },
  /** which keys are meant */
  selection: { uses: `context settings ${PURE} handout roster-file workshop connection terminal` },
  /** the workshops of an output folder: list, read, open, repair, write results */
  workshop: {
    uses: `context settings ${PURE} handout apply files workbook postgres sealed-log connection terminal`,
    packages: 'node:crypto',
  },
  connection: { uses: `context settings version ${PURE} openrouter files sandbox keychain mail` },
  'roster-file': { uses: `context embedded ${BASE} roster workbook` },
  views: { uses: `context ${PURE} handout terminal`, pure: true },
  /** pages that a browser shows; html-text.ts alone joins HTML */
  report: { uses: `${BASE} roster keys usage`, pure: true },
  terminal: { uses: `context ${BASE}`, packages: 'cli-progress@progress-bar.ts string-width@cell-width.ts' },
  apply: { uses: `${PURE} handout` },
  openrouter: {
    uses: `${BASE} keys`,
    packages:
      'undici zod/mini@schemas.ts zod/mini@guardrails.ts zod/mini@budgets.ts zod/mini@analytics.ts zod/mini@activity.ts zod/mini@usage-fields.ts',
  },
  workbook: { uses: `${BASE} roster keys journal usage zip`, packages: 'exceljs csv-parse yauzl saxes' },
  /** tables as the bytes of an SQLite database */
  database: { uses: `embedded ${BASE} roster keys usage`, packages: 'sql.js@sqlite.ts' },
  files: { uses: BASE },
  /** a database that several people share: encrypted lines, locks with a fence */
  postgres: { uses: BASE, packages: 'pg@database.ts' },
  /** the encryption of lines that leave this computer; random bytes are an argument */
  'sealed-log': { uses: 'secret', packages: 'node:crypto', pure: true },
  clipboard: { uses: BASE },
  /** the key store of the system, by the system's own programs */
  keychain: { uses: BASE, packages: 'zod/mini@profiles.ts' },
  /** one mail to one server */
  mail: {
    uses: `${BASE} handout`,
    packages: 'nodemailer/lib/smtp-connection nodemailer/lib/mail-composer@compose-mail.ts',
  },
  sandbox: { uses: '' },
  plan: { uses: `${BASE} roster keys journal`, packages: 'zod/mini@tiers-file.ts', pure: true },
  journal: {
    uses: `${BASE} roster keys`,
    packages: 'zod/mini@entry.ts zod/v4/core@compiled-object.ts zod/mini@saved-keys.ts node:zlib@log-lines.ts',
    pure: true,
  },
  /** who gets which key, and what is handed out: slips, pages, files, tables */
  handout: {
    uses: `${BASE} roster keys journal report`,
    packages:
      'lean-qr@qr-code.ts zod/mini@handout-entry.ts zod/mini@mail-entry.ts node:crypto@page.ts node:crypto@plan-mail.ts',
    pure: true,
  },
  /** who spent what: what to ask for, what is remembered, what a person's keys add up to */
  usage: { uses: `${BASE} roster keys journal`, packages: 'zod/mini@usage-entry.ts', pure: true },
  /** files with a password; random bytes are an argument */
  seal: { uses: 'secret zip', packages: 'node:crypto', pure: true },
  zip: { uses: '', packages: 'node:zlib', pure: true },
  keys: { uses: `${BASE} roster`, packages: 'picomatch@name-glob.ts', pure: true },
  roster: { uses: BASE, packages: 'zod/mini', pure: true },
  settings: { uses: `context ${BASE}`, packages: 'dotenv' },
  context: { uses: 'secret' },
  errors: { uses: '', loads: 'error-codes issue-codes' },
  'error-codes': { uses: '' },
  'issue-codes': { uses: '' },
  secret: { uses: '' },
  money: { uses: '' },
  plural: { uses: '' },
  shell: { uses: '' },
  'windows-program': { uses: '' },
  'child-environment': { uses: '' },
  'parse-json': { uses: '' },
  'near-misses': { uses: '' },
  version: { uses: 'embedded' },
  /** files inside the single executable */
  embedded: { uses: '' },
};

const MAX_LINES = 250;
/** snippets for other programs, as text */
const SNIPPETS = 'handout/clients.ts';
const FORBIDDEN_WORDS = [/\bprocess\.exit\b/, /\bconsole\./, /\bDate\.now\b/, /\bMath\.random\b/];

test('the sources keep the law of imports', () => {
  const sources = readSources();
  expect(sources.length).toBeGreaterThan(80);
  expect(sources.flatMap(violations)).toEqual([]);
});

test('no import leads back to where it started, types included', () => {
  expect(circles(readSources())).toEqual([]);
});

test('no name is exported twice', () => {
  expect(namesExportedTwice(readSources())).toEqual([]);
});

test.each([
  ['a pure room reads a file', 'plan/x.ts', "import { readFile } from 'node:fs/promises';"],
  ['a pure room takes a library', 'roster/x.ts', "import ExcelJS from 'exceljs';"],
  ['a library leaves its home', 'files/x.ts', "import { request } from 'undici';"],
  ['a part of a library leaves its home', 'apply/x.ts', "import Agent from 'undici/lib/dispatcher/agent.js';"],
  ['a library leaves its file', 'openrouter/x.ts', "import * as z from 'zod/mini';"],
  ['all of zod is loaded', 'openrouter/schemas.ts', "import * as z from 'zod';"],
  ['an arrow runs back up', 'journal/x.ts', "import type { Change } from '../plan/change.ts';"],
  ['an adapter uses another', 'openrouter/x.ts', "import { writePrivateFile } from '../files/private-file.ts';"],
  ['an adapter loads another', 'workbook/x.ts', "await import('../files/private-file.ts');"],
  ['the sandbox uses something of ours', 'sandbox/x.ts', "import type { KeyData } from '../openrouter/schemas.ts';"],
  ['a leaf takes the whole context', 'openrouter/x.ts', "import type { Context } from '../context.ts';"],
  ['apply knows how it looks', 'apply/x.ts', "import { renderTable } from '../terminal/table.ts';"],
  ['the terminal knows what a key is', 'terminal/x.ts', "import type { AccountKey } from '../keys/account-key.ts';"],
  ['a command imports what it does at once', 'commands/list/command.ts', "import { runList } from './run.ts';"],
  ['a command imports another', 'commands/sync/run.ts', "import { x } from '../provision/run.ts';"],
  ['a command takes types of another', 'commands/sync/run.ts', "import type { X } from '../provision/run.ts';"],
  ['an import over many lines', 'plan/x.ts', "import {\n  open,\n  type Stats,\n} from 'node:fs';"],
  ['something is passed on', 'plan/x.ts', "export { open } from 'node:fs';"],
  ['an import for its effect', 'plan/x.ts', "import 'node:fs';"],
  ['a room that the law does not know', 'utils/x.ts', 'export const x = 1;'],
  ['the process is ended', 'commands/list/run.ts', 'process.exit(1);'],
  ['something is printed past the streams', 'commands/list/run.ts', "console.log('x');"],
  ['the clock is read', 'apply/x.ts', 'const now = Date.now();'],
  ['chance is not an argument', 'plan/x.ts', 'const chance = Math.random();'],
  ['a file is too long', 'views/x.ts', 'x;\n'.repeat(MAX_LINES + 1)],
])('the law is broken when %s', (_, path, text) => {
  expect(violations({ path, text })).toHaveLength(1);
});

test.each([
  ['a command loads what it does when it runs', 'commands/list/command.ts', "await import('./run.ts');"],
  ['a library is at home', 'workbook/x.ts', "import { parse } from 'csv-parse/sync';"],
  ['a comment tells of process.exit', 'views/x.ts', '// process.exit would lose what is not flushed\n'],
])('the law is kept when %s', (_, path, text) => {
  expect(violations({ path, text })).toEqual([]);
});

test('a circle and a name that is there twice are found', () => {
  const a = { path: 'plan/a.ts', text: "import { b } from './b.ts';\nexport const a = 1;" };
  const b = { path: 'plan/b.ts', text: "import type { a } from './a.ts';\nexport const b = 1;" };
  expect(circles([a, b])).toEqual(['plan/a.ts → plan/b.ts → plan/a.ts']);
  expect(namesExportedTwice([a, { path: 'keys/c.ts', text: 'export function a() {}' }])).toEqual([
    'a: plan/a.ts, keys/c.ts',
  ]);
});

interface Source {
  /** below src, with `/` */
  path: string;
  text: string;
}

function readSources(): Source[] {
  const root = fileURLToPath(new URL('../src/', import.meta.url));
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => ({ path: name.split(sep).join('/'), text: readFileSync(join(root, name), 'utf8') }));
}

/** One sentence for each thing in a file that the law forbids. */
function violations({ path, text }: Source): string[] {
  const room = LAW[roomOf(path)];
  if (!room) return [`${path}: the law knows no room "${roomOf(path)}"`];
  const code = withoutComments(text);
  const lines = text.trimEnd().split('\n').length;
  return [
    ...importsOf(code)
      .filter((found) => !isAllowed(found, path, room))
      .map(({ target, how }) => `${path}: ${how} ${target}`),
    ...FORBIDDEN_WORDS.filter((word) => path !== SNIPPETS && word.test(code)).map((word) => `${path}: ${word.source}`),
    ...(lines > MAX_LINES ? [`${path}: ${lines} lines`] : []),
  ];
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '');
}

interface Import {
  target: string;
  /** `at once`: loaded with the file itself */
  how: 'at once' | 'later' | 'types';
}

function importsOf(code: string): Import[] {
  const fixed = [...code.matchAll(/^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm)];
  const dynamic = [...code.matchAll(/\bimport\(\s*'([^']+)'/g)];
  return [
    ...fixed.map(([, type, target = '']): Import => ({ target, how: type ? 'types' : 'at once' })),
    ...dynamic.map(([, target = '']): Import => ({ target, how: 'later' })),
  ];
}

function isAllowed({ target, how }: Import, path: string, { uses, loads = '', packages = '', pure }: Room): boolean {
  const isHome = words(packages).some((rule) => isPackage(target, path, rule));
  if (!target.startsWith('.')) return isHome || (target.startsWith('node:') && !pure);
  const other = posix.join(posix.dirname(path), target);
  if (commandOf(other) && commandOf(path) && commandOf(other) !== commandOf(path)) return false;
  if (roomOf(other) === roomOf(path) || words(uses).includes(roomOf(other))) return true;
  return how !== 'at once' && words(loads).includes(roomOf(other));
}

function isPackage(target: string, path: string, rule: string): boolean {
  const [, name = '', file] = /^(.+?)(?:@([\w-]+\.ts))?$/.exec(rule) ?? [];
  return (target === name || target.startsWith(`${name}/`)) && (!file || posix.basename(path) === file);
}

/** `plan/change.ts` → `plan`; `main.ts` → `main`; in commands/ what can be typed is a room, and what is done another. */
function roomOf(path: string): string {
  const [folder = '', second = '', file] = path.replace(/\.ts$/, '').split('/');
  if (folder !== 'commands') return folder;
  if (file === undefined || second === 'flags') return second;
  return /^(?:[\w-]+-)?command(?:-help)?$/.test(file ?? '') ? 'command' : 'run';
}

/** `commands/list/run.ts` → `list` */
function commandOf(path: string): string | undefined {
  const name = /^commands\/([^/]+)\//.exec(path)?.[1];
  return name === 'flags' ? undefined : name;
}

function words(text: string): string[] {
  return text.split(' ').filter(Boolean);
}

/** Every way that leads back to its start, once: `a.ts → b.ts → a.ts`. */
function circles(sources: readonly Source[]): string[] {
  const targets = new Map(
    sources.map(({ path, text }) => [
      path,
      importsOf(withoutComments(text)).flatMap(({ target, how }) =>
        target.startsWith('.') && how !== 'later' ? [posix.join(posix.dirname(path), target)] : [],
      ),
    ]),
  );
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]) => {
    const at = way.indexOf(path);
    if (at >= 0) found.push([...way.slice(at), path].join(' → '));
    if (at >= 0 || done.has(path)) return;
    for (const target of targets.get(path) ?? []) visit(target, [...way, path]);
    done.add(path);
  };
  for (const { path } of sources) visit(path, []);
  return found;
}

function namesExportedTwice(sources: readonly Source[]): string[] {
  const homes = new Map<string, string[]>();
  for (const { path, text } of sources.filter(({ path }) => !path.startsWith('sandbox/'))) {
    for (const [, name = ''] of text.matchAll(/^export (?:async )?(?:function|const|class|type|interface) (\w+)/gm)) {
      homes.set(name, [...(homes.get(name) ?? []), path]);
    }
  }
  return [...homes].flatMap(([name, paths]) => (paths.length > 1 ? [`${name}: ${paths.join(', ')}`] : []));
}
