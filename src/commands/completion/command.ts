import { Argument, Command, type CommandUnknownOpts, Option } from '@commander-js/extra-typings';
import type { CommandHost } from '../host.ts';

/** `loadProgram` gives the program with all its commands loaded. */
export function createCompletionCommand(host: CommandHost, loadProgram: () => Promise<CommandUnknownOpts>) {
  return new Command('completion')
    .summary('print a script for tab completion in your shell')
    .description('Prints a script that lets your shell complete commands, flags and their values with the Tab key.')
    .addArgument(
      new Argument('<shell>', 'the shell that shall complete').choices(['bash', 'zsh', 'fish', 'powershell'] as const),
    )
    .addOption(new Option('--json', 'print the script as a text in JSON').default(false))
    .addHelpText('after', HELP)
    .action(async (shell, { json }) => {
      const { runCompletion } = await import('./run.ts');
      host.finish(await runCompletion({ shell, json }, await loadProgram(), host.ctx));
    });
}

const HELP = `
Examples:
  orkeys completion bash
  orkeys completion fish > ~/.config/fish/completions/orkeys.fish

To have it in every shell that you open, put this line
  into ~/.bashrc                source <(orkeys completion bash)
  into ~/.zshrc                 source <(orkeys completion zsh)
  into the file of $PROFILE     orkeys completion powershell | Out-String | iex

Exit codes:
  0 printed · 2 wrong usage`;
