import { plural } from '../plural.ts';
import { isGroup } from './group.ts';
import type { Participant } from './participant.ts';

/** A participant in words: `Anda Baklāne`, or the first address of one without a name. */
export function participantName({ name, surname, emails }: Pick<Participant, 'name' | 'surname' | 'emails'>): string {
  const full = `${name} ${surname}`.trim();
  return full === '' ? (emails[0] ?? '(no name)') : full;
}

/** Beside the name: the first address, or how many people share the key. */
export function contactOf(participant: Participant | null): string {
  if (isGroup(participant)) return plural(participant.members.length, 'member');
  return participant?.emails[0] ?? '';
}
