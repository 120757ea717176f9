import { Command, Option } from '@commander-js/extra-typings';
import { collectValues } from '../flags/collect-values.ts';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { atLeastOne } from '../flags/numbers.ts';
import { addConfirmationFlags, addOutputFlags, addWaitFlag } from '../flags/output.ts';
import { addRosterFlags } from '../flags/roster.ts';
import { addAlsoUnknownFlag, addKeyFlags, readingFlags, workshopOrEmails } from '../flags/selection.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createWatchCommand(host: CommandHost) {
  const command = new Command('watch')
    .description(
      'Tell who spends too much, while it happens. With --disable, also disable their keys.\n' +
        "Reads the account every minute. Each key's own limit is the brake; it works even when this computer sleeps.",
    )
    .addArgument(workshopOrEmails())
    .optionsGroup('Rules:')
    .option(
      '--over <usd|percent>',
      'a key spent more than this of its limit (repeatable; default: 80% and 100%)',
      collectValues,
    )
    .option('--per-hour <usd>', 'a key spent more than this in the last hour; told at the second look')
    .option('--per-day <usd>', 'a key spent more than this today (UTC)')
    .option('--total-over <usd>', 'all keys together spent more than this')
    .option('--since <when>', 'count --total-over from a date, a UTC time or a span ago (default: all they ever spent)')
    .option('--credit-under <usd>', 'the account has less credit than this')
    .option('--unusual', 'a key spent much more today than the others')
    .optionsGroup('What to do:')
    .option('--disable', 'disable the keys that cross a rule about keys or --total-over')
    .addOption(
      new Option(
        '--at-most <n>',
        'disable no key if more than this would go at once (default: a fifth, at least 3)',
      ).argParser(atLeastOne('--at-most')),
    )
    .addOption(new Option('--every <span>', 'time between two readings, 10s to 1h').default('60s'))
    .option('--once', 'read once and end: for cron and other timers')
    .option('--until <when>', 'end at a UTC time, or after a span (8h)')
    .option('--exit-code', 'exit 8 if a rule is crossed at the end');
  return addConnectionFlags(
    addWaitFlag(addOutputFlags(addConfirmationFlags(addRosterFlags(addAlsoUnknownFlag(addKeyFlags(command)))))),
  )
    .addHelpText('after', host.helpText(HELP))
    .action(async (words, typed) => {
      const { prefix, ...flags } = readingFlags(words, typed);
      const { runWatch } = await import('./run.ts');
      host.finish(
        await runWatch(
          { ...flags, rules: flags, selectors: { ...flags, over: undefined, prefix }, session: sessionFlags(flags) },
          host.ctx,
        ),
      );
    });
}

const HELP: HelpText = {
  notes: [
    'Undo: orkeys update --prefix BSSDH_2025 --by-watch --enable',
    'Each rule is told once, and again only after it was met in between or the limit started again.',
  ],
  examples: [
    'orkeys watch BSSDH_2025',
    'orkeys watch BSSDH_2025 --over 90% --per-hour 0.50 --total-over 40 --disable',
    'orkeys watch BSSDH_2025 --once --disable --yes --json >> watch.log',
    'orkeys watch BSSDH_2025 --credit-under 20 --once --exit-code',
  ],
  exitCodes: {
    OK: 'ended as asked',
    USAGE: true,
    PARTIAL: 'with --once: not every key that should be disabled was',
    NOT_AUTHORIZED: true,
    UNREACHABLE: 'with --once: OpenRouter unreachable, rerun',
    CANNOT_SAVE: true,
    LOCKED: 'another watch of this workshop is running',
    ALERT: 'with --exit-code: a rule is crossed',
    INTERRUPTED: 'ended with Ctrl-C',
  },
};
