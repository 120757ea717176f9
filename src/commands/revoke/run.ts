import type { Context } from '../../context.ts';
import type { ExitCode } from '../../errors.ts';
import { changeKeys } from '../../execution/change-keys.ts';
import { confirmationWord } from '../../execution/confirmation-word.ts';
import type { ListFlags, Target } from '../../execution/job.ts';
import { heldKeys, type JournalState } from '../../journal/fold.ts';
import { unfinishedRotations } from '../../journal/open-changes.ts';
import { isDone } from '../../plan/change.ts';
import { remainingByJournal } from '../../plan/plan-purge.ts';
import { planRevoke } from '../../plan/plan-revoke.ts';
import { plural } from '../../plural.ts';
import { type SelectOptions, withSelection } from '../../selection/open-selection.ts';
import { confirmTyped, confirmYes } from '../../terminal/confirm.ts';
import type { NextStep } from '../../terminal/next-step.ts';
import { RERUN_FOR_REST } from '../../views/change-result.ts';
import { unfinishedNote } from '../../views/change-text.ts';
import { commandFor } from '../../workshop/workshop-id.ts';

export interface RevokeOptions extends SelectOptions, ListFlags {
  /** disable the keys, which can be undone */
  disable: boolean;
  prefix?: string | undefined;
}

export async function runRevoke(options: RevokeOptions, ctx: Context): Promise<ExitCode> {
  const { disable } = options;
  return withSelection(options, ctx, (open) =>
    changeKeys(
      {
        words: disable
          ? { command: 'revoke', to: 'disable', doing: 'Disabling keys', done: 'Disabled' }
          : { command: 'revoke', to: 'delete', doing: 'Deleting keys', done: 'Deleted' },
        flags: options,
        open,
        batch: false,
        deletes: !disable,
        plan: async ({ id, keys, missing }, state) => {
          const chosen = new Set([...keys, ...missing].map(({ hash }) => hash));
          const unfinished = unfinishedRotations(state).filter((hash) => !chosen.has(hash));
          return {
            changes: planRevoke(keys, state, disable, missing),
            unchanged: disable ? keys.filter((key) => key.disabled === true) : [],
            notes: unfinished.length > 0 ? [unfinishedNote(unfinished, id.prefix, open.session.locationArgs)] : [],
          };
        },
        confirm: (changes, prefixes) => {
          const { length } = changes;
          if (disable) {
            const question = `Disable ${plural(length, 'key')}?`;
            return confirmYes({ ctx, question, yes: options.yes, offTerminal: 'refuse' });
          }
          const { typed } = open;
          return confirmTyped({
            ctx,
            question: `Permanently delete ${plural(length, 'key')}?`,
            expected: confirmationWord({ verb: 'delete', changes, prefixes, typed, options }),
            yes: options.yes,
          });
        },
        next: ({ outcomes, planned }) => (outcomes.every(isDone) ? planned.flatMap(tidyUp) : [RERUN_FOR_REST]),
      },
      ctx,
    ),
  );
}

/** A workshop whose last key is deleted is over; its secrets, which open nothing any more, are still on this computer. */
function tidyUp({ target, state }: { target: Target; state: JournalState }): NextStep[] {
  const secrets = heldKeys(state).filter(({ secret }) => secret !== undefined);
  if (secrets.length === 0 || remainingByJournal(state).length > 0) return [];
  return [{ does: 'to remove the secrets from this computer', command: commandFor(target.id, 'purge') }];
}
