import { Command } from '@commander-js/extra-typings';
import { addServiceFlags, sessionFlags } from '../flags/shared-flags.ts';
import type { CommandHost } from '../host.ts';

export function createWhoamiCommand(host: CommandHost) {
  const command = new Command('whoami')
    .summary('tell which key and account are in use')
    .description(
      'Tells which key and account the other commands would use, and how much credit is left. Changes nothing.',
    );
  return addServiceFlags(command)
    .addHelpText('after', HELP)
    .action(async (flags) => {
      const { runWhoami } = await import('./run.ts');
      host.finish(await runWhoami({ session: sessionFlags(flags), json: flags.json }, host.ctx));
    });
}

const HELP = `
Examples:
  orkeys whoami
  orkeys whoami --json
  orkeys whoami --sandbox

Exit codes:
  0 told, also for an ordinary API key · 2 wrong usage · 4 no key, or it is not accepted · 5 service not reachable`;
