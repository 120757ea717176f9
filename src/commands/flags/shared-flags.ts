import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import type { SessionFlags } from '../../connection/session.ts';
import { usageError } from '../../errors.ts';

/** Flags of every command that talks to the service. */
export function addServiceFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addOutputFlags(command)
    .addOption(new Option('--sandbox', 'use a local stand-in for OpenRouter: nothing is real').default(false))
    .addOption(
      new Option('--concurrency <n>', 'requests under way at once, at most')
        .default(8)
        .argParser(atLeastOne('--concurrency')),
    )
    .addOption(
      new Option('--rate <n>', 'requests started a second, at most, or "off"; a read counts as a third')
        .default(10)
        .argParser(parseRate),
    )
    .addOption(
      new Option('--timeout <seconds>', 'time for one whole request').default(30).argParser(positive('--timeout')),
    )
    .addOption(
      new Option('--retries <n>', 'how often a request is repeated that may be; 5 minutes at most')
        .default(5)
        .argParser(wholeNumber('--retries')),
    );
}

/** Where results are and how they are told. */
export function addOutputFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .addOption(new Option('--out <dir>', 'folder of the results (default: ORKEYS_OUT, else ./output)'))
    .addOption(new Option('--json', 'print the result as JSON').default(false))
    .addOption(new Option('--quiet', 'no progress, no notices; results and errors only').default(false));
}

/** Flags of every command that changes something. */
export function addChangeFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .addOption(new Option('--dry-run', 'print the plan that a run would carry out; change nothing').default(false))
    .addOption(new Option('-y, --yes', 'do not ask').default(false));
}

/** What a new key shall be like, on every command that makes keys. Whether a limit is given by default, each says itself. */
export function addKeyFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addLimitReset(command)
    .addOption(new Option('--expires <when>', 'a date, a UTC time, or 7d: new keys stop working then'))
    .addOption(new Option('--include-byok', 'count own provider keys (BYOK) into the limit too').default(false))
    .addOption(new Option('--workspace <workspace>', 'make keys in this workspace, by slug, name or id'));
}

/** Also for keys that exist. */
export function addLimitReset<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command.addOption(
    new Option('--limit-reset <when>', 'when the spent amount starts again at zero, midnight UTC').choices([
      'daily',
      'weekly',
      'monthly',
    ] as const),
  );
}

/** What a new key may spend; 1 USD unless told otherwise. */
export function newKeyLimit() {
  return new Option('--limit <usd>', 'what each new key may spend, or "none" for no limit').default('1');
}

/** For commands with a roster. The old name, which replaced nothing, still works. */
export function addCreateDuplicates<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .addOption(
      new Option(
        '--create-duplicates',
        'also create keys for participants whose key is not saved on this computer (the old key stays)',
      ).default(false),
    )
    .addOption(new Option('--replace', 'former name of --create-duplicates').default(false).hideHelp());
}

/** The part of parsed flags that opens a session. */
export function sessionFlags(flags: {
  sandbox: boolean;
  out?: string | undefined;
  concurrency: number;
  rate: number;
  timeout: number;
  retries: number;
}): SessionFlags {
  const { sandbox, out, concurrency, rate, timeout, retries } = flags;
  return { sandbox, out, concurrency, rate, timeout, retries };
}

function parseRate(text: string): number {
  return text === 'off' ? Number.POSITIVE_INFINITY : positive('--rate')(text);
}

function positive(flag: string): (text: string) => number {
  return (text) => {
    const value = numberIn(text);
    if (value > 0 && Number.isFinite(value)) return value;
    throw badNumber(flag, text, 'a number above 0');
  };
}

function atLeastOne(flag: string): (text: string) => number {
  return (text) => {
    const value = numberIn(text);
    if (Number.isSafeInteger(value) && value >= 1) return value;
    throw badNumber(flag, text, 'a whole number, 1 or more');
  };
}

function wholeNumber(flag: string): (text: string) => number {
  return (text) => {
    const value = numberIn(text);
    if (Number.isSafeInteger(value) && value >= 0) return value;
    throw badNumber(flag, text, 'a whole number, 0 or more');
  };
}

function numberIn(text: string): number {
  return /^\s*\d+(?:[.,]\d+)?\s*$/.test(text) ? Number(text.replace(',', '.')) : Number.NaN;
}

function badNumber(flag: string, text: string, expected: string): Error {
  return usageError('bad_flag', `${flag} ${text}: expected ${expected}.`, { hint: `Type for example ${flag} 5.` });
}
