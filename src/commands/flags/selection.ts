import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { collectValues } from './collect-values.ts';

/** Options of every command that takes many keys. A key is selected when it matches all of them. */
export function addSelectorFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
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
    .addOption(new Option('--from <roster>', 'only keys of participants in this roster'))
    .addOption(new Option('--not-in <roster>', 'only keys of participants not in this roster'))
    .option('--disabled', 'only disabled keys')
    .option('--enabled', 'only enabled keys')
    .option('--expired', 'only expired keys')
    .option('--unused', 'only keys never used')
    .addOption(
      new Option(
        '--over <usd|percent>',
        'only keys that spent more than this: US dollars (0.80) or part of the limit (80%)',
      ),
    )
    .addOption(new Option('--created-before <when>', 'only keys created before a date, a UTC time or a span ago (7d)'))
    .addOption(
      new Option('--created-after <when>', 'only keys created at or after a date, a UTC time or a span ago (7d)'),
    )
    .addOption(new Option('--workspace <workspace>', 'only keys in this workspace: slug, name or ID (default: all)'));
}

/** For commands that change what they select. */
export function addAllFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .option('--all', 'select every key on the account, including keys not created on this computer')
    .addOption(
      new Option(
        '--also-unknown',
        'include keys that are named like --prefix but were not created by that workshop',
      ).default(false),
    );
}
