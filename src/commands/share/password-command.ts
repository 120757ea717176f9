import { Argument, Command } from '@commander-js/extra-typings';
import { addLocalFlags, localFlags, workshopFlag } from '../flags/one-workshop.ts';
import { addConfirmationFlags } from '../flags/output.ts';
import type { CommandHost } from '../host.ts';
import { helpOf } from './command-help.ts';

export function createPasswordCommand(host: CommandHost) {
  return new Command('password')
    .summary('who has a password of a workshop: add, list, remove')
    .description('Passwords that open a shared workshop. Give each member their own, so that one can be removed.')
    .helpCommand(false)
    .addCommand(addCommand(host))
    .addCommand(listCommand(host))
    .addCommand(removeCommand(host))
    .addHelpText(
      'after',
      host.helpText(
        helpOf(['orkeys share password add Anna', 'orkeys share password list', 'orkeys share password remove Anna']),
      ),
    );
}

const member = () => new Argument('<name>', 'whose password it is').argRequired();

function addCommand(host: CommandHost) {
  const command = new Command('add')
    .summary('give somebody a password of their own')
    .description(
      'Give somebody a password of their own. It is made and shown once, unless ORKEYS_SHARE_NEW_PASSWORD is set.\n' +
        'They join with it, and with their own database role.',
    )
    .addArgument(member())
    .addOption(workshopFlag());
  return addLocalFlags(addConfirmationFlags(command))
    .addHelpText('after', host.helpText(helpOf(['orkeys share password add Anna --prefix BSSDH_2025'])))
    .action(async (name, flags) => {
      const { runPasswordAdd } = await import('./password.ts');
      host.finish(await runPasswordAdd(name, { ...flags, ...localFlags(flags) }, host.ctx));
    });
}

function listCommand(host: CommandHost) {
  const command = new Command('list')
    .summary('show who has a password')
    .description('Show who has a password of a shared workshop. Read-only.')
    .addOption(workshopFlag());
  return addLocalFlags(command)
    .addHelpText('after', host.helpText(helpOf(['orkeys share password list --prefix BSSDH_2025'])))
    .action(async (flags) => {
      const { runPasswordList } = await import('./password.ts');
      host.finish(await runPasswordList({ ...flags, ...localFlags(flags) }, host.ctx));
    });
}

function removeCommand(host: CommandHost) {
  const command = new Command('remove')
    .summary("remove somebody's password")
    .description(
      "Remove somebody's password, so that nobody can join with it. Whoever knew it keeps what they copied:\n" +
        'drop their database role, and replace the keys with orkeys rotate.',
    )
    .addArgument(member())
    .addOption(workshopFlag());
  return addLocalFlags(addConfirmationFlags(command))
    .addHelpText('after', host.helpText(helpOf(['orkeys share password remove Anna --prefix BSSDH_2025'])))
    .action(async (name, flags) => {
      const { runPasswordRemove } = await import('./password.ts');
      host.finish(await runPasswordRemove(name, { ...flags, ...localFlags(flags) }, host.ctx));
    });
}
