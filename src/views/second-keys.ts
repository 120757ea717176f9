import type { Context } from '../context.ts';
import { attemptName } from '../journal/attempt.ts';
import type { SecondKey } from '../plan/second-keys.ts';
import { plural } from '../plural.ts';
import { commandLine } from '../terminal/command-line.ts';

/** What is told of keys that were created elsewhere during the run, one sentence each; nothing where there are none. */
export function secondKeyNotes(keys: readonly SecondKey[], failed: string | undefined): string[] {
  if (failed !== undefined) return [`cannot check for keys created elsewhere at the same time: ${failed}`];
  if (keys.length === 0) return [];
  const some = keys.slice(0, SHOWN).map(({ held, elsewhere }) => {
    return `${attemptName(held)} and ${elsewhere.map(({ name }) => name).join(', ')}`;
  });
  const more = keys.length > SHOWN ? `; and ${keys.length - SHOWN} more` : '';
  const have = keys.length === 1 ? 'has a second key' : 'have a second key';
  return [
    `${plural(keys.length, 'participant')} ${have}, created elsewhere during this run: ${some.join('; ')}${more}`,
    ...(keys.every(({ unneeded }) => unneeded.length === 0)
      ? ['keep one key for each participant and revoke the other']
      : []),
  ];
}

const SHOWN = 5;

/** The command that deletes the unused key of each participant; undefined where none can be told. */
export function revokeSecondKeys(
  keys: readonly SecondKey[],
  locationArgs: readonly string[],
  env: Context['env'],
): string | undefined {
  const hashes = keys.flatMap(({ unneeded }) => unneeded);
  if (hashes.length === 0) return undefined;
  return commandLine(['revoke', ...hashes.flatMap((hash) => ['--hash', hash.slice(0, 12)]), ...locationArgs], env);
}
