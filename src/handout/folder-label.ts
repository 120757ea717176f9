import { asciiName } from '../roster/ascii-name.ts';
import type { Recipient } from './recipients.ts';

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
