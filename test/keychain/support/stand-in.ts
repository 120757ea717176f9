import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

export interface Call {
  args: string[];
  /** all of standard input */
  input: string;
  env: Record<string, string>;
}

export interface StandIn {
  /** finds the stand-in first */
  env: Record<string, string>;
  path: string;
  /** how it was called so far */
  calls(): Call[];
  /** Resolves when it was called once. */
  started(): Promise<void>;
}

/**
 * A program in place of one of the system's, for the running test. `behavior` is JavaScript with `args`, `input`, `print(text)`,
 * `fail(exitCode, text)`, and `memory`, an object that lasts from call to call.
 */
export function useStandIn(name: string, behavior: string): StandIn {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-stand-in-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const log = join(folder, 'calls.jsonl');
  writeFileSync(log, '');
  writeFileSync(
    path,
    `#!${process.execPath}
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require('node:fs');
const args = process.argv.slice(2);
const input = readFileSync(0, 'utf8');
const print = (text) => process.stdout.write(text);
const fail = (code, text) => { process.stderr.write(text); process.exitCode = code; };
const kept = ${JSON.stringify(join(folder, 'memory.json'))};
const memory = existsSync(kept) ? JSON.parse(readFileSync(kept, 'utf8')) : {};
process.on('exit', () => writeFileSync(kept, JSON.stringify(memory)));
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ args, input, env: process.env }) + '\\n');
${behavior}
`,
  );
  chmodSync(path, 0o755);
  return {
    env: { PATH: `${folder}${delimiter}${process.env.PATH}` },
    path,
    calls: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    started: () =>
      new Promise((resolve) => {
        const look = () => {
          if (!existsSync(log) || readFileSync(log, 'utf8') === '') return;
          watcher.close();
          resolve();
        };
        const watcher = watch(log, look);
        look();
      }),
  };
}

/** A stand-in for secret-tool: a keyring that keeps its secrets in a file. */
export const KEYRING_OF_FILE = `
const account = args.at(-1);
if (args[0] === 'store') memory[account] = input;
else if (args[0] === 'clear') { if (!delete memory[account]) process.exitCode = 1; }
else if (args[0] === 'search') print(account in memory ? '[/1]\\n' : '');
else if (account in memory) print(memory[account]);
else process.exitCode = 1;
`;
