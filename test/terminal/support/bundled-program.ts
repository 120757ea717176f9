import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface BundledProgram {
  /** absolute path of a file that this Node can run */
  file: string;
  folder: string;
  remove(): void;
}

/** Node 20 cannot run TypeScript, so a program that shall be a real process is bundled first. Its imports start at src/terminal. */
export async function bundleProgram(source: string): Promise<BundledProgram> {
  const folder = mkdtempSync(join(tmpdir(), 'orkeys-terminal-'));
  const file = join(folder, 'program.mjs');
  await build({
    stdin: {
      contents: source,
      loader: 'ts',
      resolveDir: fileURLToPath(new URL('../../../src/terminal', import.meta.url)),
    },
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.18',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  return { file, folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface RunningProgram {
  child: ChildProcess;
  /** what standard output or standard error said so far */
  stdout(): string;
  stderr(): string;
  /** Resolves when standard output holds the text. */
  says(text: string): Promise<void>;
  /** Resolves when the process is gone and its output is complete. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

export function startProgram(program: BundledProgram, args: string[], options: SpawnOptions = {}): RunningProgram {
  const child = spawn(process.execPath, [program.file, ...args], options);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const says = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = () => {
        if (stdout.includes(text)) resolve();
      };
      child.stdout?.on('data', look);
      child.on('close', () => reject(new Error(`ended without saying ${text}: ${stdout}${stderr}`)));
      look();
    });
  return { child, stdout: () => stdout, stderr: () => stderr, says, ended };
}
