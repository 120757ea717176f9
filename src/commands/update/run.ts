import type { Context } from '../../context.ts';
import { type ExitCode, usageError } from '../../errors.ts';
import { changeKeys } from '../../execution/change-keys.ts';
import type { ListFlags } from '../../execution/job.ts';
import type { LimitReset } from '../../keys/account-key.ts';
import { changedHash, isDone, type Outcome } from '../../plan/change.ts';
import { planUpdate, type UpdateWish } from '../../plan/plan-update.ts';
import { isReplaced, replacedNote } from '../../plan/replaced-keys.ts';
import { plural } from '../../plural.ts';
import { parseLimit } from '../../roster/limit.ts';
import { type SelectOptions, withSelection } from '../../selection/open-selection.ts';
import { quoteArgument } from '../../shell.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { confirmYes } from '../../terminal/confirm.ts';
import type { NextStep } from '../../terminal/next-step.ts';
import { RERUN_FOR_REST } from '../../views/change-result.ts';

/** The new settings, as typed. */
export interface UpdateFlags {
  limit?: string | undefined;
  addLimit?: string | undefined;
  /** false = `--no-limit-reset` */
  limitReset?: Exclude<LimitReset, null> | false | undefined;
  disable?: true | undefined;
  enable?: true | undefined;
  includeByok?: boolean | undefined;
  rename?: string | undefined;
  expires?: string | undefined;
}

export interface UpdateOptions extends SelectOptions, ListFlags {
  changes: UpdateFlags;
}

export async function runUpdate(options: UpdateOptions, ctx: Context): Promise<ExitCode> {
  const { wish, notes } = readUpdateFlags(options.changes);
  const { hash } = options.selectors;
  return withSelection(options, ctx, (open) => {
    const { session, selection } = open;
    if (wish.name !== undefined && selection.keys.length > 1) throw oneNameOnly(selection.keys.length);
    return changeKeys(
      {
        words: { command: 'update', to: 'change', doing: 'Changing keys', done: 'Changed' },
        flags: options,
        open,
        batch: wish.addLimit !== undefined,
        plan: async ({ keys }, state, unfinished) => {
          const kept = hash ? keys : keys.filter((key) => !isReplaced(key, state));
          const plan = planUpdate(kept, wish, unfinished, state.unreported);
          const replaced = keys.length - kept.length;
          return {
            changes: plan.changes,
            unchanged: plan.unchanged,
            notes: [...notes, ...plan.notes, ...(replaced > 0 ? [replacedNote(replaced)] : [])],
          };
        },
        confirm: (changes) =>
          confirmYes({
            ctx,
            question: `Change ${plural(changes.length, 'key')}?`,
            yes: options.yes,
            offTerminal: 'refuse',
          }),
        next: ({ outcomes }) => nextSteps(outcomes, options.changes, session.locationArgs),
      },
      ctx,
    );
  });
}

function readUpdateFlags(flags: UpdateFlags): { wish: UpdateWish; notes: string[] } {
  if (flags.expires !== undefined) {
    throw usageError('expiry_cannot_change', "A key's expiration cannot be changed.", {
      hint: `Replace the key instead: orkeys rotate … --expires ${quoteArgument(flags.expires)}`,
    });
  }
  refuseBoth(flags.limit, '--limit', flags.addLimit, '--add-limit');
  refuseBoth(flags.disable, '--disable', flags.enable, '--enable');
  const notes: string[] = [];
  const wish: UpdateWish = {
    limit: flags.limit === undefined ? undefined : readLimit('--limit', flags.limit, notes),
    addLimit: flags.addLimit === undefined ? undefined : readAddition(flags.addLimit, notes),
    limit_reset: flags.limitReset === false ? null : flags.limitReset,
    disabled: flags.disable ? true : flags.enable ? false : undefined,
    include_byok_in_limit: flags.includeByok,
    name: flags.rename === undefined ? undefined : readName(flags.rename),
  };
  if (Object.values(wish).some((value) => value !== undefined)) return { wish, notes };
  throw usageError('nothing_to_change', 'Nothing to change: no setting was given.', {
    hint: 'Add a setting, for example --limit 2, --add-limit 1 or --disable.',
  });
}

function refuseBoth(one: unknown, oneFlag: string, other: unknown, otherFlag: string): void {
  if (one === undefined || other === undefined) return;
  throw usageError('contradiction', `${oneFlag} and ${otherFlag} cannot be combined.`, {
    hint: 'Remove one of them.',
  });
}

function readLimit(flag: string, text: string, notes: string[]): number | null {
  const parsed = parseLimit(text);
  if ('problem' in parsed) {
    throw usageError('bad_limit', `Invalid ${flag} ${text}: ${parsed.problem}.`, { hint: `For example: ${flag} 0.50` });
  }
  if (parsed.note !== undefined) notes.push(`${flag} ${text}: ${parsed.note}`);
  return parsed.limit;
}

function readAddition(text: string, notes: string[]): number {
  const amount = readLimit('--add-limit', text, notes);
  if (amount !== null && amount > 0) return amount;
  throw usageError('bad_limit', `Invalid --add-limit ${text}: expected an amount above 0.`, {
    hint: 'For example: --add-limit 1. To remove the limit, use --limit none.',
  });
}

function readName(text: string): string {
  const name = text.normalize('NFC').trim();
  if (name !== '' && name.length <= 100) return name;
  throw usageError('bad_name', 'A key name must have 1 to 100 characters.', {
    hint: 'Choose another name with --rename.',
  });
}

function oneNameOnly(number: number): Error {
  return usageError('one_name_only', `--rename changes one key, but ${number} are selected.`, {
    hint: 'Select one with --hash. To see hashes, run: orkeys list --json',
  });
}

/** Rerunning an addition would add twice to completed keys, so the command selects the refused keys only. */
function nextSteps(
  outcomes: readonly Outcome[],
  { addLimit }: UpdateFlags,
  locationArgs: readonly string[],
): NextStep[] {
  const left = outcomes.filter((outcome) => !isDone(outcome));
  if (left.length === 0) return [];
  const refused = left.filter(({ result }) => result === 'refused');
  if (addLimit === undefined) return [RERUN_FOR_REST];
  const steps: NextStep[] = left.some(({ result }) => result === 'unresolved' || result === 'not_started')
    ? ['run the same command again to finish; no amount is added twice']
    : [];
  if (refused.length === 0) return steps;
  const hashes = refused.flatMap(({ change }) => {
    const hash = changedHash(change);
    return hash === undefined ? [] : ['--hash', hash.slice(0, 12)];
  });
  return [
    ...steps,
    {
      does: 'to retry the refused keys',
      command: commandLine(['update', ...hashes, '--add-limit', addLimit, ...locationArgs]),
    },
  ];
}
