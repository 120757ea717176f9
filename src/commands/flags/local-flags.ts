import { type Command, Option, type OptionValues } from '@commander-js/extra-typings';
import type { LocalFlags } from '../../workshop/local-workshop.ts';
import { addOutputFlags } from './shared-flags.ts';

/** Flags of every command that works on the files of a workshop alone. */
export function addLocalFlags<A extends unknown[], O extends OptionValues, G extends OptionValues>(
  command: Command<A, O, G>,
) {
  return addOutputFlags(command).addOption(new Option('--sandbox', 'results of the sandbox').default(false));
}

export function localFlags({ sandbox, out, json, quiet }: Omit<LocalFlags, 'out'> & { out?: string | undefined }) {
  return { sandbox, out, json, quiet };
}
