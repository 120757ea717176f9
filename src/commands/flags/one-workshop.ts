import { Argument, type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import { usageError } from '../../errors.ts';
import type { LocalFlags } from '../../workshop/local-workshop.ts';
import { addSandboxFlag } from './connection.ts';
import { addOutputFlags, addWaitFlag } from './output.ts';

/** Options of every command that works on the files of a workshop alone. */
export function addLocalFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addSandboxFlag(addOutputFlags(command));
}

/** The same for commands that change it. */
export function addLocalChangeFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addSandboxFlag(addWaitFlag(addOutputFlags(command)));
}

export function localFlags({ sandbox, out, json, quiet }: Omit<LocalFlags, 'out'> & { out?: string | undefined }) {
  return { sandbox, out, json, quiet };
}

/** One workshop can be named in two ways: `export BSSDH_2025` and `export --prefix BSSDH_2025`. */
export function workshopArgument(description: string) {
  return new Argument('[prefix]', description);
}

export function workshopFlag() {
  return new Option('--prefix <prefix>', 'workshop prefix, as an option');
}

/** The workshop that was typed, in whichever way. */
export function typedWorkshop(argument: string | undefined, flag: string | undefined): string | undefined {
  if (argument !== undefined && flag !== undefined && argument !== flag) {
    throw usageError('contradiction', `${argument} and --prefix ${flag} cannot be combined: they name two workshops.`, {
      hint: 'Remove one of them.',
    });
  }
  return argument ?? flag;
}
