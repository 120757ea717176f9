import { Command, CommanderError, type CommandUnknownOpts, Help, type Option } from '@commander-js/extra-typings';
import type { CommandHost } from './commands/host.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode, usageError } from './errors.ts';
import { fitHelp } from './terminal/fit-help.ts';
import { readVersion } from './version.ts';

const COMMANDS = [
  {
    name: 'provision',
    summary: 'create one key for each participant of a spreadsheet',
    load: async (host: CommandHost) => (await import('./commands/provision/command.ts')).createProvisionCommand(host),
  },
  {
    name: 'sync',
    summary: 'make the keys what the spreadsheet says',
    load: async (host: CommandHost) => (await import('./commands/sync/command.ts')).createSyncCommand(host),
  },
  {
    name: 'create',
    summary: 'create one key, without a spreadsheet',
    load: async (host: CommandHost) => (await import('./commands/create/command.ts')).createCreateCommand(host),
  },
  {
    name: 'list',
    summary: 'show the keys of the account',
    load: async (host: CommandHost) => (await import('./commands/list/command.ts')).createListCommand(host),
  },
  {
    name: 'update',
    summary: 'change limits of keys, disable or enable them',
    load: async (host: CommandHost) => (await import('./commands/update/command.ts')).createUpdateCommand(host),
  },
  {
    name: 'rotate',
    summary: 'put new keys in the place of old ones',
    load: async (host: CommandHost) => (await import('./commands/rotate/command.ts')).createRotateCommand(host),
  },
  {
    name: 'revoke',
    summary: 'delete keys, for one workshop or as selected',
    load: async (host: CommandHost) => (await import('./commands/revoke/command.ts')).createRevokeCommand(host),
  },
  {
    name: 'roster',
    summary: 'check how a spreadsheet is understood',
    load: async (host: CommandHost) => (await import('./commands/roster/command.ts')).createRosterCommand(host),
  },
  {
    name: 'show',
    summary: 'show one key whole, and whose it is',
    load: async (host: CommandHost) => (await import('./commands/show/command.ts')).createShowCommand(host),
  },
  {
    name: 'verify',
    summary: 'ask with each saved key whether it works; spends nothing',
    load: async (host: CommandHost) => (await import('./commands/verify/command.ts')).createVerifyCommand(host),
  },
  {
    name: 'export',
    summary: 'write keys.json and keys.xlsx anew from the journal',
    load: async (host: CommandHost) => (await import('./commands/export/command.ts')).createExportCommand(host),
  },
  {
    name: 'journal',
    summary: 'check or mend the memory of a workshop',
    load: async (host: CommandHost) => (await import('./commands/journal/command.ts')).createJournalCommand(host),
  },
  {
    name: 'doctor',
    summary: 'find out what is wrong, and what to do',
    load: async (host: CommandHost) => (await import('./commands/doctor/command.ts')).createDoctorCommand(host),
  },
  {
    name: 'whoami',
    summary: 'tell which key and account are in use',
    load: async (host: CommandHost) => (await import('./commands/whoami/command.ts')).createWhoamiCommand(host),
  },
  {
    name: 'sandbox',
    summary: 'run a local stand-in for OpenRouter, to rehearse without real keys',
    load: async (host: CommandHost) => (await import('./commands/sandbox/command.ts')).createSandboxCommand(host),
  },
  {
    name: 'completion',
    summary: 'print a script for tab completion in your shell',
    load: async (host: CommandHost) =>
      (await import('./commands/completion/command.ts')).createCompletionCommand(host, () =>
        createProgram(host, 'all'),
      ),
  },
] as const;

const HELP_AFTER = `
First time here? This makes keys that cost nothing and work nowhere:
  orkeys provision participants.xlsx --limit 1 --sandbox

Exit codes:
  0 done · 1 a bug · 2 usage or roster wrong, nothing changed · 3 some rows not done, run again
  4 not authorised · 5 service not reachable, run again · 6 output cannot be saved
  7 another run is active · 130 interrupted, run again`;

/** Parses the arguments and runs the command that they name. Throws CliError for what the user typed wrong. */
export async function runProgram(args: readonly string[], ctx: Context): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.OK;
  const host: CommandHost = {
    ctx,
    args,
    finish: (code) => {
      exitCode = code;
    },
  };
  const program = await createProgram(host);
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : helpFlagForm(args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.OK;
    throw error.code === 'commander.help' ? incomplete(program, args) : usageErrorFrom(error, args);
  }
  return exitCode;
}

/** The command tree. Only the command that the arguments name is loaded; the others are a name and a line of help. */
export async function createProgram(host: CommandHost, load: 'named' | 'all' = 'named'): Promise<CommandUnknownOpts> {
  const program = new Command('orkeys')
    .description('One OpenRouter API key per participant: from a spreadsheet, with limits, none lost, none doubled.')
    .usage('<command> [options]')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help; also: orkeys <command> --help')
    .helpCommand(false)
    .addHelpText('after', HELP_AFTER)
    .exitOverride()
    .configureHelp({ optionDescription })
    .configureOutput({
      writeOut: (text) => host.ctx.stdout.write(fitHelp(text, helpWidth(host.ctx))),
      writeErr: () => undefined,
      getOutHelpWidth: () => helpWidth(host.ctx),
    });
  const named = helpFlagForm(host.args).find((arg) => !arg.startsWith('-'));
  for (const spec of COMMANDS) {
    if (spec.name === named || load === 'all') program.addCommand(inherit(await spec.load(host), program));
    else program.command(spec.name).summary(spec.summary).description(spec.summary);
  }
  return program;
}

/** commander gives these settings to commands that it makes itself only, not to those that are added. */
function inherit<C extends CommandUnknownOpts>(command: C, above: CommandUnknownOpts): C {
  command.copyInheritedSettings(above);
  for (const below of command.commands) inherit(below, command);
  return command;
}

/** Long lines are hard to read, however wide the terminal. */
function helpWidth({ stdout }: Context): number {
  return Math.min(stdout.columns, 100);
}

/** A switch that is off by default goes without saying so. */
function optionDescription(this: Help, option: Option): string {
  return Help.prototype.optionDescription.call(this, option).replace(' (default: false)', '');
}

/** `orkeys help list` means `orkeys list --help`. */
function helpFlagForm(args: readonly string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : [...args];
}

function usageErrorFrom(error: CommanderError, args: readonly string[]): Error {
  const message = error.message.replace(/^error: /, '');
  const command = args.find((arg) => !arg.startsWith('-'));
  const known = COMMANDS.some(({ name }) => name === command);
  return usageError('usage', sentence(message), {
    hint: known ? `See orkeys ${command} --help.` : 'See orkeys --help.',
  });
}

/** `orkeys journal` alone does nothing: it has commands of its own. */
function incomplete(program: CommandUnknownOpts, args: readonly string[]): Error {
  const name = args.find((arg) => !arg.startsWith('-'));
  const group = program.commands.find((command) => command.name() === name);
  const whole = (group?.commands ?? []).map((command) => `orkeys ${name} ${command.name()}`);
  return usageError('usage', `orkeys ${name} needs one more word.`, { hint: `Type ${whole.join(', or ')}.` });
}

function sentence(text: string): string {
  const line = text.replaceAll(/\s*\n\s*/g, ' ').trim();
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.)?]$/.test(line) ? '' : '.'}`;
}
