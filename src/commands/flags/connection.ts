import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import type { SessionFlags } from '../../connection/session.ts';
import { atLeastOne, positive, wholeNumber } from './numbers.ts';

/** Options of every command that sends requests. */
export function addConnectionFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addSandbox(command)
    .addOption(new Option('--profile <name>', 'saved management key to use; see orkeys login'))
    .addOption(
      new Option('--concurrency <n>', 'maximum number of simultaneous requests')
        .default(8)
        .argParser(atLeastOne('--concurrency')),
    )
    .addOption(
      new Option('--rate <n>', 'maximum requests per second, or "off"; a read counts as one third')
        .default(10)
        .argParser(parseRate),
    )
    .addOption(new Option('--timeout <seconds>', 'time limit per request').default(30).argParser(positive('--timeout')))
    .addOption(
      new Option('--retries <n>', 'maximum retries per request, where a retry is safe; 5 minutes at most')
        .default(5)
        .argParser(wholeNumber('--retries')),
    );
}

/** For commands that only read the files of the sandbox. `--profile` means nothing to them, but printed commands may have it. */
export function addSandboxFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addSandbox(command).addOption(new Option('--profile <name>', 'ignored: no account is needed').hideHelp());
}

/** The part of parsed options that opens a session. */
export function sessionFlags(flags: {
  sandbox: boolean;
  out?: string | undefined;
  profile?: string | undefined;
  concurrency: number;
  rate: number;
  timeout: number;
  retries: number;
}): SessionFlags {
  const { sandbox, out, profile, concurrency, rate, timeout, retries } = flags;
  return { sandbox, out, profile, concurrency, rate, timeout, retries };
}

function addSandbox<A extends unknown[], O extends OptionValues, G extends OptionValues>(command: Command<A, O, G>) {
  return command
    .optionsGroup('Connection:')
    .addOption(new Option('--sandbox', 'use a simulated OpenRouter on this computer').default(false));
}

function parseRate(text: string): number {
  return text === 'off' ? Number.POSITIVE_INFINITY : positive('--rate')(text);
}
