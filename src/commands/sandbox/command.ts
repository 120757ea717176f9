import { resolve } from 'node:path';
import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { usageError } from '../../errors.ts';
import { typedWorkshop, workshopArgument, workshopFlag } from '../flags/one-workshop.ts';
import { addDryRunFlag, addJsonFlag, addOutputFlags } from '../flags/output.ts';
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
  return (
    addJsonFlag(command)
      .helpCommand(false)
      // Else `sandbox` would take the options of `sandbox spend`.
      .enablePositionalOptions()
      .addCommand(spendCommand(host))
      .addHelpText('after', host.helpText(HELP))
      .action(async ({ port = 0, state, latency = 0, rateLimit, json }) => {
        const stateFile = state === undefined ? undefined : resolve(host.ctx.cwd, state);
        const { runSandbox } = await import('./run.ts');
        host.finish(await runSandbox({ port, stateFile, latencyMs: latency, rateLimit, json }, host.ctx));
      })
  );
}

function spendCommand(host: CommandHost) {
  const command = new Command('spend')
    .summary('simulate spending with the keys of --sandbox')
    .description(
      'Simulate several days of spending with the keys that commands with --sandbox created in this output folder.\n' +
        'Affects no OpenRouter account. Days on which a key already has spending are unchanged.',
    )
    .addArgument(workshopArgument('only keys with this prefix (default: all keys)'))
    .optionsGroup('Spending:')
    .addOption(workshopFlag())
    .option('--days <number>', 'number of days, including today (default: 7)', wholeNumberBetween('--days', 1, 365));
  return addOutputFlags(addDryRunFlag(command))
    .addHelpText(
      'after',
      host.helpText({
        notes: [
          'Amounts depend only on names, limits and dates. Some keys stay unused, and one spends far more than the others.',
        ],
        examples: ['orkeys sandbox spend', 'orkeys sandbox spend BSSDH_2025 --days 30'],
        exitCodes: {
          OK: 'done, or nothing to add',
          USAGE: 'no simulated keys, nothing changed',
          CANNOT_SAVE: 'cannot save the sandbox account',
        },
      }),
    )
    .action(async (typed, { days = 7, prefix, out, quiet, dryRun }, self) => {
      refuseServerFlags(self);
      const { runSandboxSpend } = await import('./spend.ts');
      const selected = typedWorkshop(typed, prefix);
      // `sandbox` has a --json of its own, and commander gives what was typed to the first command that knows it.
      const { json } = self.optsWithGlobals();
      host.finish(await runSandboxSpend({ prefix: selected, days, out, json, quiet, dryRun }, host.ctx));
    });
}

/** Options of `sandbox` itself, which would do nothing here. */
function refuseServerFlags({ parent }: CommandUnknownOpts): void {
  for (const { attributeName, long } of SERVER_FLAGS) {
    if (parent?.getOptionValue(attributeName) === undefined) continue;
    throw usageError('contradiction', `${long} cannot be combined with sandbox spend.`, {
      hint: `Remove ${long}: sandbox spend uses the account in the output folder.`,
    });
  }
}

const SERVER_FLAGS = [
  { attributeName: 'port', long: '--port' },
  { attributeName: 'state', long: '--state' },
  { attributeName: 'latency', long: '--latency' },
  { attributeName: 'rateLimit', long: '--rate-limit' },
];

const HELP: HelpText = {
  notes: [
    'Run the printed lines in another terminal. Every orkeys command there then uses the sandbox.',
    'To simulate spending, POST {"hash":"…","usd":1.5} to /sandbox/spend with the management key; model, requests, tokens ({"prompt":…,"completion":…,"reasoning":…}), user and at (a time) are optional.',
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
