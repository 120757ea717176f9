import type { Context } from '../../context.ts';
import type { ExitCode } from '../../errors.ts';
import { changeKeys, type TailFlags } from '../../execution/change-keys.ts';
import { unfinishedRotations } from '../../journal/open-changes.ts';
import { cleanPrefix } from '../../keys/key-name.ts';
import type { Change, Outcome } from '../../plan/change.ts';
import { planRevoke } from '../../plan/plan-revoke.ts';
import { type SelectOptions, withSelection } from '../../selection/open-selection.ts';
import { confirmTyped, confirmYes } from '../../terminal/confirm.ts';
import { isDone } from '../../views/change-screen.ts';
import { unfinishedNote } from '../../views/change-text.ts';

export interface RevokeOptions extends SelectOptions, TailFlags {
  /** the reversible form: keys stay, and stop working */
  disable: boolean;
}

export async function runRevoke(options: RevokeOptions, ctx: Context): Promise<ExitCode> {
  const { disable, prefix } = options;
  return withSelection(options, ctx, ({ session, selection, account, typed }) =>
    changeKeys(
      {
        words: disable
          ? { command: 'revoke', to: 'disable', doing: 'Disabling keys', done: 'disabled' }
          : { command: 'revoke', to: 'delete', doing: 'Deleting keys', done: 'deleted' },
        flags: options,
        session,
        account,
        selection,
        batch: false,
        plan: async ({ id, keys, missing }, state) => {
          const chosen = new Set([...keys, ...missing].map(({ hash }) => hash));
          const unfinished = unfinishedRotations(state).filter((hash) => !chosen.has(hash)).length;
          return {
            changes: planRevoke(keys, state, disable, missing),
            untouched: disable ? keys.filter((key) => key.disabled === true) : [],
            notes: unfinished > 0 ? [unfinishedNote(unfinished, id.prefix, session.place)] : [],
          };
        },
        confirm: (changes) =>
          confirmed(
            options,
            changes,
            typed.length === 1 && prefix !== undefined ? cleanPrefix(prefix) : undefined,
            ctx,
          ),
        next: (outcomes: readonly Outcome[]) =>
          outcomes.every(isDone) ? [] : ['run the same command again: it goes on with the keys that are left'],
      },
      ctx,
    ),
  );
}

/** Deleting is confirmed by typing: the prefix where that alone selects, else how many keys go. */
function confirmed(
  { disable, yes }: RevokeOptions,
  changes: readonly Change[],
  prefix: string | undefined,
  ctx: Context,
): Promise<boolean> {
  const keys = changes.length === 1 ? '1 key' : `${changes.length} keys`;
  if (disable) return confirmYes({ ctx, question: `Disable ${keys}?`, yes, offTerminal: 'refuse' });
  return confirmTyped({ ctx, question: `Delete ${keys} for ever?`, expected: prefix ?? String(changes.length), yes });
}
