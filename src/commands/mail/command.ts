import { Command, Option } from '@commander-js/extra-typings';
import { collectValues } from '../flags/collect-values.ts';
import { addPeopleFlags, handoutFlags } from '../flags/handout.ts';
import { addMailTextFlags, addressesFlag } from '../flags/mail-text.ts';
import { positive, wholeNumber } from '../flags/numbers.ts';
import {
  addLocalChangeFlags,
  addLocalFlags,
  localFlags,
  typedWorkshop,
  workshopArgument,
  workshopFlag,
} from '../flags/one-workshop.ts';
import { addConfirmationFlags, addDryRunFlag, addJsonFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createMailCommand(host: CommandHost) {
  return new Command('mail')
    .description(
      'Send every participant their key by email, one email each, through your own mail server.\n' +
        'Every email is recorded before it leaves, so that running the command again never sends a second one.',
    )
    .helpCommand(false)
    .addCommand(previewCommand(host))
    .addCommand(testCommand(host))
    .addCommand(sendCommand(host))
    .addCommand(statusCommand(host))
    .addCommand(settleCommand(host))
    .addCommand(templateCommand(host))
    .addHelpText(
      'after',
      host.helpText({
        ...helpOf([
          'orkeys mail preview BSSDH_2025',
          'orkeys mail test BSSDH_2025 --to zane@example.org',
          'orkeys mail send BSSDH_2025',
          'orkeys mail send BSSDH_2025 --sandbox',
        ]),
        notes: [
          'Set ORKEYS_SMTP_URL, ORKEYS_SMTP_PASSWORD and ORKEYS_MAIL_FROM in the environment or in .env: see docs/mail.md.',
          'To send keys days before the event, disable them first: orkeys update --prefix BSSDH_2025 --disable.',
        ],
      }),
    );
}

function previewCommand(host: CommandHost) {
  const command = new Command('preview')
    .summary('print the email of one participant, with the key masked')
    .description('Print the email of one participant, with the key masked. Sends nothing and needs no mail server.');
  return addLocalFlags(addPeopleFlags(addMailTextFlags(command).addOption(addressesFlag())))
    .addHelpText(
      'after',
      host.helpText(
        helpOf(['orkeys mail preview', 'orkeys mail preview --email anna@example.org --template mail.txt']),
      ),
    )
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runPreview } = await import('./preview.ts');
      host.finish(await runPreview(prefix, { ...flags, ...shared }, host.ctx));
    });
}

function testCommand(host: CommandHost) {
  const command = new Command('test')
    .summary('send yourself what a participant would get, with a key that does not exist')
    .description(
      'Send yourself the email of one participant, with a key that does not exist.\n' +
        'Shows what arrives, and whether the mail server takes it. Nothing is recorded.',
    )
    .optionsGroup('The test:')
    .requiredOption('--to <address>', 'your own address');
  return addLocalFlags(addDryRunFlag(addPeopleFlags(addMailTextFlags(command))))
    .addHelpText('after', host.helpText(helpOf(['orkeys mail test BSSDH_2025 --to zane@example.org'])))
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runMailTest } = await import('./test-mail.ts');
      host.finish(await runMailTest(prefix, { ...flags, ...shared, to: 'first', testTo: flags.to }, host.ctx));
    });
}

function sendCommand(host: CommandHost) {
  const command = new Command('send')
    .summary('send every participant their key; nobody gets a second email')
    .description(
      'Send every participant their current key, one email each. Run it again to send what is left: nobody gets a second email.\n' +
        'An email that may have arrived is never sent again by itself: see orkeys mail settle.',
    );
  const sending = addPeopleFlags(
    addMailTextFlags(command)
      .addOption(addressesFlag())
      .optionsGroup('Sending:')
      .addOption(
        new Option('--rate <n>', 'maximum emails per minute (default: 25; in the sandbox no limit)').argParser(
          positive('--rate'),
        ),
      )
      .addOption(new Option('--limit <n>', 'send at most this many emails now').argParser(wholeNumber('--limit')))
      .option('--again <address>', 'send this participant one more email (repeatable)', collectValues)
      .addOption(new Option('--retry-refused', 'also those whose email was refused before').default(false)),
  );
  return addLocalChangeFlags(addConfirmationFlags(sending))
    .addHelpText(
      'after',
      host.helpText({
        notes: ['If a key has no limit or no expiration, type the prefix to confirm. Scripts need --yes.'],
        ...helpOf([
          'orkeys mail send BSSDH_2025 --dry-run',
          'orkeys mail send BSSDH_2025 --limit 3',
          'orkeys mail send BSSDH_2025 --again anna@example.org',
        ]),
      }),
    )
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runSend } = await import('./send.ts');
      host.finish(await runSend(prefix, { ...flags, ...shared }, host.ctx));
    });
}

function statusCommand(host: CommandHost) {
  const command = new Command('status')
    .summary('who got an email, who did not, and whose is out of date')
    .description('Show who got an email with their key, who did not, and whose key was replaced after it was sent.');
  return addLocalFlags(addPeopleFlags(command))
    .addHelpText('after', host.helpText(helpOf(['orkeys mail status', 'orkeys mail status BSSDH_2025 --json'])))
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runMailStatus } = await import('./status.ts');
      host.finish(await runMailStatus(prefix, shared, host.ctx));
    });
}

function settleCommand(host: CommandHost) {
  const command = new Command('settle')
    .summary('record whether an email in doubt arrived')
    .description(
      'Record whether an email arrived whose delivery is in doubt, after you asked or looked into the Sent folder.\n' +
        'With --missing, the next orkeys mail send sends it again.',
    )
    .addArgument(workshopArgument('workshop prefix (optional if there is only one)'))
    .addOption(workshopFlag())
    .optionsGroup('What you found out:')
    .option('--arrived <address>', 'the email to this address arrived (repeatable)', collectValues)
    .option('--missing <address>', 'the email to this address did not arrive (repeatable)', collectValues);
  return addLocalChangeFlags(addDryRunFlag(command))
    .addHelpText(
      'after',
      host.helpText(
        helpOf([
          'orkeys mail settle BSSDH_2025 --missing maria@example.org',
          'orkeys mail settle --arrived anna@example.org --arrived janis@example.org',
        ]),
      ),
    )
    .action(async (typed, flags) => {
      const { arrived, missing, dryRun } = flags;
      const { runSettle } = await import('./settle.ts');
      const prefix = typedWorkshop(typed, flags.prefix);
      host.finish(await runSettle(prefix, { ...localFlags(flags), arrived, missing, dryRun }, host.ctx));
    });
}

function templateCommand(host: CommandHost) {
  return addJsonFlag(new Command('template'))
    .summary('print the text that emails are made from')
    .description('Print the text that emails are made from. Change it, then use it with --template.')
    .addHelpText(
      'after',
      host.helpText({
        examples: ['orkeys mail template > mail.txt', 'orkeys mail template --json'],
        exitCodes: { OK: 'success' },
      }),
    )
    .action(async (flags) => {
      const { runMailTemplate } = await import('./template.ts');
      host.finish(runMailTemplate(flags, host.ctx));
    });
}

function helpOf(examples: readonly string[]): HelpText {
  return {
    examples,
    exitCodes: {
      OK: 'success',
      USAGE: 'usage error, or mail is not set up; nothing was sent',
      PARTIAL: 'some emails were refused, are in doubt or are not sent yet',
      NOT_AUTHORIZED: 'the mail server refused the login or the sender',
      UNREACHABLE: 'mail server unreachable, or it asks for later; rerun',
      CANNOT_SAVE: true,
      LOCKED: 'another run hands out keys of this workshop',
      INTERRUPTED: true,
    },
  };
}
