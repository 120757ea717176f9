import type { Participant } from '../roster/participant.ts';
import type { PersonUsage, UsageReport } from './usage-report.ts';

/** The same report without names, addresses and key names: people are `person 07`, numbered in the order of the roster. */
export function maskReport(report: UsageReport): UsageReport {
  const { people } = report;
  const labels = maskLabels(report);
  const masked = new Map<Participant, Participant>();
  for (const [{ participant }, mask] of labels) {
    if (participant && mask.participant) masked.set(participant, mask.participant);
  }
  const order = [...labels].map(([person, { label }]) => [person, label] as const);
  return {
    ...report,
    people: people.map((person) => maskedPerson(person, labels.get(person)?.label ?? 'person', masked)),
    unmatched: report.unmatched.map((_, at) => `key ${at + 1}`),
    notices: report.notices.map((notice) => ({
      ...notice,
      participant: (notice.participant && masked.get(notice.participant)) ?? null,
    })),
    notes: report.notes.map((note) => maskedText(note, order)),
  };
}

/** What takes the place of a person's name, and of the participant. */
export interface Mask {
  label: string;
  participant: Participant | null;
}

/** In the order of the roster. */
export function maskLabels({ people }: Pick<UsageReport, 'people'>): Map<PersonUsage, Mask> {
  const digits = Math.max(2, String(people.length).length);
  const ordered = people
    .map((person, at) => ({ person, at }))
    .sort((a, b) => rowOf(a.person) - rowOf(b.person) || a.at - b.at);
  return new Map(
    ordered.map(({ person }, at) => {
      const label = `person ${String(at + 1).padStart(digits, '0')}`;
      const { participant } = person;
      return [person, { label, participant: participant && maskedParticipant(participant, label, at + 1) }];
    }),
  );
}

function maskedPerson(person: PersonUsage, label: string, masked: ReadonlyMap<Participant, Participant>): PersonUsage {
  const { participant, keys } = person;
  return {
    ...person,
    participant: participant && (masked.get(participant) ?? null),
    // A hash finds the key on the account, and its name there is the person's.
    keys: keys.map(({ deleted }, at) => {
      const name = `${label}, key ${at + 1}`;
      return { name, hash: name, label: null, deleted };
    }),
  };
}

/** A row in the roster would tell as much as the name. */
function maskedParticipant({ group }: Participant, label: string, row: number): Participant {
  return { row, rows: [row], name: label, surname: '', emails: [], ...(group === undefined ? {} : { group }) };
}

/** Notes tell of keys by their names. Longer ones first, because one may begin with another. */
function maskedText(text: string, order: readonly (readonly [PersonUsage, string])[]): string {
  const names = order.flatMap(([{ participant, keys }, label]) => {
    const own = participant ? [...participant.emails, `${participant.name} ${participant.surname}`.trim()] : [];
    return [...own, ...keys.map(({ name }) => name)]
      .filter((name) => name !== '')
      .map((name) => [name, label] as const);
  });
  const sorted = names.sort(([a], [b]) => b.length - a.length);
  return sorted.reduce((masked, [name, label]) => masked.replaceAll(name, label), text);
}

function rowOf({ participant }: PersonUsage): number {
  return participant?.row ?? Number.MAX_SAFE_INTEGER;
}
