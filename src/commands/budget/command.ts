import { Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { addConnectionFlags, sessionFlags } from '../flags/connection.ts';
import { addConfirmationFlags, addOutputFlags } from '../flags/output.ts';
import { changeExitCodes } from '../help-text.ts';
import type { CommandHost } from '../host.ts';

export function createBudgetCommand(host: CommandHost) {
  return new Command('budget')
    .description(
      'Cap what all keys of a workspace spend together. OpenRouter enforces the cap; it needs the Enterprise plan.\n' +
        'Without that plan: orkeys watch --total-over, and a limit per key.',
    )
    .helpCommand(false)
    .addCommand(createShow(host))
    .addCommand(createSet(host))
    .addCommand(createClear(host))
    .addHelpText(
      'after',
      host.helpText({
        examples: [
          'orkeys budget show --workspace workshop',
          'orkeys budget set --workspace workshop --daily 20 --monthly 200',
          'orkeys budget clear --workspace workshop --daily',
        ],
        exitCodes: CHANGE_CODES,
      }),
    );
}

function createShow(host: CommandHost) {
  const show = new Command('show')
    .summary('show the budgets of a workspace')
    .description(
      'Show the budgets of a workspace, and what its keys have spent in the same periods. Read-only.\n' +
        'What deleted keys have spent is not in the list of keys, so more of a budget may be used.',
    );
  return addConnectionFlags(addOutputFlags(addWorkspaceFlag(show)))
    .addHelpText(
      'after',
      host.helpText({
        examples: ['orkeys budget show --workspace workshop', 'orkeys budget show --workspace workshop --json'],
        exitCodes: {
          OK: true,
          USAGE: 'usage error, or no such workspace',
          NOT_AUTHORIZED: 'not authorized, or no Enterprise plan',
          UNREACHABLE: true,
          INTERRUPTED: true,
        },
      }),
    )
    .action(async (flags) => {
      const { runBudgetShow } = await import('./show.ts');
      host.finish(await runBudgetShow({ ...flags, session: sessionFlags(flags) }, host.ctx));
    });
}

function createSet(host: CommandHost) {
  const set = new Command('set')
    .summary('set or change budgets of a workspace')
    .description(
      'Set or change budgets of a workspace. Shows old → new first.\n' +
        'When a budget is used up, OpenRouter refuses every key of the workspace, whatever its own limit.',
    );
  const command = addWorkspaceFlag(set)
    .optionsGroup('What to change:')
    .option('--daily <usd>', 'budget per day, in US dollars')
    .option('--weekly <usd>', 'budget per week')
    .option('--monthly <usd>', 'budget per month')
    .option('--lifetime <usd>', 'budget that never resets')
    .option('--include-byok', 'count BYOK usage (your own provider keys), for all budgets of the workspace')
    .option('--no-include-byok', 'do not count BYOK usage');
  return addConnectionFlags(addOutputFlags(addConfirmationFlags(command)))
    .addHelpText(
      'after',
      host.helpText({
        notes: ['The longer the period, the larger its budget: daily < weekly < monthly < lifetime.'],
        examples: [
          'orkeys budget set --workspace workshop --daily 20 --monthly 200 --dry-run',
          'orkeys budget set --workspace workshop --daily 30 --yes',
        ],
        exitCodes: CHANGE_CODES,
      }),
    )
    .action(async (flags) => {
      const { runBudgetSet } = await import('./run.ts');
      host.finish(
        await runBudgetSet({ ...flags, amounts: flags, session: sessionFlags(flags), args: host.args }, host.ctx),
      );
    });
}

function createClear(host: CommandHost) {
  const clear = new Command('clear')
    .summary('remove budgets of a workspace')
    .description(
      'Remove budgets of a workspace. Its keys then share no such cap: each may spend up to its own limit.\n' +
        'What was spent is not changed.',
    );
  const command = addWorkspaceFlag(clear)
    .optionsGroup('What to remove:')
    .addOption(new Option('--daily', 'the daily budget').default(false))
    .addOption(new Option('--weekly', 'the weekly budget').default(false))
    .addOption(new Option('--monthly', 'the monthly budget').default(false))
    .addOption(new Option('--lifetime', 'the lifetime budget').default(false))
    .addOption(new Option('--all', 'every budget of the workspace').default(false));
  return addConnectionFlags(addOutputFlags(addConfirmationFlags(command)))
    .addHelpText(
      'after',
      host.helpText({
        examples: [
          'orkeys budget clear --workspace workshop --daily',
          'orkeys budget clear --workspace workshop --all --dry-run',
        ],
        exitCodes: CHANGE_CODES,
      }),
    )
    .action(async (flags) => {
      const { runBudgetClear } = await import('./run.ts');
      host.finish(
        await runBudgetClear({ ...flags, chosen: flags, session: sessionFlags(flags), args: host.args }, host.ctx),
      );
    });
}

function addWorkspaceFlag<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return command
    .optionsGroup('Which workspace:')
    .addOption(new Option('--workspace <workspace>', 'slug, name or ID').makeOptionMandatory());
}

const { CANNOT_SAVE: _saves, LOCKED: _locks, ALERT: _alerts, ...CODES } = changeExitCodes('success, or no change');
const CHANGE_CODES = { ...CODES, NOT_AUTHORIZED: 'not authorized, or no Enterprise plan' };
