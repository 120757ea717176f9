import type { CommanderError, CommandUnknownOpts } from '@commander-js/extra-typings';
import { type CliError, usageError } from '../errors.ts';

/** What commander refused, as an error that says what to type instead. */
export function explainUsageError(
  error: CommanderError,
  program: CommandUnknownOpts,
  args: readonly string[],
): CliError {
  const command = commandOf(program, args);
  const path = pathOf(command);
  const nearest = /\(Did you mean (.+)\?\)/.exec(error.message)?.[1];
  const suggestion = nearest === undefined ? '' : `Did you mean ${nearest}? `;
  const help = `For usage, run: ${path} --help`;
  switch (error.code) {
    case 'commander.help':
      return usageError('usage', `${path} needs a ${command === program ? 'command' : 'subcommand'}.`, {
        hint: command === program ? help : `Use one of: ${command.commands.map(pathOf).join(', ')}`,
      });
    case 'commander.excessArguments':
      return tooManyArguments(command, path, help);
    case 'commander.invalidArgument':
      return invalidChoice(error.message, help);
    case 'commander.unknownOption':
      return usageError('usage', refusedWord(error, path), {
        hint: command === program ? afterTheCommand(program, args) : `${suggestion}${help}`,
      });
    default:
      return usageError('usage', refusedWord(error, path), { hint: `${suggestion}${help}` });
  }
}

/** What is wrong with the word that commander names in quotes. */
function refusedWord({ code, message }: CommanderError, path: string): string {
  const named = /'([^']*)'/.exec(message)?.[1];
  if (named === undefined) return sentence(message);
  switch (code) {
    case 'commander.unknownCommand':
      return `Unknown command ${quoted(named)}.`;
    case 'commander.unknownOption':
      return `${path} has no option ${quoted(named)}.`;
    case 'commander.missingArgument':
      return `${path} needs <${named}>.`;
    case 'commander.optionMissingArgument':
      return `Option ${flagOf(named)} needs a value.`;
    default:
      return sentence(message);
  }
}

/** An empty value is mostly a variable of a script that is not set; it must not select everything, or nothing. */
export function refuseEmptyValues(command: CommandUnknownOpts): void {
  const given: Record<string, unknown> = command.opts();
  const empty = command.options.find((option) => [given[option.attributeName()]].flat().includes(''));
  if (!empty) return;
  throw usageError('usage', `Option ${empty.long} has an empty value.`, {
    hint: `Add a value, or remove ${empty.long}. For usage, run: ${pathOf(command)} --help`,
  });
}

/** Only the options that commands share may stand before the command. */
function afterTheCommand(program: CommandUnknownOpts, args: readonly string[]): string {
  const command = program.commands.find((below) => args.includes(below.name())) ?? program;
  return `Options go after the command. For usage, run: ${pathOf(command)} --help`;
}

/** Of an option or an argument that takes one of a few words. */
function invalidChoice(message: string, help: string): CliError {
  const option = /option '([^']*)' argument '(.*)' is invalid/s.exec(message);
  const argument = /value '(.*)' is invalid for argument '([^']*)'/s.exec(message);
  const choices = /Allowed choices are (.+)\.$/.exec(message)?.[1];
  const [name, value] = option ? [flagOf(option[1]), option[2]] : [`<${argument?.[2]}>`, argument?.[1]];
  if (value === undefined || choices === undefined) return usageError('usage', sentence(message), { hint: help });
  return usageError('usage', `Invalid ${name} ${quoted(value)}.`, { hint: `Available values: ${choices}` });
}

/** `--limit-reset <when>` → `--limit-reset` */
function flagOf(flags = ''): string {
  return flags.replace(/ [<[].*/, '');
}

function tooManyArguments(command: CommandUnknownOpts, path: string, help: string): CliError {
  const taken = command.registeredArguments.length;
  const excess = command.args.slice(taken);
  const [first = ''] = excess;
  const message = `${path} takes ${taken === 0 ? 'no arguments' : 'one argument'}, so ${quoted(first)} is unexpected.`;
  if (taken === 0) return usageError('usage', message, { hint: help });
  return usageError('usage', message, {
    hint: `If it is one argument with spaces, put it in quotes: ${path} "${command.args.join(' ')}"`,
  });
}

/** The deepest command that the words at the front name. */
function commandOf(program: CommandUnknownOpts, args: readonly string[]): CommandUnknownOpts {
  const words = args.filter((arg, at) => !arg.startsWith('-') && !(at === 0 && arg === 'help'));
  let command = program;
  for (const word of words) {
    const below = command.commands.find((found) => found.name() === word);
    if (!below) break;
    command = below;
  }
  return command;
}

/** `orkeys journal verify` */
function pathOf(command: CommandUnknownOpts): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}

function quoted(text: string): string {
  return /^[\w@.:/=+-]+$/.test(text) ? text : `"${text}"`;
}

function sentence(message: string): string {
  const line = message
    .replace(/^error: /, '')
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.)?]$/.test(line) ? '' : '.'}`;
}
