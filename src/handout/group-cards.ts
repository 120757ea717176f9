import type { Recipient } from './recipients.ts';

/** One recipient for each key that a group shares: a card on its table. Whose key is their own stays as they are. */
export function groupCards(recipients: readonly Recipient[]): Recipient[] {
  const seen = new Set<string>();
  return recipients.flatMap((recipient): Recipient[] => {
    const { tag, participant, sharedBy } = recipient;
    if (!participant || !sharedBy) return [recipient];
    if (seen.has(tag)) return [];
    seen.add(tag);
    const { id: _, ...member } = participant;
    return [{ ...recipient, participant: { ...member, name: sharedBy.group, surname: '', emails: [] } }];
  });
}
