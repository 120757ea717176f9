import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { collectValues } from './collect-values.ts';
import { addLocalChangeFlags, localFlags, typedWorkshop, workshopArgument, workshopFlag } from './one-workshop.ts';
import { addDryRunFlag } from './output.ts';

/** The options that every way of handing out shares, after its own. */
export function addHandoutFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  const selecting = addPeopleFlags(command).addOption(
    new Option('--new', 'only participants whose current key was not handed out this way yet').default(false),
  );
  return addLocalChangeFlags(addDryRunFlag(selecting));
}

/** Which participants of which workshop. */
export function addPeopleFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .addArgument(workshopArgument('workshop prefix (optional if there is only one)'))
    .optionsGroup('Which participants:')
    .addOption(workshopFlag())
    .option('--email <address>', 'only the participant with this email (repeatable)', collectValues)
    .option('--group <group>', 'only participants in this group of the roster (repeatable)', collectValues)
    .option(
      '--where <condition>',
      'only participants whose roster row matches: "City=Riga", also != and ~ for a part (repeatable)',
      collectValues,
    );
}

interface TypedHandoutFlags {
  prefix?: string | undefined;
  email?: string[] | undefined;
  group?: string[] | undefined;
  where?: string[] | undefined;
  /** not where everybody is meant */
  new?: boolean | undefined;
  /** not where nothing changes */
  dryRun?: boolean | undefined;
  sandbox: boolean;
  out?: string | undefined;
  json: boolean;
  quiet: boolean;
}

/** The shared part of parsed options, with the workshop that was typed. */
export function handoutFlags(prefix: string | undefined, flags: TypedHandoutFlags) {
  const { email, group, where, dryRun = false } = flags;
  return {
    prefix: typedWorkshop(prefix, flags.prefix),
    shared: { ...localFlags(flags), email, group, where, new: flags.new ?? false, dryRun },
  };
}
