import { Argument, Command, Option } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addConfirmationFlags, addOutputFlags, addWaitFlag } from '../flags/output.ts';
import { addRosterFlags } from '../flags/roster.ts';
import type { CommandHost } from '../host.ts';

export function createTiersCommand(host: CommandHost) {
  return new Command('tiers')
    .description(
      'Limit each key to the models of its tier. A tier is a list of models in a file such as tiers.json;\n' +
        'the column Tier of the roster says who is in which. OpenRouter enforces the lists (guardrails).',
    )
    .helpCommand(false)
    .addCommand(createCheck(host))
    .addCommand(createApply(host))
    .addCommand(createShow(host))
    .addHelpText(
      'after',
      host.helpText({
        examples: [
          'orkeys tiers check tiers.json',
          'orkeys tiers apply team.xlsx --tiers tiers.json --prefix TEAM',
          'orkeys tiers show --prefix TEAM',
        ],
        exitCodes: { OK: true, USAGE: true, PARTIAL: true, NOT_AUTHORIZED: true, UNREACHABLE: true, ALERT: true },
      }),
    );
}

function createCheck(host: CommandHost) {
  const check = new Command('check')
    .summary('check a tiers file, and show models and prices')
    .description('Check a tiers file and show its models and prices.\nNeeds no management key. Read-only.')
    .argument('<file>', 'tiers file, such as tiers.json');
  return addConnectionFlags(addOutputFlags(check))
    .addHelpText(
      'after',
      host.helpText({
        examples: ['orkeys tiers check tiers.json', 'orkeys tiers check tiers.json --json'],
        exitCodes: { OK: 'every model exists', USAGE: 'the file has problems', UNREACHABLE: true },
      }),
    )
    .action(async (file, flags) => {
      const { runTiersCheck } = await import('./run.ts');
      host.finish(await runTiersCheck({ file, session: sessionFlags(flags), json: flags.json }, host.ctx));
    });
}

function createApply(host: CommandHost) {
  const apply = new Command('apply')
    .summary('assign the keys of a workshop to the models of their tiers')
    .description(
      'Assign every key of a workshop to the models of its tier. Other models are refused for these keys at once.\n' +
        'Creates and changes guardrails that orkeys made. Guardrails made by others are left unchanged.',
    )
    .addArgument(new Argument('[roster]', 'roster with a column Tier (default: the roster of the last run)'))
    .optionsGroup('What to change:')
    .addOption(new Option('--tiers <file>', 'tiers file, such as tiers.json').makeOptionMandatory())
    .addOption(new Option('--prefix <prefix>', 'workshop whose keys are assigned').makeOptionMandatory())
    .addOption(new Option('--take-over', 'also assign keys that a guardrail made by others binds').default(false))
    .addOption(new Option('--delete-unused', 'delete guardrails made by orkeys that bind no key').default(false));
  return addConnectionFlags(addWaitFlag(addOutputFlags(addConfirmationFlags(addRosterFlags(apply)))))
    .addHelpText(
      'after',
      host.helpText({
        notes: ['A tier with "models": "any" needs no guardrail: its keys may use every model.'],
        examples: [
          'orkeys tiers apply --tiers tiers.json --prefix TEAM --dry-run',
          'orkeys tiers apply team.xlsx --tiers tiers.json --prefix TEAM',
        ],
        exitCodes: {
          OK: 'every key is assigned',
          USAGE: 'usage, roster or tiers error, nothing changed',
          PARTIAL: true,
          NOT_AUTHORIZED: true,
          UNREACHABLE: true,
          CANNOT_SAVE: true,
          LOCKED: true,
          INTERRUPTED: true,
        },
      }),
    )
    .action(async (roster, flags) => {
      const { runTiersApply } = await import('./apply.ts');
      host.finish(
        await runTiersApply(
          { ...flags, roster, rosterFlags: flags, session: sessionFlags(flags), args: host.args },
          host.ctx,
        ),
      );
    });
}

function createShow(host: CommandHost) {
  const show = new Command('show')
    .summary('show where the account differs from the tiers')
    .description('Show the tiers of a workshop, and where the account differs from them. Read-only.')
    .optionsGroup('What to show:')
    .addOption(new Option('--prefix <prefix>', 'workshop to show').makeOptionMandatory())
    .addOption(new Option('--exit-code', 'exit with 8 if the account differs').default(false));
  return addConnectionFlags(addOutputFlags(show))
    .addHelpText(
      'after',
      host.helpText({
        examples: ['orkeys tiers show --prefix TEAM', 'orkeys tiers show --prefix TEAM --exit-code --json'],
        exitCodes: {
          OK: true,
          USAGE: true,
          NOT_AUTHORIZED: true,
          UNREACHABLE: true,
          ALERT: 'with --exit-code: tiers and account differ',
        },
      }),
    )
    .action(async (flags) => {
      const { runTiersShow } = await import('./run.ts');
      host.finish(await runTiersShow({ ...flags, session: sessionFlags(flags) }, host.ctx));
    });
}
