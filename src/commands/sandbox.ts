import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { Context } from '../context.ts';
import { CliError, cannotSaveError, EXIT, type ExitCode, usageError } from '../errors.ts';
import type { AccountFile } from '../sandbox/state-file.ts';
import type { CommandHost } from './host.ts';

export function createSandboxCommand(host: CommandHost) {
  return new Command('sandbox')
    .summary('run a local stand-in for OpenRouter, to rehearse without real keys')
    .description(
      'Runs a local stand-in for OpenRouter on this computer, until Ctrl-C.\n' +
        'Nothing reaches openrouter.ai and nothing costs money; the keys it makes work nowhere else.',
    )
    .option('--port <number>', 'port to listen on (default: any free one)', wholeNumber(0, 65_535))
    .option('--state <file>', 'keep the account in this file (default: forget it at the end)')
    .option('--latency <ms>', 'answer every request this many milliseconds late', wholeNumber(0, 600_000))
    .option('--rate-limit <number>', 'let this many requests a second through, answer 429 to the rest', wholeNumber(1))
    .option('--json', 'print address and management key as one line of JSON')
    .addHelpText('after', HELP)
    .action(async ({ port = 0, state, latency = 0, rateLimit, json = false }) => {
      const stateFile = state === undefined ? undefined : resolve(host.ctx.cwd, state);
      host.finish(await runSandbox({ port, stateFile, latencyMs: latency, rateLimit, json }, host.ctx));
    });
}

const HELP = `
Examples:
  orkeys sandbox
  orkeys sandbox --port 4010 --state sandbox.jsonl
  orkeys sandbox --latency 400 --rate-limit 5

In another terminal, type the lines that it prints; from then on every orkeys command there speaks to the sandbox.
To rehearse spending: POST {"hash":"…","usd":1.5} with the management key to /sandbox/spend.

Exit codes:
  0  ended by Ctrl-C
  2  the port or the file cannot be used; nothing was started
  6  the file cannot be written; nothing was started`;

interface SandboxOptions {
  port: number;
  /** absolute; undefined = kept in memory only */
  stateFile: string | undefined;
  latencyMs: number;
  /** requests a second */
  rateLimit: number | undefined;
  json: boolean;
}

/** Serves until the first interrupt. Throws CliError when it cannot start. */
async function runSandbox(options: SandboxOptions, ctx: Context): Promise<ExitCode> {
  const { MANAGEMENT_KEY } = await import('../sandbox/account.ts');
  const { startSandbox } = await import('../sandbox/server.ts');
  const { port, latencyMs, rateLimit: perSecond } = options;

  const file = await openAccount(options.stateFile, ctx);
  const rateLimit = perSecond === undefined ? undefined : { perSecond, burst: perSecond, retryAfter: 1 };
  try {
    const sandbox = await startSandbox({ account: file.account, port, latencyMs, rateLimit }).catch(
      (error: unknown) => {
        throw cannotListen(port, error);
      },
    );
    ctx.stdout.write(
      options.json ? renderJson(sandbox.url, MANAGEMENT_KEY) : renderExports(sandbox.url, MANAGEMENT_KEY),
    );
    ctx.stderr.write('The sandbox is running. Type the lines above in another terminal. Ctrl-C ends it.\n');
    await aborted(ctx.interrupts.stop);
    await sandbox.close();
    return EXIT.OK;
  } finally {
    file.close();
  }
}

async function openAccount(stateFile: string | undefined, ctx: Context): Promise<AccountFile> {
  if (stateFile === undefined) {
    const { SandboxAccount } = await import('../sandbox/account.ts');
    return { account: new SandboxAccount(ctx), close: () => undefined };
  }
  const { openAccountFile, StateFileError } = await import('../sandbox/state-file.ts');
  try {
    return openAccountFile(stateFile, ctx);
  } catch (cause) {
    if (cause instanceof StateFileError) {
      throw usageError('state_file_unusable', cause.message, { hint: 'Give --state another file name.', cause });
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw cannotSaveError('state_file_not_writable', `The state cannot be kept in ${stateFile}: ${reason}`, {
      hint: 'Give --state a file in a folder that exists and can be written to.',
      cause,
    });
  }
}

function cannotListen(port: number, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const hint = 'Choose another with --port, or leave --port out to get a free one.';
  if (code === 'EADDRINUSE') return usageError('port_in_use', `Port ${port} is in use.`, { hint, cause });
  if (code === 'EACCES') return usageError('port_not_allowed', `Port ${port} may not be used.`, { hint, cause });
  return cause instanceof Error ? new CliError('sandbox_failed', EXIT.FAILED, cause.message, { cause }) : cause;
}

function renderExports(url: string, managementKey: string): string {
  return `# bash, zsh
export ORKEYS_BASE_URL=${url}
export OPENROUTER_MANAGEMENT_KEY=${managementKey}
# PowerShell
$env:ORKEYS_BASE_URL = "${url}"
$env:OPENROUTER_MANAGEMENT_KEY = "${managementKey}"
`;
}

function renderJson(url: string, managementKey: string): string {
  return `${JSON.stringify({ version: 1, command: 'sandbox', base_url: url, management_key: managementKey })}\n`;
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
}

function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      `It must be a whole number of at least ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`}.`,
    );
  };
}
