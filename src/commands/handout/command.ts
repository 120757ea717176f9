import { Command, Option } from '@commander-js/extra-typings';
import { addHandoutFlags, handoutFlags } from '../flags/handout.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createHandoutCommand(host: CommandHost) {
  return new Command('handout')
    .description(
      'Hand the keys of a workshop out: on paper, as files, or with another program.\n' +
        'Works offline and needs no management key. Each key stands beside the name of its own participant.',
    )
    .helpCommand(false)
    .addCommand(slipsCommand(host))
    .addHelpText('after', host.helpText(helpOf(['orkeys handout slips', 'orkeys handout slips BSSDH_2025 --master'])));
}

function slipsCommand(host: CommandHost) {
  const command = new Command('slips')
    .summary('a page to print: one slip per participant, with QR code')
    .description(
      'Write a page to print with one slip per participant: name, key as text and QR code, limit, expiration.\n' +
        'Open it in a browser and print it without margins. Whoever has a slip can use its key.',
    )
    .optionsGroup('The slips:')
    .addOption(
      new Option('--page <size>', 'size of the paper').choices(['A4', 'Letter'] as const).default('A4' as const),
    )
    .addOption(
      new Option('--per-page <n>', 'slips per page').choices(['2', '4', '8', '10'] as const).default('8' as const),
    )
    .addOption(
      new Option('--qr <content>', 'what the QR code contains: the key, a line for a .env file, or no code')
        .choices(['key', 'env', 'none'] as const)
        .default('key' as const),
    )
    .addOption(
      new Option('--order <order>', 'order of the slips')
        .choices(['roster', 'name', 'group'] as const)
        .default('roster' as const),
    )
    .option('--note <text>', 'a sentence for every slip, such as a help address')
    .option('--off-until <when>', 'when you switch the keys on: a date, a UTC time or a span such as 3d')
    .addOption(new Option('--master', 'also a list without secrets, to tick off who has a slip').default(false));
  return addHandoutFlags(command)
    .addHelpText(
      'after',
      host.helpText(
        helpOf([
          'orkeys handout slips',
          'orkeys handout slips BSSDH_2025 --page Letter --order name --master',
          'orkeys handout slips --note "Help: zane@example.org" --off-until 2026-03-09T07:00:00Z',
          'orkeys handout slips --new --dry-run',
        ]),
      ),
    )
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runSlips } = await import('./slips.ts');
      host.finish(await runSlips(prefix, { ...flags, ...shared }, host.ctx));
    });
}

function helpOf(examples: readonly string[]): HelpText {
  return {
    examples,
    exitCodes: {
      OK: 'success',
      USAGE: 'usage error, no such workshop, or nobody to hand a key to',
      CANNOT_SAVE: true,
      LOCKED: 'another run hands out keys of this workshop',
    },
  };
}
