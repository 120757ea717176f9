import type { Argument, CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { CommandNode, FlagNode, ValueNode } from './command-tree.ts';

/** A command and all below it as plain data. */
export function describeCommand(command: CommandUnknownOpts, above = ''): CommandNode {
  const path = `${above} ${command.name()}`.trim();
  const argument = command.registeredArguments[0];
  const visible = command.createHelp().visibleOptions(command);
  return {
    path,
    name: command.name(),
    summary: command.summary() || command.description(),
    flags: visible.flatMap(describeFlag),
    argument: argument && describeValue(argument.name(), argument),
    commands: command.commands.map((child) => describeCommand(child, path)),
  };
}

function describeFlag(option: Option): FlagNode[] {
  if (!option.long) return [];
  const name = /[<[]([^>\]]+)[>\]]/.exec(option.flags)?.[1];
  return [
    {
      long: option.long,
      short: option.short ?? undefined,
      description: option.description,
      value: name === undefined ? undefined : describeValue(name, option),
    },
  ];
}

function describeValue(name: string, { argChoices }: Pick<Argument | Option, 'argChoices'>): ValueNode {
  const kind = argChoices ? 'choices' : /^(?:roster|file)/.test(name) ? 'files' : name === 'dir' ? 'folders' : 'text';
  return { name, kind, choices: argChoices ?? [] };
}
