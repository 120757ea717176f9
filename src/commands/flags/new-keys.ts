import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { collectValues } from './collect-values.ts';

/** Settings of new keys, on every command that creates keys. Each command says itself whether a limit has a default. */
export function addNewKeyFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addLimitResetFlag(command)
    .addOption(new Option('--expires <when>', 'expiration of new keys: a date, a UTC time or a span such as 7d'))
    .addOption(
      new Option('--include-byok', 'count BYOK usage (your own provider keys) toward the limit').default(false),
    )
    .addOption(new Option('--workspace <workspace>', 'workspace for new keys: slug, name or ID'));
}

/** Also for existing keys. */
export function addLimitResetFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command.addOption(
    new Option('--limit-reset <when>', 'how often the limit resets, at midnight UTC').choices([
      'daily',
      'weekly',
      'monthly',
    ] as const),
  );
}

/** For commands that can also take the reset away. */
export function noLimitReset() {
  return new Option('--no-limit-reset', 'never reset the limit');
}

/** For commands with a roster, whose column Tier says who is in which tier. */
export function addTiersFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command.addOption(
    new Option('--tiers <file>', 'limit each key to the models of its tier; the file also sets limits (docs/tiers.md)'),
  );
}

/** 1 USD by default. */
export function newKeyLimit() {
  return new Option('--limit <usd>', 'limit per new key in US dollars, or "none"').default('1');
}

/** The workshop of a roster: what its keys are called. */
export function rosterPrefix() {
  return new Option(
    '--prefix <prefix>',
    'first part of every key name; also names the workshop (default: ORKEYS_PREFIX or the file name)',
  );
}

/** For commands with a roster. The old name, which replaced nothing, still works. */
/** For commands with a roster: who somebody with a corrected address is. */
export function addMovedFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .option('--same-person <old=new>', 'keep the key of a participant whose email changed (repeatable)', collectValues)
    .option(
      '--new-person <email>',
      'create a key although a former participant has the same name (repeatable)',
      collectValues,
    );
}

/** For commands with a roster: whose the keys are. */
export function addPerFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .addOption(
      new Option('--per <unit>', 'one key for each participant, or one for each group, which its members share')
        .choices(['person', 'group'] as const)
        .default('person' as const),
    )
    .option('--same-group <old=new>', 'keep the key of a group whose name changed (repeatable)', collectValues)
    .option(
      '--new-group <name>',
      'create a key although a former group has nearly the same members (repeatable)',
      collectValues,
    );
}

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
