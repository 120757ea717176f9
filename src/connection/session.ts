import { randomInt } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { CliError, EXIT, usageError } from '../errors.ts';
import type { CurrentKey } from '../keys/account-key.ts';
import type { KeysClient } from '../openrouter/client.ts';
import type { Secret } from '../secret.ts';
import { DEFAULT_BASE_URL, MANAGEMENT_KEY_VARIABLES, managementKey, readSettings, type Settings } from '../settings.ts';
import { attributionHeaders } from './attribution.ts';

/** Flags of every command that talks to the service. */
export interface SessionFlags {
  sandbox: boolean;
  /** output folder as typed */
  out: string | undefined;
  /** requests under way at once, at most */
  concurrency: number;
  /** requests started a second, at most */
  rate: number;
  /** seconds for one whole exchange */
  timeout: number;
  /** how often a request is repeated that may be repeated */
  retries: number;
}

/** A connection to an account: the real one, or the sandbox in this process. */
export interface Session {
  api: KeysClient;
  /** what the journal remembers of where the account is; the sandbox's port is another each time */
  baseUrl: string;
  sandbox: boolean;
  /** the base URL where it is neither OpenRouter's own nor the sandbox of this process */
  customUrl: string | undefined;
  /** flags as typed that a command needs to mean the same place */
  place: readonly string[];
  /** absolute; where the folders of the workshops are */
  outRoot: string;
  concurrency: number;
  /** ms between two looks that settle a doubt */
  settleMs: number;
  settings: Settings;
  /** From now on told while requests wait for their turn, and how far a long listing is; an empty text when that is over. */
  listenToWaits(listener: OnWait): void;
  close(): Promise<void>;
}

/** Told what the connection is about; '' when that is over. */
type OnWait = (text: string) => void;

interface SessionExtras {
  /** `optional`: without a management key too, for what asks in the name of other keys */
  key?: 'required' | 'optional';
  /** nothing may be written, not even a fresh account of the sandbox */
  dryRun?: boolean;
  /** told the Date header of each answer */
  onDate?: (header: string) => void;
}

/** Opens the account that flags and settings name. With `--sandbox` the real management key is not even read. */
export async function openSession(flags: SessionFlags, ctx: Context, extras: SessionExtras = {}): Promise<Session> {
  const settings = readSettings(ctx);
  const outRoot = outRootOf(flags, ctx, settings);
  const waits: Waits = { listener: undefined };
  const wiring: Wiring = { flags, ctx, headers: attributionHeaders(settings), waits, onDate: extras.onDate };
  if (flags.sandbox) return openSandboxSession(wiring, settings, outRoot, extras.dryRun ?? false);
  const [{ checkBaseUrl }, { refuseInsecureTls }] = await Promise.all([
    import('../openrouter/base-url.ts'),
    import('../openrouter/network-settings.ts'),
  ]);
  refuseInsecureTls(ctx.env);
  const baseUrl = checkBaseUrl(settings.get('ORKEYS_BASE_URL') ?? DEFAULT_BASE_URL);
  const client = await connect(baseUrl, keyFor(settings, extras.key ?? 'required'), wiring);
  return {
    ...common(wiring, settings, outRoot),
    api: client,
    baseUrl,
    customUrl: baseUrl === DEFAULT_BASE_URL ? undefined : baseUrl,
    sandbox: false,
    close: () => client.close(),
  };
}

/** Where results go: `--out`, else ORKEYS_OUT, else `output` here; results of the sandbox lie apart. */
export function outRootOf(
  flags: Pick<SessionFlags, 'sandbox' | 'out'>,
  ctx: Context,
  settings = readSettings(ctx),
): string {
  const root = resolve(ctx.cwd, flags.out ?? settings.get('ORKEYS_OUT') ?? 'output');
  return flags.sandbox ? join(root, 'sandbox') : root;
}

/** What has to be typed again to mean the same results: `--out` and `--sandbox`, as they were given. */
export function placeOf({ out, sandbox }: Pick<SessionFlags, 'sandbox' | 'out'>): string[] {
  return [...(out === undefined ? [] : ['--out', out]), ...(sandbox ? ['--sandbox'] : [])];
}

/** Makes sure that the key may manage keys. Throws with exit 4 when it is an ordinary one. */
export async function checkManagementKey(session: Session): Promise<CurrentKey> {
  const current = await session.api.getCurrentKey();
  if (current.is_management_key === false) {
    throw new CliError(
      'not_management_key',
      EXIT.NOT_AUTHORIZED,
      'This is an ordinary API key: it cannot manage keys.',
      {
        hint: 'Create a management key at https://openrouter.ai/settings/management-keys and use that one.',
      },
    );
  }
  return current;
}

/** Who owns the account, as far as OpenRouter says: organization or user ID. */
export function accountOf({ organization_id, creator_user_id }: CurrentKey): string | undefined {
  return organization_id ?? creator_user_id ?? undefined;
}

/** The id of the workspace that `--workspace` names by slug, name or id. */
export async function resolveWorkspace(session: Session, wanted: string | undefined): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  const workspaces = await session.api.listWorkspaces();
  const found = workspaces.find(({ id, slug, name }) => [id, slug, name].includes(wanted));
  if (found) return found.id;
  const known = workspaces.map(({ slug, id }) => slug ?? id).join(', ');
  throw usageError('unknown_workspace', `--workspace ${wanted}: the account has no such workspace.`, {
    hint: `It has: ${known || 'none'}.`,
  });
}

/** What a client is wired with. */
interface Wiring {
  flags: SessionFlags;
  ctx: Context;
  headers: Record<string, string>;
  waits: Waits;
  onDate: ((header: string) => void) | undefined;
}

/** Who listens may change: a progress bar comes after the connection. */
interface Waits {
  listener: OnWait | undefined;
}

function keyFor(settings: Settings, need: 'required' | 'optional'): Secret | undefined {
  if (need === 'optional' && MANAGEMENT_KEY_VARIABLES.every((name) => settings.get(name) === undefined))
    return undefined;
  return managementKey(settings).key;
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

/** As documented. */
const PAGE = 100;

/** One page is nothing to tell. */
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
    onPage: (received) => waits.listener?.(listingText(received)),
    onWait: ({ ms, because }) => waits.listener?.(ms > 0 ? `${because}, ${Math.ceil(ms / 1000)} s` : ''),
  });
}

function common({ flags, waits }: Wiring, settings: Settings, outRoot: string) {
  const settleSeconds = Number(settings.get('ORKEYS_SETTLE') ?? '3');
  return {
    place: placeOf(flags),
    outRoot,
    settings,
    concurrency: flags.concurrency,
    settleMs: Math.max(0, settleSeconds || 0) * 1000,
    listenToWaits: (listener: OnWait) => {
      waits.listener = listener;
    },
  };
}
