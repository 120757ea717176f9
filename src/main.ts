import { homedir, hostname } from 'node:os';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { runProgram } from './program.ts';
import { Redactor } from './secret.ts';
import { installInterrupts } from './terminal/interrupts.ts';
import { createStreams } from './terminal/streams.ts';

/** The program as a process: wires the world by hand, once. Resolves with the exit code. */
export async function main(process: NodeJS.Process): Promise<number> {
  const redactor = new Redactor();
  const { flush, ...streams } = createStreams(process, (text) => redactor.redact(text));
  const now = () => new Date();
  const { dispose, ...interrupts } = installInterrupts({ process, stderr: streams.stderr, now });
  const ctx: Context = {
    ...streams,
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    platform: process.platform,
    pid: process.pid,
    hostname: hostname(),
    interrupts,
    redactor,
    now,
    // The global one: node:crypto would cost 4 ms at each start.
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    sleep,
  };
  try {
    const args = process.argv.slice(2);
    const code = await (process.platform === 'win32' && args.length < 2
      ? runFromWindows(process, args, ctx)
      : run(args, ctx));
    await flush();
    return code;
  } catch (error) {
    return fail(error, process.argv, ctx);
  } finally {
    dispose();
  }
}

/** One run from arguments to exit code: the only place where an error becomes text. */
export async function run(args: readonly string[], ctx: Context): Promise<ExitCode> {
  try {
    return await runProgram(args, ctx);
  } catch (error) {
    return fail(error, args, ctx);
  }
}

/** Where a window may be open for this program alone, which closes when it ends. */
async function runFromWindows(process: NodeJS.Process, args: readonly string[], ctx: Context): Promise<ExitCode> {
  const [{ isSea }, { runOpened }] = await Promise.all([import('node:sea'), import('./first-run/double-click.ts')]);
  const { platform, execPath, title, env } = process;
  return runOpened({ platform, execPath, title, env, args, isExecutable: isSea() }, ctx, run);
}

async function fail(error: unknown, args: readonly string[], ctx: Context): Promise<ExitCode> {
  const [{ CliError }, { renderError }, { readVersion }] = await Promise.all([
    import('./errors.ts'),
    import('./terminal/error.ts'),
    import('./version.ts'),
  ]);
  ctx.stderr.write(renderError(error, { ctx, json: args.includes('--json'), version: readVersion() }));
  return error instanceof CliError ? error.exitCode : EXIT.FAILED;
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    signal?.addEventListener('abort', wake);
  });
}
