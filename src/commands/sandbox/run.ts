import type { Context } from '../../context.ts';
import { CliError, cannotSaveError, EXIT, type ExitCode, usageError } from '../../errors.ts';
import { checkTypedPath } from '../../files/typed-path.ts';
import { MANAGEMENT_KEY, SandboxAccount } from '../../sandbox/account.ts';
import { startSandbox } from '../../sandbox/server.ts';
import { type AccountFile, openAccountFile, StateFileError } from '../../sandbox/state-file.ts';

export interface SandboxOptions {
  port: number;
  /** absolute; undefined = in memory only */
  stateFile: string | undefined;
  latencyMs: number;
  /** requests per second */
  rateLimit: number | undefined;
  json: boolean;
}

/** Serves until the first interrupt. Throws CliError if it cannot start. */
export async function runSandbox(options: SandboxOptions, ctx: Context): Promise<ExitCode> {
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
    ctx.stderr.write('Sandbox running. Run the lines above in another terminal. Press Ctrl-C to stop.\n');
    await aborted(ctx.interrupts.stop);
    await sandbox.close();
    return EXIT.OK;
  } finally {
    file.close();
  }
}

async function openAccount(stateFile: string | undefined, ctx: Context): Promise<AccountFile> {
  if (stateFile !== undefined) checkTypedPath(stateFile, '--state', ctx.platform);
  if (stateFile === undefined) {
    return { account: new SandboxAccount(ctx), close: () => undefined };
  }
  try {
    return openAccountFile(stateFile, ctx);
  } catch (cause) {
    if (cause instanceof StateFileError) {
      throw usageError('state_file_unusable', cause.message, { hint: 'Use another file with --state.', cause });
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw cannotSaveError('state_file_not_writable', `Cannot save the sandbox account in ${stateFile}: ${reason}`, {
      hint: 'Use --state with a file in an existing, writable folder.',
      cause,
    });
  }
}

function cannotListen(port: number, cause: unknown): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  const hint = 'Choose another port with --port, or omit --port to use any free one.';
  if (code === 'EADDRINUSE') return usageError('port_in_use', `Port ${port} is in use.`, { hint, cause });
  if (code === 'EACCES') return usageError('port_not_allowed', `No permission to use port ${port}.`, { hint, cause });
  return cause instanceof Error ? new CliError('sandbox_failed', EXIT.FAILED, cause.message, { cause }) : cause;
}

function renderExports(url: string, managementKey: string): string {
  return `# bash, zsh
export ORKEYS_BASE_URL=${url}
export OPENROUTER_MANAGEMENT_KEY=${managementKey}
# PowerShell
$env:ORKEYS_BASE_URL = "${url}"
$env:OPENROUTER_MANAGEMENT_KEY = "${managementKey}"
# cmd
set "ORKEYS_BASE_URL=${url}"
set "OPENROUTER_MANAGEMENT_KEY=${managementKey}"
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
