import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { CliError, EXIT, usageError } from '../errors.ts';
import { checkTypedPath } from '../files/typed-path.ts';
import type { CurrentKey, Workspace } from '../keys/account-key.ts';
import type { KeysClient } from '../openrouter/client.ts';
import type { Secret } from '../secret.ts';
import { DEFAULT_BASE_URL, readSettings, type Settings } from '../settings.ts';
import { attributionHeaders } from './attribution.ts';
import { type ChosenSource, type KeySource, readSessionKey } from './key-source.ts';
import { sessionWarnings } from './session-warnings.ts';

/** Options of every command that sends requests to OpenRouter. */
export interface SessionFlags {
  sandbox: boolean;
  /** output folder as typed */
  out: string | undefined;
  /** name of a saved management key, as typed */
  profile?: string | undefined;
  /** maximum number of simultaneous requests */
  concurrency: number;
  /** maximum requests per second */
  rate: number;
  /** time limit per request, in seconds */
  timeout: number;
  /** maximum retries per request, where a retry is safe */
  retries: number;
}

/** A connection to an account: the real one, or the sandbox in this process. */
export interface Session {
  api: KeysClient;
  /** as the journal records it: `sandbox` for the sandbox in this process, whose port changes each time */
  baseUrl: string;
  sandbox: boolean;
  /** where the management key comes from; undefined for the sandbox in this process, and if there is none */
  keySource: KeySource | undefined;
  /** the base URL, if it is neither OpenRouter's own nor the sandbox in this process */
  customUrl: string | undefined;
  /** `--out`, `--sandbox` and `--profile` as typed, for printed commands */
  locationArgs: readonly string[];
  /** absolute path of the output folder */
  outRoot: string;
  concurrency: number;
  /** ms between the two checks of the account that resolve an unknown outcome */
  recheckMs: number;
  settings: Settings;
  /** which management key is ignored, and what a `.env` file decides; shown before anything else */
  warnings: readonly string[];
  /** Sets who is notified while requests wait, and of the progress of a long listing; an empty text means that it is over. */
  listenToWaits(listener: OnWait): void;
  /** From now on, asks this right before each change that is sent; an error keeps it back and ends the run. */
  askBeforeChanges(mayChange: MayChange): void;
  close(): Promise<void>;
}

/** Called with the current activity; '' when it is over. */
type OnWait = (text: string) => void;
type MayChange = () => Promise<CliError | undefined>;

export interface SessionExtras {
  /** `optional`: also works without a management key, for requests sent with other keys; a secret: this management key and no other */
  key?: 'required' | 'optional' | Secret;
  /** write nothing, not even a new sandbox account */
  dryRun?: boolean;
  /** called with the Date header of each response */
  onDate?: (header: string) => void;
}

/** Opens the account that options and settings select. With `--sandbox`, the real management key is not even read. */
export async function openSession(flags: SessionFlags, ctx: Context, extras: SessionExtras = {}): Promise<Session> {
  const settings = readSettings(ctx);
  const outRoot = outRootOf(flags, ctx, settings);
  const waits: Waits = { listener: undefined, mayChange: undefined };
  const wiring: Wiring = { flags, ctx, headers: attributionHeaders(settings), waits, onDate: extras.onDate };
  if (flags.sandbox) return openSandboxSession(wiring, settings, outRoot, extras.dryRun ?? false);
  const [{ checkBaseUrl }, { refuseInsecureTls }] = await Promise.all([
    import('../openrouter/base-url.ts'),
    import('../openrouter/network-settings.ts'),
  ]);
  refuseInsecureTls(ctx.env);
  const baseUrl = checkBaseUrl(settings.get('ORKEYS_BASE_URL') ?? DEFAULT_BASE_URL);
  const { key, chosen } = await readSessionKey(extras.key ?? 'required', flags.profile, settings, baseUrl, ctx);
  const client = await connect(baseUrl, key, wiring);
  return {
    ...common(wiring, settings, outRoot, chosen),
    api: client,
    baseUrl,
    customUrl: baseUrl === DEFAULT_BASE_URL ? undefined : baseUrl,
    sandbox: false,
    close: () => client.close(),
  };
}

/** The output folder: `--out`, ORKEYS_OUT or `output`; sandbox results are in a folder of their own. */
export function outRootOf(
  flags: Pick<SessionFlags, 'sandbox' | 'out'>,
  ctx: Context,
  settings = readSettings(ctx),
): string {
  const chosen = flags.out ?? settings.get('ORKEYS_OUT') ?? 'output';
  checkTypedPath(chosen, flags.out === undefined ? 'ORKEYS_OUT' : '--out', ctx.platform);
  const root = resolve(ctx.cwd, chosen);
  return flags.sandbox ? join(root, 'sandbox') : root;
}

/** The options that a printed command needs to find the same results and account, as typed. */
export function locationArgsOf({ out, sandbox, profile }: Pick<SessionFlags, 'sandbox' | 'out' | 'profile'>): string[] {
  const account = profile === undefined ? [] : ['--profile', profile];
  return [...(out === undefined ? [] : ['--out', out]), ...(sandbox ? ['--sandbox'] : account)];
}

/** Checks that the key is a management key. Throws with exit code 4 for a regular API key. */
export async function checkManagementKey(session: Session): Promise<CurrentKey> {
  const current = await session.api.getCurrentKey();
  if (current.is_management_key === false) {
    throw new CliError(
      'not_management_key',
      EXIT.NOT_AUTHORIZED,
      'This is a regular API key, which cannot manage keys.',
      {
        hint: 'Use a management key. Create one at https://openrouter.ai/settings/management-keys',
      },
    );
  }
  return current;
}

/** The owner of the account, if OpenRouter reports it: organization or user ID. */
export function accountOf({ organization_id, creator_user_id }: CurrentKey): string | undefined {
  return organization_id ?? creator_user_id ?? undefined;
}

/** The ID of the workspace that `--workspace` selects by slug, name or ID. */
export async function resolveWorkspace(session: Session, wanted: string | undefined): Promise<string | undefined> {
  return wanted === undefined ? undefined : (await findWorkspace(session, wanted)).id;
}

/** The workspace with this slug, name or ID. */
export async function findWorkspace(session: Session, wanted: string): Promise<Workspace> {
  const workspaces = await session.api.listWorkspaces();
  const found = workspaces.find(({ id, slug, name }) => [id, slug, name].includes(wanted));
  if (found) return found;
  const known = workspaces.map(({ slug, id }) => slug ?? id).join(', ');
  throw usageError('unknown_workspace', `No workspace ${wanted} on this account.`, {
    hint: `Available workspaces: ${known || 'none'}`,
  });
}

/** What a client is created with. */
interface Wiring {
  flags: SessionFlags;
  ctx: Context;
  headers: Record<string, string>;
  waits: Waits;
  onDate: ((header: string) => void) | undefined;
}

/** The listener can change: the progress bar is created after the connection. */
interface Waits {
  listener: OnWait | undefined;
  /** so can this: a workshop is opened after it, too */
  mayChange: MayChange | undefined;
}

async function openSandboxSession(
  wiring: Wiring,
  settings: Settings,
  outRoot: string,
  dryRun: boolean,
): Promise<Session> {
  const { ctx } = wiring;
  const { openLocalSandbox } = await import('./local-sandbox.ts');
  const sandbox = await openLocalSandbox(outRoot, dryRun, ctx);
  const client = await connect(sandbox.baseUrl, sandbox.managementKey, wiring);
  return {
    ...common(wiring, settings, outRoot),
    api: client,
    baseUrl: 'sandbox',
    customUrl: undefined,
    sandbox: true,
    close: async () => {
      await client.close();
      await sandbox.close();
    },
  };
}

/** Page size, as documented by OpenRouter. */
const PAGE = 100;

/** A single page needs no progress. */
function listingText(received: number | undefined): string {
  return received === undefined || received <= PAGE ? '' : `Listing keys: ${received.toLocaleString('en-US')} so far`;
}

async function connect(baseUrl: string, key: Secret | undefined, wiring: Wiring) {
  const { flags, ctx, headers, waits, onDate } = wiring;
  const [{ createKeysClient }, { readVersion }] = await Promise.all([
    import('../openrouter/client.ts'),
    import('../version.ts'),
  ]);
  return createKeysClient({
    baseUrl,
    managementKey: key,
    timeoutMs: flags.timeout * 1000,
    retries: flags.retries,
    concurrency: flags.concurrency,
    ratePerSecond: flags.rate,
    env: ctx.env,
    redactor: ctx.redactor,
    headers,
    userAgent: `orkeys/${readVersion()}`,
    now: ctx.now,
    random: () => randomInt(2 ** 32) / 2 ** 32,
    sleep: ctx.sleep,
    stop: ctx.interrupts.stop,
    stopNow: ctx.interrupts.stopNow,
    onDate,
    mayChange: async () => waits.mayChange?.(),
    onPage: (received) => waits.listener?.(listingText(received)),
    onWait: ({ ms, because }) => waits.listener?.(ms > 0 ? `${because}, ${Math.ceil(ms / 1000)} s` : ''),
  });
}

function common({ flags, waits, ctx }: Wiring, settings: Settings, outRoot: string, chosen?: ChosenSource) {
  const recheckSeconds = Number(settings.get('ORKEYS_SETTLE') ?? '3');
  return {
    locationArgs: locationArgsOf(flags),
    outRoot,
    settings,
    keySource: chosen?.source,
    warnings: sessionWarnings(flags, settings, outRoot, ctx, chosen),
    concurrency: flags.concurrency,
    recheckMs: Math.max(0, recheckSeconds || 0) * 1000,
    listenToWaits: (listener: OnWait) => {
      waits.listener = listener;
    },
    askBeforeChanges: (mayChange: MayChange) => {
      waits.mayChange = mayChange;
    },
  };
}
