import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from '@commander-js/extra-typings';
import type { CommandHost } from '../host.ts';

export function createSandboxCommand(host: CommandHost) {
  return new Command('sandbox')
    .summary('run a local stand-in for OpenRouter, to rehearse without real keys')
    .description(
      'Runs a local stand-in for OpenRouter on this computer, until Ctrl-C.\n' +
        'Nothing reaches openrouter.ai and nothing costs money; the keys it makes work nowhere else.',
    )
    .option('--port <number>', 'port to listen on (default: any free one)', wholeNumber(0, 65_535))
    .option('--state <file>', 'keep the account in this file (default: forget it at the end)')
    .option('--latency <ms>', 'answer every request this many milliseconds late', wholeNumber(0, 600_000))
    .option('--rate-limit <number>', 'let this many requests a second through, answer 429 to the rest', wholeNumber(1))
    .option('--json', 'print address and management key as one line of JSON')
    .addHelpText('after', HELP)
    .action(async ({ port = 0, state, latency = 0, rateLimit, json = false }) => {
      const stateFile = state === undefined ? undefined : resolve(host.ctx.cwd, state);
      const { runSandbox } = await import('./run.ts');
      host.finish(await runSandbox({ port, stateFile, latencyMs: latency, rateLimit, json }, host.ctx));
    });
}

const HELP = `
Examples:
  orkeys sandbox
  orkeys sandbox --port 4010 --state sandbox.jsonl
  orkeys sandbox --latency 400 --rate-limit 5

In another terminal, type the lines that it prints; from then on every orkeys command there speaks to the sandbox.
To rehearse spending: POST {"hash":"…","usd":1.5} with the management key to /sandbox/spend.

Exit codes:
  0  ended by Ctrl-C
  2  the port or the file cannot be used; nothing was started
  6  the file cannot be written; nothing was started`;

function wholeNumber(min: number, max = Number.MAX_SAFE_INTEGER) {
  return (text: string): number => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      `It must be a whole number of at least ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` and at most ${max}`}.`,
    );
  };
}
