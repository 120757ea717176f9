import { chooseKeySource } from '../connection/key-source.ts';
import { outRootOf } from '../connection/session.ts';
import type { Context } from '../context.ts';
import { CliError } from '../errors.ts';
import { readSettings } from '../settings.ts';
import { commandLine } from '../terminal/command-line.ts';
import { tableWidth } from '../terminal/table.ts';
import { titledLine, wrapText } from '../terminal/wrap.ts';
import { listWorkshops } from '../workshop/shelf.ts';
import { MANAGEMENT_KEYS_PAGE } from './ask-key.ts';

/** What a plain `orkeys` shows where there is nothing yet. Undefined if there is a management key or a workshop, or where settings are wrong. */
export async function firstSteps(ctx: Context): Promise<string | undefined> {
  try {
    const settings = readSettings(ctx);
    if ((await chooseKeySource(undefined, settings, ctx)) !== undefined) return undefined;
    const outRoot = outRootOf({ sandbox: false, out: undefined }, ctx, settings);
    const real = await listWorkshops(outRoot);
    if (
      real.length > 0 ||
      (await listWorkshops(outRootOf({ sandbox: true, out: undefined }, ctx, settings))).length > 0
    )
      return undefined;
  } catch (error) {
    // The command that is typed next says what is wrong.
    if (error instanceof CliError) return undefined;
    throw error;
  }
  return waysToStart(ctx);
}

/** Ten lines where the terminal has 80 columns. */
function waysToStart({ env, stdout }: Pick<Context, 'env' | 'stdout'>): string {
  const width = `  ${commandLine(['start'], env)}  `.length;
  const prose = (text: string) => `${wrapText(text, tableWidth(stdout)).join('\n')}\n`;
  const way = (name: string, text: string) => titledLine(`  ${commandLine([name], env)}  `.padEnd(width), text, stdout);
  return [
    prose('orkeys creates one OpenRouter API key per participant of a spreadsheet.'),
    prose('There is no management key and no workshop here yet. Three ways to start:'),
    '\n',
    way('start', 'rehearse, question by question; needs no account, costs nothing'),
    way('login', 'save a management key in the key store of this computer'),
    way('init', 'make .env for a management key, .gitignore and a sample roster'),
    '\n',
    prose(`Create a management key at ${MANAGEMENT_KEYS_PAGE}`),
    `All commands: ${commandLine(['--help'], env)}\n`,
  ].join('');
}
