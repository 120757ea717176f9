import { saveMailPassword } from '../../connection/save-secrets.ts';
import { keyStoreOf, mailLoginOf, mailServerName } from '../../connection/stored-secrets.ts';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { readSettings } from '../../settings.ts';
import { printJson } from '../../terminal/json.ts';
import { askForSecret } from './ask-for-secret.ts';
import { mailLoginJson, renderMailLogin } from './screen.ts';

/** Asks for the password of the mail server that the settings name, and saves it for that user of that server. */
export async function runMailLogin(flags: { dryRun: boolean; json: boolean }, ctx: Context): Promise<ExitCode> {
  const settings = readSettings(ctx);
  const login = mailLoginOf(settings);
  const server = mailServerName(login);
  const store = keyStoreOf(ctx);
  await store.check();
  const password = await askForSecret(`Password of ${server}`, 'password', ctx);
  if (!flags.dryRun) await saveMailPassword(login, password, ctx);
  const view = {
    server,
    store,
    dryRun: flags.dryRun,
    usedBefore: ['ORKEYS_SMTP_PASSWORD', 'ORKEYS_SMTP_TOKEN'].find((name) => settings.get(name) !== undefined),
  };
  if (flags.json) printJson(ctx, mailLoginJson(view));
  else ctx.stdout.write(renderMailLogin(view));
  return EXIT.OK;
}
