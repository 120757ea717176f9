import { foldEmail, foldName } from '../../roster/identity.ts';
import type { Participant } from '../../roster/participant.ts';

/** Finds people in a roster: by any shared address, otherwise by a name that one of them has alone. */
export function findIn(participants: readonly Participant[]): (wanted: Participant) => Participant | undefined {
  const byEmail = new Map<string, Participant[]>();
  const byName = new Map<string, Participant[]>();
  const add = (map: Map<string, Participant[]>, name: string, one: Participant) =>
    map.set(name, [...(map.get(name) ?? []), one]);
  for (const each of participants) {
    for (const email of each.emails) add(byEmail, foldEmail(email), each);
    add(byName, foldName(each), each);
  }
  return (wanted) => {
    const shared = new Set(wanted.emails.flatMap((email) => byEmail.get(foldEmail(email)) ?? []));
    if (shared.size > 0) return only(shared);
    return only(new Set(byName.get(foldName(wanted))));
  };
}

function only(found: ReadonlySet<Participant>): Participant | undefined {
  const [one] = found;
  return found.size === 1 ? one : undefined;
}
