import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import type { Context } from '../../context.ts';
import { EXIT, type ExitCode } from '../../errors.ts';
import { printJson } from '../../terminal/json.ts';
import { renderBash } from './bash.ts';
import { describeCommand } from './describe-program.ts';
import { renderFish } from './fish.ts';
import { renderPowerShell } from './powershell.ts';
import { renderZsh } from './zsh.ts';

const RENDERERS = { bash: renderBash, zsh: renderZsh, fish: renderFish, powershell: renderPowerShell };

export interface CompletionOptions {
  shell: keyof typeof RENDERERS;
  json: boolean;
}

/** `program` has all its commands loaded. */
export async function runCompletion(
  { shell, json }: CompletionOptions,
  program: CommandUnknownOpts,
  ctx: Context,
): Promise<ExitCode> {
  const script = RENDERERS[shell](describeCommand(program));
  if (json) printJson(ctx, { version: 1, command: 'completion', shell, script });
  else ctx.stdout.write(script);
  return EXIT.OK;
}
