import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openAccountFile } from '../../src/sandbox/state-file.ts';
import { COMMAND } from '../support/program.ts';

/** More rows than fit into a pipe that nobody reads: 64 KiB on Linux and macOS. */
const KEYS = 3000;

const windows = process.platform === 'win32';
const scriptIsThere = runs('script', ['--version']);

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'orkeys-streams-'));
  mkdirSync(join(folder, 'output', 'sandbox'), { recursive: true });
  const file = openAccountFile(join(folder, 'output', 'sandbox', 'account.jsonl'), {
    now: () => new Date(),
    random: randomBytes,
  });
  for (let n = 0; n < KEYS; n += 1) file.account.createKey({ name: `WS_Person_${n}`, limit: 1 });
  file.close();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(windows)('into a pipe', () => {
  /** What the shell tells: the exit codes of both sides, what the reader read, what went to standard error. */
  function pipeInto(reader: string, ...args: string[]) {
    const program = `"$@" 2>stderr | ${reader}; echo "\${PIPESTATUS[*]}"`;
    const command = [...COMMAND, 'list', '--sandbox', '--rate', 'off', ...args];
    const read = execFileSync('bash', ['-c', program, 'bash', ...command], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder },
      encoding: 'utf8',
      maxBuffer: 100_000_000,
    });
    return { lines: read.trimEnd().split('\n'), stderr: readFileSync(join(folder, 'stderr'), 'utf8') };
  }

  test.each([
    ['a table', [], /^Sandbox +simulated/],
    ['JSON', ['--json'], /^\{$/],
  ])('%s for a reader that has enough, as head does, ends in peace', (_what, args, first) => {
    const { lines, stderr } = pipeInto('head -1', ...args);
    expect(lines).toEqual([expect.stringMatching(first), '0 0']);
    expect(stderr).toBe('');
  });

  test('a reader that reads all gets all', () => {
    const { lines, stderr } = pipeInto('cat', '--json');
    expect(lines.at(-1)).toBe('0 0');
    expect(JSON.parse(lines.slice(0, -1).join('\n')).keys).toHaveLength(KEYS);
    expect(stderr).toBe('');
  });
});

// The `script` of util-linux; that of BSD and macOS takes other arguments.
describe.skipIf(!scriptIsThere)('on a terminal of its own', () => {
  /** All that the program writes to a pseudo-terminal. */
  function onTerminal(args: readonly string[], env: Record<string, string>): string {
    const command = [...COMMAND, ...args].map((word) => `'${word}'`).join(' ');
    return execFileSync('script', ['--quiet', '--command', command, '/dev/null'], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: folder, TERM: 'xterm-256color', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      encoding: 'utf8',
    });
  }

  const LIST = ['list', '--sandbox', '--rate', 'off', '--name', 'WS_Person_7'];
  const ERROR = ['list', '--sandbox', '--fields', 'nonsense'];

  test.each([
    ['a table', LIST],
    ['an error', ERROR],
  ])('%s has colours, and none with NO_COLOR', (_what, args) => {
    const painted = onTerminal(args, {});
    expect(painted).toContain('\u001b[');
    const plain = onTerminal(args, { NO_COLOR: '1' });
    expect(plain).not.toContain('\u001b');
    expect(plain).toBe(stripVTControlCharacters(painted));
  });

  test('a dumb terminal gets none either', () => {
    expect(onTerminal(LIST, { TERM: 'dumb' })).not.toContain('\u001b');
  });
});

function runs(program: string, args: readonly string[]): boolean {
  try {
    return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).includes(
      'util-linux',
    );
  } catch {
    return false;
  }
}
