import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { addJsonFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

/** `loadProgram` gives the program with all its commands loaded. */
export function createCompletionCommand(host: CommandHost, loadProgram: () => Promise<CommandUnknownOpts>) {
  const command = new Command('completion')
    .description('Print a script that completes commands, options and values with the Tab key.')
    .addArgument(
      new Argument('<shell>', 'shell to generate the script for').choices([
        'bash',
        'zsh',
        'fish',
        'powershell',
      ] as const),
    );
  return addJsonFlag(command)
    .addHelpText('after', host.helpText(HELP))
    .action(async (shell, { json }) => {
      const { runCompletion } = await import('./run.ts');
      host.finish(await runCompletion({ shell, json }, await loadProgram(), host.ctx));
    });
}

const HELP: HelpText = {
  notes: [
    'To enable completion in every new shell, add this line',
    '  to ~/.bashrc                            source <(orkeys completion bash)',
    '  to ~/.zshrc                             source <(orkeys completion zsh)',
    '  to your PowerShell profile ($PROFILE)   orkeys completion powershell | Out-String | iex',
  ],
  examples: ['orkeys completion bash', 'orkeys completion fish > ~/.config/fish/completions/orkeys.fish'],
  exitCodes: { OK: 'success', USAGE: 'usage error' },
};
