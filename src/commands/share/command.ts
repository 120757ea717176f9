import { Argument, Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { usageError } from '../../errors.ts';
import {
  addLocalChangeFlags,
  addLocalFlags,
  localFlags,
  typedWorkshop,
  workshopArgument,
  workshopFlag,
} from '../flags/one-workshop.ts';
import { addConfirmationFlags, addDryRunFlag, addJsonFlag } from '../flags/output.ts';
import type { CommandHost } from '../host.ts';
import { helpOf } from './command-help.ts';
import { createPasswordCommand } from './password-command.ts';
import { createRestoreCommand } from './restore-command.ts';

export function createShareCommand(host: CommandHost) {
  return new Command('share')
    .description(
      'Share a workshop with other people: its journal is kept in a PostgreSQL database, encrypted, instead of a file.\n' +
        'Every command then works on the shared workshop, on every computer that joined it.',
    )
    .helpCommand(false)
    .addCommand(startCommand(host))
    .addCommand(joinCommand(host))
    .addCommand(statusCommand(host))
    .addCommand(leaveCommand(host))
    .addCommand(createRestoreCommand(host))
    .addCommand(createPasswordCommand(host))
    .addCommand(sqlCommand(host))
    .addHelpText(
      'after',
      host.helpText({
        ...helpOf([
          'orkeys share start postgres://ilze@db.example.org/ws --prefix BSSDH_2025',
          'orkeys share join postgres://anna@db.example.org/ws --prefix BSSDH_2025',
          'orkeys share status',
        ]),
        notes: [
          'Names, addresses and secrets leave this computer encrypted only. The password of the workshop opens them;',
          'the password of the database does not.',
        ],
      }),
    );
}

function startCommand(host: CommandHost) {
  const command = new Command('start')
    .summary('move a workshop into a database')
    .description(
      'Move the journal of a workshop, and its logs of spending and hand-outs, into a PostgreSQL database.\n' +
        'The files are kept as backups. A password is made and shown once, unless ORKEYS_SHARE_PASSWORD is set.',
    );
  return addLocalFlags(addDryRunFlag(addMemberFlags(command)))
    .addHelpText(
      'after',
      host.helpText({
        ...helpOf([
          'orkeys share start postgres://ilze@db.example.org/ws --prefix BSSDH_2025',
          'orkeys share start --prefix BSSDH_2025 --as Ilze --dry-run',
        ]),
        notes: PASSWORD_NOTES,
      }),
    )
    .action(async (url, flags) => {
      const { runShareStart } = await import('./start.ts');
      host.finish(await runShareStart(url, { ...flags, ...localFlags(flags) }, host.ctx));
    });
}

function joinCommand(host: CommandHost) {
  const command = new Command('join')
    .summary('use a workshop that somebody shares')
    .description(
      'Use a workshop that somebody shares, from this computer too. Asks for the password of the workshop.\n' +
        'Reads and checks everything that is shared before it changes anything here.',
    );
  return addLocalFlags(addDryRunFlag(addMemberFlags(command)))
    .addHelpText(
      'after',
      host.helpText({
        ...helpOf([
          'orkeys share join postgres://anna@db.example.org/ws --prefix BSSDH_2025',
          'pass show workshop | orkeys share join --prefix BSSDH_2025 --as Anna',
        ]),
        notes: PASSWORD_NOTES,
      }),
    )
    .action(async (url, flags) => {
      const { runShareJoin } = await import('./join.ts');
      host.finish(await runShareJoin(url, { ...flags, ...localFlags(flags) }, host.ctx));
    });
}

function statusCommand(host: CommandHost) {
  const command = new Command('status')
    .summary('show where a workshop is shared, and who uses it now')
    .description(
      'Show where a workshop is shared, who uses it now, and whether this computer saw all of it. Read-only.',
    )
    .addArgument(workshopArgument('workshop prefix (optional if there is only one)'))
    .addOption(workshopFlag());
  return addLocalFlags(command)
    .addHelpText('after', host.helpText(helpOf(['orkeys share status', 'orkeys share status BSSDH_2025 --json'])))
    .action(async (typed, flags) => {
      const { runShareStatus } = await import('./status.ts');
      host.finish(await runShareStatus(typedWorkshop(typed, flags.prefix), localFlags(flags), host.ctx));
    });
}

function leaveCommand(host: CommandHost) {
  const command = new Command('leave')
    .summary('stop sharing: on this computer, or for everybody')
    .description(
      'Forget on this computer that a workshop is shared; the others go on. With --to-file, take the workshop out of\n' +
        'the database, back into files on this computer: then nobody else can use it.',
    )
    .addArgument(workshopArgument('workshop prefix'))
    .addOption(workshopFlag())
    .optionsGroup('Leaving:')
    .addOption(new Option('--to-file', 'move the workshop back into files here, for everybody').default(false));
  return addLocalChangeFlags(addConfirmationFlags(command))
    .addHelpText(
      'after',
      host.helpText(helpOf(['orkeys share leave BSSDH_2025', 'orkeys share leave BSSDH_2025 --to-file'])),
    )
    .action(async (typed, flags) => {
      const prefix = typedWorkshop(typed, flags.prefix);
      if (prefix === undefined) throw prefixNeeded('leave');
      const { runShareLeave } = await import('./leave.ts');
      host.finish(await runShareLeave(prefix, { ...flags, ...localFlags(flags) }, host.ctx));
    });
}

function sqlCommand(host: CommandHost) {
  return addJsonFlag(
    new Command('sql')
      .summary('print the SQL statements that set up a database')
      .description(
        'Print the SQL statements that set up a database, for whoever administers it. Needs no connection.\n' +
          'Where your role may create a schema, orkeys share start does this itself.',
      )
      .optionsGroup('Who may use it:')
      .addOption(new Option('--role <role>', 'database role of the members').default('orkeys')),
  )
    .addHelpText(
      'after',
      host.helpText({
        examples: ['orkeys share sql', 'orkeys share sql --role instructors'],
        exitCodes: { OK: 'success' },
      }),
    )
    .action(async (flags) => {
      const { runShareSql } = await import('./sql.ts');
      host.finish(runShareSql(flags, host.ctx));
    });
}

function addMemberFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .addArgument(new Argument('[url]', 'address of the database, without a password (default: ORKEYS_SHARE_URL)'))
    .optionsGroup('Sharing:')
    .addOption(new Option('--prefix <prefix>', 'workshop prefix (default: ORKEYS_PREFIX)'))
    .addOption(new Option('--as <name>', 'who you are, for the others (default: your user name)'))
    .addOption(
      new Option('--ask', 'ask for the password of the workshop at each command; keep no key here').default(false),
    )
    .addOption(
      new Option('--no-files', 'write no keys.json and no keys.xlsx on this computer, for a server; see orkeys export'),
    );
}

function prefixNeeded(what: string): Error {
  return usageError('no_prefix', `orkeys share ${what} needs the prefix of a workshop.`, {
    hint: 'For example: --prefix BSSDH_2025',
  });
}

const PASSWORD_NOTES = [
  'The password of your database role is taken from PGPASSWORD, ~/.pgpass (PGPASSFILE), or from ORKEYS_SHARE_URL. Other',
  'computers than this one must prove with a certificate who they are; PGSSLROOTCERT names a private authority.',
];
