import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';

/** Flags of every command that takes many keys; a key is meant when all of them fit. */
export function addSelectorFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .addOption(new Option('--prefix <prefix>', 'keys whose name begins with this and an underscore'))
    .addOption(new Option('--name <glob>', 'keys whose whole name fits, such as "*_Anda_*"; case does not matter'))
    .option('--hash <hash>', 'the key with this hash, or the beginning of one; may be repeated', collect)
    .option('--email <address>', 'keys of the participant with this address; may be repeated', collect)
    .addOption(new Option('--from <roster>', 'keys of the people in this spreadsheet'))
    .addOption(new Option('--not-in <roster>', 'keys of participants who are not in this spreadsheet'))
    .option('--disabled', 'only disabled keys')
    .option('--enabled', 'only keys that are not disabled')
    .option('--expired', 'only keys past their expiry')
    .option('--unused', 'only keys that were never used')
    .addOption(new Option('--over <usd|percent>', 'only keys that spent more than 0.80, or more than 80% of the limit'))
    .addOption(new Option('--created-before <when>', 'only keys made before a date, a UTC time, or 7d ago'))
    .addOption(new Option('--created-after <when>', 'only keys made at or after a date, a UTC time, or 7d ago'))
    .addOption(new Option('--workspace <workspace>', 'only this workspace, by slug, name or id (default: all)'));
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

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
