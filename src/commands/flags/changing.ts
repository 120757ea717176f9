import type { Command, OptionValues } from '@commander-js/extra-typings';
import { addConnectionFlags } from './connection.ts';
import { addAllRowsFlag, addConfirmationFlags, addOutputFlags, addWaitFlag } from './output.ts';
import { addRosterFlags } from './roster.ts';
import { addAllFlag, addSelectorFlags } from './selection.ts';

/** Options of every command that changes selected keys, below those that say what to change. */
export function addChangeSelectedFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addChangeManyFlags(addAllFlag(addSelectorFlags(command)));
}

/** Options of every command that changes the keys of many people. */
export function addChangeManyFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addConnectionFlags(addAllRowsFlag(addWaitFlag(addOutputFlags(addConfirmationFlags(addRosterFlags(command))))));
}
