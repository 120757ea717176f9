import type { Participant } from '../roster/participant.ts';
import { commandLine } from '../terminal/command-line.ts';

/** The command that shows the secret of a key, for the line after it was created or rotated. `name`: with or without its tag. */
export function showCommand(
  { participant, name }: { participant: Participant | null; name: string },
  locationArgs: readonly string[],
): string {
  const email = participant?.shared ? undefined : participant?.emails[0];
  return commandLine(['show', email ?? name, '--reveal', ...locationArgs]);
}
