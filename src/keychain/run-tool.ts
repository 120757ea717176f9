import { spawn } from 'node:child_process';
import { CliError, EXIT } from '../errors.ts';

export interface ToolOptions {
  /** what the program may see; never a secret */
  env: Readonly<Record<string, string | undefined>>;
  /** Ctrl-C: the program is ended */
  stop: AbortSignal;
}

export interface ToolRun {
  program: string;
  args: readonly string[];
  /** where secrets go */
  input: string;
  /** ms; a store may show a window that asks for its password */
  patience: number;
}

export interface ToolEnd {
  /** null: ended by us, because it took too long */
  code: number | null;
  stdout: string;
  stderr: string;
}

/** characters; far more than any answer has */
const MOST_OUTPUT = 100_000;

/** Runs a program of the system to its end. Undefined when there is no such program. Throws `cancelled` after Ctrl-C. */
export function runTool(
  { program, args, input, patience }: ToolRun,
  options: ToolOptions,
): Promise<ToolEnd | undefined> {
  const { env, stop } = options;
  if (stop.aborted) throw cancelled();
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      timeout: patience,
      killSignal: 'SIGKILL',
      windowsHide: true,
    });
    const end = () => child.kill('SIGKILL');
    stop.addEventListener('abort', end);
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (output[name].length < MOST_OUTPUT) output[name] += text;
      });
    }
    child.on('error', (error) => {
      stop.removeEventListener('abort', end);
      if ('code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')) resolve(undefined);
      else reject(error);
    });
    child.on('close', (code) => {
      stop.removeEventListener('abort', end);
      if (stop.aborted) reject(cancelled());
      else resolve({ code, ...output });
    });
    // A program that ends without reading closes its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

function cancelled(): CliError {
  return new CliError('cancelled', EXIT.INTERRUPTED, 'Cancelled; nothing was changed.');
}
