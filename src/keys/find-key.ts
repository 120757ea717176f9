import { nearMisses } from '../near-misses.ts';
import { plainWords } from '../roster/clean-text.ts';
import { foldEmail, foldName, foldText } from '../roster/identity.ts';
import { withoutTag } from './key-name.ts';
import { nameGlob } from './name-glob.ts';
import { type Candidate, hasEmail } from './select-keys.ts';

/**
 * The keys that one word may mean: a name, a hash or the beginning of one (4 digits or more), a participant's e-mail address,
 * a name without its tag, a participant's name, a workshop, a pattern, parts of a participant's name or address, parts of a key's
 * name. The first of these that fits any key decides. Parts are compared without case and accents; a whole address has none, because
 * anna@example.org must not mean joanna@example.org.
 */
export function findKeys<C extends Candidate>(typed: string, candidates: readonly C[]): C[] {
  const text = typed.trim().normalize('NFC');
  const parts = /^\S+@\S+\.\S+$/.test(text) ? [] : plainWords(text).split(' ').filter(Boolean);
  const hasParts = (words: string) => parts.length > 0 && parts.every((part) => plainWords(words).includes(part));
  const ways: ((candidate: C) => boolean)[] = [
    ({ key }) => key.name.normalize('NFC') === text || key.hash === text.toLowerCase(),
    ({ key }) => /^[0-9a-f]{4,}$/i.test(text) && key.hash.startsWith(text.toLowerCase()),
    ({ participant }) => hasEmail(participant, text),
    ({ key }) => foldEmail(withoutTag(key.name)) === foldEmail(text) || foldEmail(key.name) === foldEmail(text),
    ({ participant }) =>
      participant !== null &&
      [participant, ...(participant.members ?? [])].some((each) => foldName(each) === foldText(text)),
    ({ home }) => home === text,
    ...(/[*?[{]/.test(text) ? [matchesPattern(text)] : []),
    ({ participant }) =>
      participant !== null &&
      [participant, ...(participant.members ?? [])].some(({ name, surname, emails }) =>
        hasParts([name, surname, ...emails].join(' ')),
      ),
    ({ key }) => hasParts(withoutTag(key.name)),
  ];
  for (const fits of ways) {
    const found = candidates.filter(fits);
    if (found.length > 0) return found;
  }
  return [];
}

/** Names and addresses that look like what was typed. */
export function almostFound(typed: string, candidates: readonly Candidate[]): string[] {
  const words = candidates.flatMap(({ key, participant }) => [key.name, ...(participant?.emails ?? [])]);
  const byStem = new Map(candidates.map(({ key }) => [withoutTag(key.name), key.name]));
  const near = [
    ...nearMisses(typed, words),
    ...nearMisses(typed, [...byStem.keys()]).map((stem) => byStem.get(stem) ?? stem),
  ];
  return [...new Set(near)].slice(0, 5);
}

function matchesPattern(text: string): (candidate: Candidate) => boolean {
  const matches = nameGlob(text);
  return ({ key, participant }) =>
    matches(key.name) ||
    (participant !== null &&
      [`${participant.name} ${participant.surname}`.trim(), ...participant.emails].some((words) => matches(words)));
}
