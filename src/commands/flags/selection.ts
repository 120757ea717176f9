import { Argument, type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { usageError } from '../../errors.ts';
import { quoteArgument } from '../../shell.ts';
import { collectValues } from './collect-values.ts';
import { typedWorkshop } from './one-workshop.ts';

/** Options of every command that takes many keys. A key is selected when it matches all of them. */
export function addSelectorFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addKeyFlags(command).addOption(
    new Option(
      '--over <usd|percent>',
      'only keys that spent more than this: US dollars (0.80) or part of the limit (80%)',
    ),
  );
}

/** The same for a command whose `--over` says something else. */
export function addKeyFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .optionsGroup('Which keys:')
    .addOption(new Option('--prefix <prefix>', 'only keys whose name starts with <prefix>_'))
    .addOption(
      new Option('--name <glob>', 'only keys whose full name matches a pattern such as "*_Anda_*" (case-insensitive)'),
    )
    .option('--hash <hash>', 'only the key with this hash, or its first characters (repeatable)', collectValues)
    .option('--email <address>', 'only keys of the participant with this email (repeatable)', collectValues)
    .option(
      '--where <condition>',
      'only keys of participants whose roster row matches: "Group=Table 3", also != and ~ for a part (repeatable)',
      collectValues,
    )
    .option(
      '--group <group>',
      'only keys of this group of the roster, or of its participants (repeatable)',
      collectValues,
    )
    .addOption(new Option('--from <roster>', 'only keys of participants in this roster'))
    .addOption(new Option('--not-in <roster>', 'only keys of participants not in this roster'))
    .option('--disabled', 'only disabled keys')
    .option('--enabled', 'only enabled keys')
    .option('--by-watch', 'only keys that orkeys watch disabled and nobody enabled since')
    .option('--expired', 'only expired keys')
    .option('--unused', 'only keys never used')
    .addOption(new Option('--created-before <when>', 'only keys created before a date, a UTC time or a span ago (7d)'))
    .addOption(
      new Option('--created-after <when>', 'only keys created at or after a date, a UTC time or a span ago (7d)'),
    )
    .addOption(new Option('--workspace <workspace>', 'only keys in this workspace: slug, name or ID (default: all)'));
}

/** For commands that only read: their options may come from settings. */
export function addNoPrefixFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command.addOption(new Option('--no-prefix', 'keys of all workshops, even if ORKEYS_PREFIX is set'));
}

/** Commands that only read take a workshop as an argument too. */
export function workshopOrEmails() {
  return new Argument('[prefix|email...]', 'a workshop, or email addresses of participants');
}

/** Commands that make changes want a workshop as an option, so that no misplaced word selects everybody. */
export function emailArguments() {
  return new Argument('[email...]', 'email addresses of participants, the same as --email');
}

interface TypedEmails {
  email?: string[] | undefined;
}

/** Arguments as the options that they stand for, for commands that only read. */
export function readingFlags<F extends TypedEmails & { prefix?: string | false | undefined }>(
  words: readonly string[],
  flags: F,
) {
  const [word, another] = words.filter((each) => !isEmail(each));
  if (another !== undefined) {
    throw usageError('usage', `${word} and ${another} cannot be combined: they name two workshops.`, {
      hint: 'Remove one of them.',
    });
  }
  const { prefix } = flags;
  const named = prefix === false ? word : typedWorkshop(word, prefix);
  return { ...withEmails(words, flags), prefix: named ?? prefix };
}

/** The same for commands that make changes. `command`: as typed, such as `orkeys rotate`. */
export function changingFlags<F extends TypedEmails>(words: readonly string[], flags: F, command: string) {
  const other = words.find((word) => !isEmail(word));
  if (other === undefined || other === '') return withEmails(words, flags);
  throw usageError(
    'usage',
    `${command} selects a workshop with --prefix only, so ${quoteArgument(other)} is unexpected.`,
    { hint: `Did you mean --prefix ${quoteArgument(other)}?` },
  );
}

/** An empty word is mostly a variable of a script that is not set; it must not select everything. */
function withEmails<F extends TypedEmails>(words: readonly string[], flags: F) {
  if (words.includes('')) {
    throw usageError('usage', 'An argument is empty.', { hint: 'Add a prefix or an email address, or remove it.' });
  }
  const emails = words.filter(isEmail);
  return { ...flags, email: emails.length > 0 ? [...emails, ...(flags.email ?? [])] : flags.email };
}

function isEmail(word: string): boolean {
  return word.includes('@');
}

/** For commands that change what they select. */
export function addAllFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addAlsoUnknownFlag(
    command.option('--all', 'select every key on the account, including keys not created on this computer'),
  );
}

export function addAlsoUnknownFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command.addOption(
    new Option(
      '--also-unknown',
      'include keys that are named like --prefix but were not created by that workshop',
    ).default(false),
  );
}
