import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';

/** The options of what a mail to a participant says, for whoever sends it. */
export function addMailTextFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .optionsGroup('The mail:')
    .option('--template <file>', 'text of the mail, with placeholders such as {{name}} and {{key}}')
    .option('--subject <text>', 'subject, with placeholders such as {{workshop}}')
    .option('--reply-to <address>', 'where answers go')
    .addOption(
      new Option('--attach <what>', 'attach a page with the key instead of writing it into the text')
        .choices(['page', 'none'] as const)
        .default('none' as const),
    )
    .option('--client <a,b>', 'clients for {{snippets}}, comma-separated, or all (default: python,js,curl)')
    .addOption(new Option('--model <slug>', 'model in the examples').default('openrouter/auto'));
}

/** Which addresses of a participant. */
export function addressesFlag() {
  return new Option('--to <addresses>', "the first of a participant's addresses, or all of them")
    .choices(['first', 'all'] as const)
    .default('first' as const);
}
