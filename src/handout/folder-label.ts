import type { Recipient } from './recipients.ts';

/** letters of a name in a folder's name */
const LONGEST_NAME = 40;

/** Letters that Unicode takes apart into no Latin letter and a mark. */
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  ŋ: 'n',
};

/**
 * A folder's name for each recipient: the row, then the name in plain ASCII, `002-anna-berzins`; without a name that ASCII can hold
 * the row alone. It starts with a digit, so no system reserves it, and no two are the same in any case of letters.
 */
export function folderLabels(recipients: readonly Recipient[]): Map<Recipient, string> {
  const labels = new Map<Recipient, string>();
  const taken = new Set<string>();
  for (const recipient of recipients) {
    const wanted = wantedLabel(recipient);
    let label = wanted;
    for (let number = 2; taken.has(label); number++) label = `${wanted}-${number}`;
    taken.add(label);
    labels.set(recipient, label);
  }
  return labels;
}

function wantedLabel({ participant, inRoster }: Recipient): string {
  // A row that is no longer in the roster may be somebody else's now.
  const row = participant && inRoster ? String(participant.row).padStart(3, '0') : '000';
  const name = participant ? asciiName(`${participant.name} ${participant.surname}`) : '';
  return name === '' ? row : `${row}-${name}`;
}

function asciiName(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[ßæœøđðþłħıŋ]/g, (letter) => LETTERS[letter] ?? '')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_NAME)
    .replaceAll(/^-|-$/g, '');
}
