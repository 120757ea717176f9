import { Command, Option } from '@commander-js/extra-typings';
import { addHandoutFlags, handoutFlags } from '../flags/handout.ts';
import { addMailTextFlags, addressesFlag } from '../flags/mail-text.ts';
import { addJsonFlag } from '../flags/output.ts';
import type { HelpText } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createHandoutCommand(host: CommandHost) {
  return new Command('handout')
    .description(
      'Hand out the keys of a workshop: on paper, as files, or through another program.\n' +
        'Works offline and needs no management key.',
    )
    .helpCommand(false)
    .addCommand(slipsCommand(host))
    .addCommand(filesCommand(host))
    .addCommand(tableCommand(host))
    .addCommand(sealedCommand(host))
    .addCommand(draftsCommand(host))
    .addCommand(moodleCommand(host))
    .addCommand(templateCommand(host))
    .addHelpText(
      'after',
      host.helpText({
        ...helpOf([
          'orkeys handout slips BSSDH_2025 --master',
          'orkeys handout files BSSDH_2025 --client python,jupyter',
          'orkeys handout table BSSDH_2025',
          'orkeys handout sealed BSSDH_2025',
        ]),
        notes: [
          'To hand out keys days before the event, disable them first: orkeys update --prefix BSSDH_2025 --disable.',
        ],
      }),
    );
}

function slipsCommand(host: CommandHost) {
  const command = new Command('slips')
    .summary('a page to print: one slip per participant, with QR code')
    .description(
      'Write a page to print with one slip per participant: name, key as text and QR code, limit, expiration.\n' +
        'Open it in a browser and print it without margins. Anyone who has a slip can use its key.',
    )
    .optionsGroup('Slips:')
    .addOption(new Option('--page <size>', 'paper size').choices(['A4', 'Letter'] as const).default('A4' as const))
    .addOption(
      new Option('--per <unit>', 'a slip per person, or a card per group').choices(['person', 'group'] as const),
    )
    .addOption(
      new Option('--per-page <n>', 'slips per page (default: 8, or 2 cards)').choices(['2', '4', '8', '10'] as const),
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
    .option('--note <text>', 'a sentence printed on every slip, such as "Help: room 12"')
    .option(
      '--off-until <when>',
      'print when the keys are enabled: a date, a UTC time or a span such as 3d; enables nothing',
    )
    .addOption(new Option('--master', 'also write a list without secrets, to tick off who has a slip').default(false));
  return addHandoutFlags(command)
    .addHelpText(
      'after',
      host.helpText(
        helpOf([
          'orkeys handout slips',
          'orkeys handout slips BSSDH_2025 --page Letter --order name --master',
          'orkeys handout slips --note "Help: room 12" --off-until 2026-03-09T07:00:00Z',
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

function filesCommand(host: CommandHost) {
  const command = new Command('files')
    .summary('a private folder per participant: .env, a page, instructions')
    .description(
      'Write a folder per participant: .env and key.html with the key, .gitignore, and START.md with instructions.\n' +
        'Anyone who has a folder can use its key.',
    )
    .optionsGroup('Files:')
    .option('--client <a,b>', 'clients to explain, comma-separated, or all (default: python,js,curl)')
    .addOption(new Option('--model <slug>', 'model in the examples').default('openrouter/auto'))
    .option('--template <file>', 'text for START.md (default: what orkeys handout template prints)')
    .addOption(new Option('--zip', 'a ZIP archive per participant instead of a folder').default(false))
    .addOption(
      new Option('--sealed', 'ZIP archives with a password each (AES-256); passwords.xlsx lists them').default(false),
    );
  return addHandoutFlags(command)
    .addHelpText(
      'after',
      host.helpText({
        ...helpOf([
          'orkeys handout files',
          'orkeys handout files BSSDH_2025 --client python,jupyter,cursor',
          'orkeys handout files --email anda.baklane@example.org',
          'orkeys handout files BSSDH_2025 --sealed',
        ]),
        notes: [
          'Clients: python, js, curl, litellm, aider, opencode, cursor, continue, cline, vscode, jupyter, colab.',
        ],
      }),
    )
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runFiles } = await import('./files.ts');
      host.finish(await runFiles(prefix, { ...flags, ...shared }, host.ctx));
    });
}

function tableCommand(host: CommandHost) {
  const command = new Command('table')
    .summary('all keys as a table, for mail merge or JupyterHub')
    .description(
      'Write all keys as a table for another program: mail-merge.xlsx and mail-merge.csv, or JSON for JupyterHub.\n' +
        'Anyone who has such a file can use every key in it.',
    )
    .optionsGroup('Table:')
    .addOption(
      new Option('--format <format>', 'for mail merge (XLSX and CSV), or for JupyterHub (JSON)')
        .choices(['merge', 'hub'] as const)
        .default('merge' as const),
    );
  return addHandoutFlags(command)
    .addHelpText(
      'after',
      host.helpText(helpOf(['orkeys handout table', 'orkeys handout table BSSDH_2025 --format hub'])),
    )
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runTable } = await import('./table.ts');
      host.finish(await runTable(prefix, { ...flags, ...shared }, host.ctx));
    });
}

function templateCommand(host: CommandHost) {
  return addJsonFlag(new Command('template'))
    .summary('print the text that START.md is made from')
    .description('Print the text that START.md is made from. Change it, then use it with handout files --template.')
    .addHelpText(
      'after',
      host.helpText({
        examples: ['orkeys handout template', 'orkeys handout template --json'],
        exitCodes: { OK: 'success' },
      }),
    )
    .action(async (flags) => {
      const { runTemplate } = await import('./template.ts');
      host.finish(runTemplate(flags, host.ctx));
    });
}

function sealedCommand(host: CommandHost) {
  const command = new Command('sealed')
    .summary('a workbook with everybody and their key, with a password')
    .description(
      'Write a workbook with everybody and their key that opens with a password only, in Excel and LibreOffice.\n' +
        'Send the password another way than the file. Without --password-stdin, one is made and shown once.',
    )
    .optionsGroup('The password:')
    .addOption(new Option('--password-stdin', 'read the password from standard input').default(false));
  return addHandoutFlags(command)
    .addHelpText(
      'after',
      host.helpText(
        helpOf([
          'orkeys handout sealed',
          'orkeys handout sealed BSSDH_2025 --group "Table 3"',
          'pass show workshop | orkeys handout sealed BSSDH_2025 --password-stdin',
        ]),
      ),
    )
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runSealed } = await import('./sealed.ts');
      host.finish(await runSealed(prefix, { ...flags, ...shared }, host.ctx));
    });
}

function draftsCommand(host: CommandHost) {
  const command = new Command('drafts')
    .summary('an email per participant, to send from your own mail program')
    .description(
      'Write an email per participant as an .eml file, to open and send from your own mail program.\n' +
        'ORKEYS_MAIL_FROM names the sender; without it the mail program fills it in.',
    );
  return addHandoutFlags(addMailTextFlags(command).addOption(addressesFlag()))
    .addHelpText(
      'after',
      host.helpText(helpOf(['orkeys handout drafts', 'orkeys handout drafts BSSDH_2025 --attach page --new'])),
    )
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runDrafts } = await import('./drafts.ts');
      host.finish(await runDrafts(prefix, { ...flags, ...shared }, host.ctx));
    });
}

function moodleCommand(host: CommandHost) {
  const command = new Command('moodle')
    .summary('a ZIP archive that Moodle gives out as feedback files')
    .description(
      'Write a ZIP archive with a file per participant, to upload as feedback files of an assignment in Moodle.\n' +
        'Participants are found in its grading worksheet by email address, otherwise by a name that only one has.',
    )
    .optionsGroup('Moodle:')
    .requiredOption('--worksheet <file>', 'grading worksheet of the assignment, as Moodle exports it (CSV)');
  return addHandoutFlags(command)
    .addHelpText(
      'after',
      host.helpText(
        helpOf([
          'orkeys handout moodle --worksheet grades.csv --dry-run',
          'orkeys handout moodle BSSDH_2025 --worksheet grades.csv',
        ]),
      ),
    )
    .action(async (typed, flags) => {
      const { prefix, shared } = handoutFlags(typed, flags);
      const { runMoodle } = await import('./moodle.ts');
      host.finish(await runMoodle(prefix, { ...flags, ...shared }, host.ctx));
    });
}

function helpOf(examples: readonly string[]): HelpText {
  return {
    examples,
    exitCodes: {
      OK: 'success',
      USAGE: 'usage error, no such workshop, or no participant to hand a key to',
      CANNOT_SAVE: true,
      LOCKED: 'another run hands out keys of this workshop',
    },
  };
}
