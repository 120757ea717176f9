import { Command, CommanderError, type CommandUnknownOpts, Help, Option } from '@commander-js/extra-typings';
import { COMMANDS } from './command-table.ts';
import { ALL_EXIT_CODES, renderExitCodes, renderHelpText } from './commands/help-text.ts';
import type { CommandHost } from './commands/host.ts';
import type { Context } from './context.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { fitHelp } from './terminal/fit-help.ts';
import { readVersion } from './version.ts';

const HELP_AFTER = `
First time? Try it with simulated keys that cost nothing, question by question:
  orkeys start

${renderExitCodes(ALL_EXIT_CODES)}`;

/** Parses the arguments and runs the command that they name. Throws CliError for what the user typed wrong. */
export async function runProgram(typed: readonly string[], ctx: Context): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.OK;
  if (typed.length === 0) {
    const { firstSteps } = await import('./first-run/first-steps.ts');
    const text = await firstSteps(ctx);
    if (text !== undefined) {
      ctx.stdout.write(text);
      return EXIT.OK;
    }
  }
  const args = (await spreadsheetAlone(typed, ctx)) ?? (await commandFirst(typed));
  const host = {
    ctx,
    args,
    finish: (code: ExitCode) => {
      exitCode = code;
    },
  };
  const program = await createProgram(host);
  try {
    await program.parseAsync(args.length === 0 ? ['--help'] : helpFlagForm(args), { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.OK;
    const { explainUsageError } = await import('./commands/usage-error.ts');
    throw explainUsageError(error, program, args);
  }
  return exitCode;
}

/** The command tree. Only the command that the arguments name is loaded; the others are a name and a line of help. */
export async function createProgram(
  world: Omit<CommandHost, 'helpText'>,
  load: 'named' | 'all' = 'named',
): Promise<CommandUnknownOpts> {
  const host = { ...world, helpText: renderHelpText };
  const program = new Command('orkeys')
    .description(
      'Create and manage one OpenRouter API key per participant of a roster.\n' +
        'Every key has a spending limit; none is lost, none is duplicated.',
    )
    .usage('<command> [options]')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help; for one command: orkeys <command> --help')
    .helpCommand(false)
    .addHelpText('after', HELP_AFTER)
    .exitOverride()
    .configureHelp({ optionDescription })
    .configureOutput({
      writeOut: (text) => host.ctx.stdout.write(fitHelp(text, helpWidth(host.ctx))),
      writeErr: () => undefined,
      getOutHelpWidth: () => helpWidth(host.ctx),
    });
  // What holds for whatever the command does, wherever it does it.
  program.hook('preAction', (_, started) => {
    const { wait, quiet, json } = started.opts();
    const patience = typeof wait === 'number' ? { patienceMs: wait * 1000 } : {};
    host.ctx = { ...host.ctx, ...patience, isQuiet: quiet === true || json === true };
  });
  const named = helpFlagForm(host.args).find((arg) => !arg.startsWith('-'));
  for (const { name, group, summary, load: loadCommand } of COMMANDS) {
    if (name === named || load === 'all') {
      const command = inherit(await loadCommand(host, () => createProgram(host, 'all'), runProgram), program);
      program.addCommand(command.summary(summary).helpGroup(group));
    } else program.command(name).summary(summary).description(summary).helpGroup(group);
  }
  return program;
}

/** commander gives these settings to commands that it makes itself only, not to those that are added. */
function inherit<C extends CommandUnknownOpts>(command: C, above: CommandUnknownOpts): C {
  command.copyInheritedSettings(above);
  command.addHelpOption(new Option('-h, --help', 'show this help').helpGroup(helpGroupOf(command)));
  command.hook('preAction', async (_, started) => {
    const { refuseEmptyValues } = await import('./commands/usage-error.ts');
    refuseEmptyValues(started);
  });
  for (const below of command.commands) inherit(below, command);
  return command;
}

function helpGroupOf(command: CommandUnknownOpts): string {
  return command.options.find(({ helpGroupHeading }) => helpGroupHeading === 'Output:')?.helpGroupHeading ?? 'Options:';
}

/** A spreadsheet in place of a command: typed by somebody who knows no command, or dropped on the program. */
async function spreadsheetAlone([word, ...more]: readonly string[], ctx: Context) {
  // What has no dot is no file with an extension, and needs nothing loaded to know that.
  if (word === undefined || more.length > 0 || word.startsWith('-') || !word.includes('.')) return undefined;
  const { loneFileArgs } = await import('./first-run/lone-file.ts');
  return loneFileArgs(word, ctx);
}

/** Options may stand before the command, or before a subcommand. What begins with a command needs nothing loaded to know that. */
async function commandFirst(typed: readonly string[]): Promise<readonly string[]> {
  const [first = '', second] = typed;
  const mayMove = first.startsWith('-') || ['journal', 'roster', 'handout', 'tiers', 'budget', 'share'].includes(first);
  if (second === undefined || !mayMove) return typed;
  const { moveCommandFirst } = await import('./commands/flags/before-command.ts');
  return moveCommandFirst(typed);
}

/** Long lines are hard to read, however wide the terminal. */
function helpWidth({ stdout }: Context): number {
  return Math.min(stdout.columns, 100);
}

/** A switch that is off by default goes without saying so, and values need no quotes. */
function optionDescription(this: Help, option: Option): string {
  return Help.prototype.optionDescription
    .call(this, option)
    .replace(' (default: false)', '')
    .replace(/\((?:choices|default): .*?\)$/, (values) => values.replaceAll('"', ''));
}

/** `orkeys help list` means `orkeys list --help`. */
function helpFlagForm(args: readonly string[]): string[] {
  return args[0] === 'help' ? [...args.slice(1), '--help'] : [...args];
}
