import type { Member } from '../roster/participant.ts';
import { asciiName } from './ascii-name.ts';

/**
 * What the requests of a group's member are called, `table-3-07`: OpenRouter groups by it and keeps it for 31 days, so it must not name
 * anybody. Where the name of the group has a word of a member's name, or no Latin letter, the start of the group's first tag
 * stands for it.
 *
 * @param person the first tag of the group, which stays when its key is rotated
 */
export function memberUser(group: string, members: readonly Member[], person: string, number: number): string {
  const words = wordsOf(group);
  const names = new Set(members.flatMap(({ name, surname }) => [...wordsOf(name), ...wordsOf(surname)]));
  const isPlain = words.length > 0 && !words.some((word) => names.has(word));
  const stem = isPlain ? words.join('-') : `group-${person.slice(0, 4)}`;
  return `${stem}-${String(number).padStart(2, '0')}`;
}

function wordsOf(text: string): string[] {
  return asciiName(text).split('-').filter(Boolean);
}
