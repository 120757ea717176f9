import { resolve } from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { usageError } from '../../errors.ts';
import { addJsonFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createSandboxCommand(host: CommandHost) {
  const command = new Command('sandbox')
    .description(
      'Run a simulated OpenRouter on this computer until you press Ctrl-C.\n' +
        'Nothing is sent to openrouter.ai and nothing costs money. Its keys work only here.',
    )
    .optionsGroup('Sandbox:')
    .option('--port <number>', 'port to listen on (default: any free port)', wholeNumberBetween('--port', 0, 65_535))
    .option('--state <file>', 'file to save the account in (default: discarded on exit)')
    .option(
      '--latency <ms>',
      'delay added to every response, in milliseconds',
      wholeNumberBetween('--latency', 0, 600_000),
    )
    .option(
      '--rate-limit <number>',
      'requests accepted per second; the rest get a 429 response',
      wholeNumberBetween('--rate-limit', 1),
    );
  return addJsonFlag(command)
    .addHelpText('after', host.helpText(HELP))
    .action(async ({ port = 0, state, latency = 0, rateLimit, json }) => {
      const stateFile = state === undefined ? undefined : resolve(host.ctx.cwd, state);
      const { runSandbox } = await import('./run.ts');
      host.finish(await runSandbox({ port, stateFile, latencyMs: latency, rateLimit, json }, host.ctx));
    });
}

const HELP: HelpText = {
  notes: [
    'Run the printed lines in another terminal. Every orkeys command there then uses the sandbox.',
    'To simulate spending, POST {"hash":"…","usd":1.5} to /sandbox/spend with the management key.',
  ],
  examples: [
    'orkeys sandbox',
    'orkeys sandbox --port 4010 --state sandbox.jsonl',
    'orkeys sandbox --latency 400 --rate-limit 5',
  ],
  exitCodes: {
    OK: 'stopped with Ctrl-C',
    USAGE: 'port or file not usable, not started',
    CANNOT_SAVE: 'cannot save output, not started',
  },
};

function wholeNumberBetween(flag: string, min: number, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `${min} or more` : `from ${min} to ${max}`;
    throw usageError('bad_flag', `Invalid ${flag} ${text === '' ? '""' : text}: expected a whole number, ${range}.`, {
      hint: `For example: ${flag} ${Math.max(min, 5)}`,
    });
  };
}
