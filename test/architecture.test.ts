import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

interface Room {
  /** rooms whose values and types it may use; its own always */
  uses: readonly string[];
  /** rooms that it may load when needed (`await import(…)`) or take types from, but not import at once */
  loads?: readonly string[];
  /** packages; `name@file` = in that file only */
  packages?: readonly string[];
  /** decides and does nothing: no file, socket, clock or chance */
  pure?: true;
}

/** The law: who may import whom. A room is a folder of src, or a file directly in it. What is not here is forbidden. */
const LAW: Record<string, Room> = {
  main: { uses: ['program', 'context', 'errors', 'terminal', 'version'] },
  program: {
    uses: ['context', 'errors', 'version', 'commands', 'terminal'],
    packages: ['@commander-js/extra-typings'],
  },
  commands: {
    uses: ['context', 'errors'],
    loads: ['stories', 'terminal', 'sandbox', 'roster', 'plan'],
    packages: ['@commander-js/extra-typings'],
  },
  stories: {
    loads: ['commands'],
    uses: [
      ...['context', 'settings', 'errors', 'secret', 'version', 'terminal'],
      ...['roster', 'plan', 'apply', 'openrouter', 'workbook', 'files', 'sandbox'],
    ],
  },
  terminal: {
    uses: ['context', 'errors', 'secret', 'plan', 'roster'],
    packages: ['cli-progress@progress-bar.ts', 'string-width@cell-width.ts'],
  },
  roster: { uses: ['errors', 'secret'], packages: ['zod/mini'], pure: true },
  plan: {
    uses: ['errors', 'secret', 'roster'],
    packages: ['zod/mini@journal-entry.ts', 'zod/mini@saved-keys.ts', 'picomatch'],
    pure: true,
  },
  apply: { uses: ['plan', 'errors', 'secret'] },
  openrouter: {
    uses: ['plan', 'roster', 'errors', 'secret'],
    packages: ['undici', 'zod/mini@schemas.ts', 'zod/mini@guardrails.ts'],
  },
  workbook: { uses: ['plan', 'roster', 'errors', 'secret'], packages: ['exceljs', 'csv-parse', 'yauzl', 'saxes'] },
  files: { uses: ['errors', 'secret'] },
  sandbox: { uses: [] },
  settings: { uses: ['context', 'errors', 'secret'], packages: ['dotenv', 'zod/mini'] },
  context: { uses: [] },
  errors: { uses: [] },
  secret: { uses: [] },
  version: { uses: [] },
};

const MAX_LINES = 250;
const FORBIDDEN_WORDS = [/\bprocess\.exit\b/, /\bconsole\./, /\bDate\.now\b/, /\bMath\.random\b/];

test('the sources keep the law of imports', () => {
  const files = sources();
  expect(files.length).toBeGreaterThan(80);
  expect(files.flatMap(violations)).toEqual([]);
});

test.each([
  ['a pure room reads a file', 'plan/x.ts', "import { readFile } from 'node:fs/promises';"],
  ['a pure room takes a library', 'roster/x.ts', "import ExcelJS from 'exceljs';"],
  ['a library leaves its home', 'files/x.ts', "import { request } from 'undici';"],
  ['a part of a library leaves its home', 'apply/x.ts', "import Agent from 'undici/lib/dispatcher/agent.js';"],
  ['a library leaves its file', 'openrouter/x.ts', "import * as z from 'zod/mini';"],
  ['all of zod is loaded', 'openrouter/schemas.ts', "import * as z from 'zod';"],
  ['an adapter uses another', 'openrouter/x.ts', "import { writePrivateFile } from '../files/private-file.ts';"],
  ['an adapter loads another', 'workbook/x.ts', "await import('../files/private-file.ts');"],
  ['the sandbox uses something of ours', 'sandbox/x.ts', "import type { KeyData } from '../openrouter/schemas.ts';"],
  ['a leaf takes the whole context', 'openrouter/x.ts', "import type { Context } from '../context.ts';"],
  ['apply knows how it looks', 'apply/x.ts', "import { renderTable } from '../terminal/table.ts';"],
  ['a command imports its story at once', 'commands/x.ts', "import { runList } from '../stories/list.ts';"],
  ['a story calls a command', 'stories/x.ts', "import { createListCommand } from '../commands/list.ts';"],
  ['an import over many lines', 'plan/x.ts', "import {\n  open,\n  type Stats,\n} from 'node:fs';"],
  ['something is passed on', 'plan/x.ts', "export { open } from 'node:fs';"],
  ['an import for its effect', 'plan/x.ts', "import 'node:fs';"],
  ['a room that the law does not know', 'utils/x.ts', 'export const x = 1;'],
  ['the process is ended', 'stories/x.ts', 'process.exit(1);'],
  ['something is printed past the streams', 'stories/x.ts', "console.log('x');"],
  ['the clock is read', 'apply/x.ts', 'const now = Date.now();'],
  ['chance is not an argument', 'plan/x.ts', 'const chance = Math.random();'],
  ['a file is too long', 'stories/x.ts', 'x;\n'.repeat(MAX_LINES + 1)],
])('the law is broken when %s', (_, path, text) => {
  expect(violations({ path, text })).toHaveLength(1);
});

test.each([
  ['a command loads its story when it runs', 'commands/x.ts', "await import('../stories/list.ts');"],
  ['a command takes types', 'commands/x.ts', "import type { RunOptions } from '../stories/list.ts';"],
  ['a library is at home', 'workbook/x.ts', "import { parse } from 'csv-parse/sync';"],
  ['a comment tells of process.exit', 'stories/x.ts', '// process.exit would lose what is not flushed\n'],
])('the law is kept when %s', (_, path, text) => {
  expect(violations({ path, text })).toEqual([]);
});

interface Source {
  /** below src, with `/` */
  path: string;
  text: string;
}

function sources(): Source[] {
  const root = fileURLToPath(new URL('../src/', import.meta.url));
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
    .map((name) => ({ path: name.split(sep).join('/'), text: readFileSync(join(root, name), 'utf8') }));
}

/** One sentence for each thing in a file that the law forbids. */
function violations({ path, text }: Source): string[] {
  const room = LAW[roomOf(path)];
  if (!room) return [`${path}: the law knows no room "${roomOf(path)}"`];
  const code = text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$|\s\/\/ .*$/gm, '');
  const lines = text.trimEnd().split('\n').length;
  return [
    ...importsOf(code)
      .filter((found) => !isAllowed(found, path, room))
      .map(({ target, how }) => `${path}: ${how} ${target}`),
    ...FORBIDDEN_WORDS.filter((word) => word.test(code)).map((word) => `${path}: ${word.source}`),
    ...(lines > MAX_LINES ? [`${path}: ${lines} lines`] : []),
  ];
}

interface Import {
  target: string;
  /** `at once`: loaded with the file itself */
  how: 'at once' | 'when needed' | 'types';
}

function importsOf(code: string): Import[] {
  const fixed = [...code.matchAll(/^(?:import|export)\s+(type\s)?(?:[^;'"]*?\sfrom\s+)?'([^']+)'/gm)];
  const dynamic = [...code.matchAll(/\bimport\(\s*'([^']+)'/g)];
  return [
    ...fixed.map(([, type, target = '']): Import => ({ target, how: type ? 'types' : 'at once' })),
    ...dynamic.map(([, target = '']): Import => ({ target, how: 'when needed' })),
  ];
}

function isAllowed({ target, how }: Import, path: string, room: Room): boolean {
  if (target.startsWith('node:')) return !room.pure;
  if (!target.startsWith('.')) return (room.packages ?? []).some((rule) => isPackage(target, path, rule));
  const other = roomOf(posix.join(posix.dirname(path), target));
  if (other === roomOf(path) || room.uses.includes(other)) return true;
  return how !== 'at once' && (room.loads ?? []).includes(other);
}

function isPackage(target: string, path: string, rule: string): boolean {
  const [, name = '', file] = /^(.+?)(?:@([\w-]+\.ts))?$/.exec(rule) ?? [];
  return (target === name || target.startsWith(`${name}/`)) && (!file || posix.basename(path) === file);
}

/** `plan/change.ts` → `plan`; `main.ts` → `main`. */
function roomOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace(/\.ts$/, '');
}
