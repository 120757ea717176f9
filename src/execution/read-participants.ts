import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import type { JournalState } from '../journal/fold.ts';
import { type Unit, unitOf } from '../journal/unit.ts';
import { perGroup } from '../plan/group-people.ts';
import { plural } from '../plural.ts';
import type { Roster } from '../roster/participant.ts';
import { type RosterFlags, readRoster } from '../roster-file/read-roster.ts';
import type { ChosenPrefix } from './new-key-settings.ts';

interface RosterOptions {
  /** path as typed; `-` = standard input */
  roster: string;
  rosterFlags: RosterFlags;
  per: Unit;
}

/** The roster, whose participants are its groups with `--per group`. */
export async function readRosterFor(
  { roster: file, rosterFlags: flags, per }: RosterOptions,
  { prefix }: ChosenPrefix,
  ctx: Context,
): Promise<Roster> {
  const roster = await readRoster({ file, flags, ctx, now: ctx.now() });
  return per === 'group' ? perGroup(roster, prefix) : roster;
}

export function refuseProblems(roster: Roster, { skipInvalid }: { skipInvalid: boolean }): void {
  if (roster.problems.length === 0 || skipInvalid) return;
  throw usageError(
    'roster_problems',
    `${roster.file} has ${plural(roster.problems.length, 'problem')}. Nothing was created.`,
    {
      issues: roster.problems,
      hint: 'Fix the rows and run the same command again, or add --skip-invalid to skip them.',
    },
  );
}

/** Somebody could have two keys in a workshop with keys of both kinds. */
export function refuseMixing({ per }: { per: Unit }, prefix: string, state: JournalState): void {
  const unit = unitOf(state) ?? per;
  if (unit === per) return;
  const has = unit === 'group' ? 'group' : 'participant';
  throw usageError('per_other', `The workshop ${prefix} has one key per ${has}. Nothing was changed.`, {
    hint:
      unit === 'group'
        ? 'Add --per group, or choose another workshop with --prefix.'
        : 'Remove --per group, or choose another workshop with --prefix.',
  });
}
