import { stat } from 'node:fs/promises';
import { versions } from 'node:process';
import { attributionHeaders } from '../../connection/attribution.ts';
import { chooseKeySource } from '../../connection/key-source.ts';
import type { SessionFlags } from '../../connection/session.ts';
import { baseUrlOfAnother } from '../../connection/session-warnings.ts';
import type { Context } from '../../context.ts';
import { CliError, EXIT } from '../../errors.ts';
import { guardAgainstGit } from '../../files/git-guard.ts';
import { DEFAULT_BASE_URL, MANAGEMENT_KEY_VARIABLES, readSettings, type Settings } from '../../settings.ts';
import { quoteArgument } from '../../shell.ts';
import type { Check } from './check.ts';
import { check, type Finding, ok, skipped, warning } from './checks.ts';
import { lookAtKeySource, lookAtKeyStore } from './management-key-source.ts';

/** What can be seen without asking the service. */
export async function checkMachine(
  { sandbox, profile }: Pick<SessionFlags, 'sandbox' | 'profile'>,
  ctx: Context,
): Promise<Check[]> {
  const settings = settingsOrError(ctx);
  const known = (look: (settings: Settings) => Promise<Finding> | Finding) => () =>
    settings instanceof CliError ? skipped('not checked: cannot read .env') : look(settings);
  return Promise.all([
    check('node', 'Node.js', lookAtNode),
    check('env_file', '.env', () => lookAtEnvFile(settings, ctx)),
    check(
      'management_key_variable',
      'Key source',
      known((found) =>
        sandbox ? ok('not needed: the sandbox has its own key') : lookAtKeySource(profile, found, ctx),
      ),
    ),
    check(
      'key_store',
      'Key store',
      known((found) => (sandbox ? ok('not used: the sandbox has its own key') : lookAtKeyStore(profile, found, ctx))),
    ),
    check(
      'base_url',
      'Base URL',
      known((found) => lookAtBaseUrl(found, { sandbox, profile }, ctx)),
    ),
    check('tls', 'Certificates', () => lookAtTls(ctx)),
    check(
      'proxy',
      'Proxy',
      known((found) => lookAtProxy(found, sandbox, ctx)),
    ),
    check('headers', 'App headers', known(lookAtHeaders)),
  ]);
}

function settingsOrError(ctx: Context): Settings | CliError {
  try {
    return readSettings(ctx);
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

function lookAtNode(): Finding {
  const [major = 0, minor = 0, patch = 0] = versions.node.split('.').map(Number);
  const enough = major > 20 || (major === 20 && (minor > 18 || (minor === 18 && patch >= 1)));
  if (enough) return ok(`version ${versions.node}`);
  return {
    verdict: 'problem',
    says: `version ${versions.node} is too old; orkeys needs 20.18.1 or newer`,
    next: 'Install a newer Node.js from https://nodejs.org',
    exit: EXIT.PARTIAL,
  };
}

async function lookAtEnvFile(settings: Settings | CliError, ctx: Context): Promise<Finding> {
  if (settings instanceof CliError) throw settings;
  if (settings.envFile === undefined) return ok(`none in ${ctx.cwd}`);
  if (MANAGEMENT_KEY_VARIABLES.every((name) => settings.sourceOf(name) !== '.env')) return ok(settings.envFile);
  try {
    await guardAgainstGit({ folder: ctx.cwd, files: ['.env'], env: ctx.env });
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    if (error.code === 'git_tracked') {
      throw new CliError(
        'git_tracked',
        EXIT.CANNOT_SAVE,
        `Git tracks ${settings.envFile}, which contains the management key.`,
        {
          hint: 'Run git rm --cached .env, then delete that management key and create a new one: the old one is in the git history.',
        },
      );
    }
    if (error.code === 'git_not_ignored') {
      return warning(
        `git does not ignore ${settings.envFile}, which contains the management key`,
        'Add the line ".env" to .gitignore.',
      );
    }
  }
  if (ctx.platform !== 'win32' && ((await stat(settings.envFile)).mode & 0o077) !== 0) {
    return warning(
      `other users of this computer can read ${settings.envFile}, which contains the management key`,
      `Run: chmod 600 ${quoteArgument(settings.envFile)}`,
    );
  }
  return ok(settings.envFile);
}

async function lookAtBaseUrl(
  settings: Settings,
  { sandbox, profile }: Pick<SessionFlags, 'sandbox' | 'profile'>,
  ctx: Context,
): Promise<Finding> {
  if (sandbox) return ok('the sandbox in this process');
  const { checkBaseUrl } = await import('../../openrouter/base-url.ts');
  const typed = settings.get('ORKEYS_BASE_URL');
  const url = checkBaseUrl(typed ?? DEFAULT_BASE_URL);
  const chosen = await chooseKeySource(profile, settings, ctx).catch(unlessCliError);
  if (baseUrlOfAnother(chosen?.source, settings) !== undefined) {
    return warning(
      `${url}, from .env; the management key from the environment is sent there`,
      'Set ORKEYS_BASE_URL and the management key in the same place.',
    );
  }
  return ok(typed === undefined ? url : `${url}, from ORKEYS_BASE_URL`);
}

/** What is wrong with the source is told by its own check. */
function unlessCliError(error: unknown): undefined {
  if (!(error instanceof CliError)) throw error;
}

async function lookAtTls({ env }: Context): Promise<Finding> {
  const { refuseInsecureTls, checkAuthorityFile } = await import('../../openrouter/network-settings.ts');
  refuseInsecureTls(env);
  const own = env.NODE_EXTRA_CA_CERTS;
  const wrong = checkAuthorityFile(env);
  if (wrong !== undefined) {
    return warning(`verified, but ${wrong}`, 'Set it to the PEM file of your certificate authority, or unset it.');
  }
  return ok(own ? `verified; extra certificates from ${own} (NODE_EXTRA_CA_CERTS)` : 'verified');
}

async function lookAtProxy(settings: Settings, sandbox: boolean, { env }: Context): Promise<Finding> {
  if (sandbox) return ok('not used: the sandbox runs on this computer');
  const [{ checkBaseUrl }, { chooseProxy }] = await Promise.all([
    import('../../openrouter/base-url.ts'),
    import('../../openrouter/network-settings.ts'),
  ]);
  let url: string;
  try {
    url = checkBaseUrl(settings.get('ORKEYS_BASE_URL') ?? DEFAULT_BASE_URL);
  } catch (error) {
    if (error instanceof CliError) return skipped('not checked: no valid base URL');
    throw error;
  }
  const proxy = chooseProxy(url, env);
  // Only the host: user name and password may be in the rest.
  return ok(proxy === undefined ? 'none' : `${proxy.protocol}//${proxy.host}`);
}

function lookAtHeaders(settings: Settings): Finding {
  const names = Object.keys(attributionHeaders(settings));
  return ok(names.length === 0 ? 'none' : names.join(', '));
}
