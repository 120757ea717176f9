import type { Participant } from './participant.ts';

/** A participant in words: `Anda Baklāne`, or the first address of one without a name. */
export function participantName({ name, surname, emails }: Pick<Participant, 'name' | 'surname' | 'emails'>): string {
  const full = `${name} ${surname}`.trim();
  return full === '' ? (emails[0] ?? '(no name)') : full;
}
