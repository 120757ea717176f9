import { hasKeyOf, placeOf } from '../../connection/key-source.ts';
import { checkProfileName, readProfiles } from '../../connection/profiles.ts';
import { saveManagementKey } from '../../connection/save-secrets.ts';
import { accountOf, checkManagementKey, openSession, type SessionFlags } from '../../connection/session.ts';
import { keyStoreOf } from '../../connection/stored-secrets.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import type { Secret } from '../../secret.ts';
import { checkedKey, DEFAULT_BASE_URL, findKeyVariable, readSettings } from '../../settings.ts';
import { CANCELLED, confirmYes } from '../../terminal/confirm.ts';
import { printJson } from '../../terminal/json.ts';
import { askForSecret } from './ask-for-secret.ts';
import { runMailLogin } from './mail-login.ts';
import { type LoginView, loginJson, renderLogin } from './screen.ts';

export interface LoginFlags {
  default: boolean;
  smtp: boolean;
  dryRun: boolean;
  yes: boolean;
  json: boolean;
}

/** Asks for a management key, checks it on the account, and saves it. */
export async function runLogin(typed: string | undefined, flags: LoginFlags, ctx: Context): Promise<ExitCode> {
  if (flags.smtp) return runMailLogin(flags, ctx);
  const known = await readProfiles(ctx);
  const name = checkProfileName(typed ?? known.default ?? 'default');
  const store = keyStoreOf(ctx);
  // Before somebody types a secret in vain, or sends it where they do not want it.
  await store.check();
  tellWhereItGoes(ctx);
  const key = checkedKey((await askForSecret(`Management key for profile ${name}`, 'management key', ctx)).reveal());
  const checked = { key, ...(await checkOnAccount(key, ctx)) };

  const before = known.profiles.get(name);
  const replaces = before !== undefined && before.label !== key.toString() ? before.label : undefined;
  const question = `Replace the management key ${replaces} of profile ${name}? Its secret will be gone from this computer.`;
  const agreed =
    replaces === undefined ||
    flags.dryRun ||
    (await confirmYes({ ctx, question, yes: flags.yes, offTerminal: 'refuse' }));
  if (!agreed) {
    ctx.prompt.write(`${CANCELLED}\n`);
    return ctx.interrupts.stop.aborted ? EXIT.INTERRUPTED : EXIT.OK;
  }
  const willBeDefault = flags.default || known.default === undefined || known.default === name;
  const { isDefault } = flags.dryRun
    ? { isDefault: willBeDefault }
    : await saveManagementKey(name, checked, { makeDefault: flags.default }, ctx);
  const view: LoginView = {
    name,
    label: key.toString(),
    account: checked.account,
    baseUrl: checked.baseUrl,
    store,
    isDefault,
    replaces,
    dryRun: flags.dryRun,
    note: usedBefore(key, ctx),
  };
  if (flags.json) printJson(ctx, loginJson(view));
  else ctx.stdout.write(renderLogin(view, ctx));
  return EXIT.OK;
}

/** A `.env` file may come with somebody else's folder. */
function tellWhereItGoes(ctx: Context): void {
  const url = readSettings(ctx).get('ORKEYS_BASE_URL');
  if (url === undefined || url === DEFAULT_BASE_URL) return;
  ctx.stderr.write(`Note: the management key is checked on ${url}, which ORKEYS_BASE_URL selects, and saved for it.\n`);
}

/** Who owns the account of a key. Throws with exit code 4 for a regular API key. */
async function checkOnAccount(key: Secret, ctx: Context) {
  const session = await openSession(USUAL, ctx, { key });
  try {
    return { account: accountOf(await checkManagementKey(session)), baseUrl: session.baseUrl };
  } finally {
    await session.close();
  }
}

/** One request needs no options of its own. */
const USUAL: SessionFlags = {
  sandbox: false,
  out: undefined,
  concurrency: 1,
  rate: Number.POSITIVE_INFINITY,
  timeout: 30,
  retries: 2,
};

/** A variable that comes before the default profile and means another management key. */
function usedBefore(key: Secret, ctx: Context): string | undefined {
  const settings = readSettings(ctx);
  const variable = findKeyVariable(settings);
  if (variable === undefined || hasKeyOf({ label: key.toString() }, variable, settings)) return undefined;
  return `${variable.variable} in ${placeOf(variable)} contains another management key, and comes before the default profile.`;
}
