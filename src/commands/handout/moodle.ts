import type { Context } from '../../context.ts';
import { type ExitCode, usageError } from '../../errors.ts';
import { envFile } from '../../handout/env-file.ts';
import { type MoodlePerson, matchMoodle, moodlePath, readWorksheet } from '../../handout/moodle-worksheet.ts';
import { recipientId } from '../../handout/recipients.ts';
import { plural } from '../../plural.ts';
import type { Participant } from '../../roster/participant.ts';
import { safeText } from '../../roster/safe-text.ts';
import { readSheets } from '../../roster-file/read-roster.ts';
import { gather, gatherKnown, type HandoutFlags, leaveOut } from '../../selection/gather-recipients.ts';
import { shortList } from '../../views/recipient-lines.ts';
import { plainZip } from '../../zip/plain-zip.ts';
import { handOut } from './hand-out.ts';

export interface MoodleFlags extends HandoutFlags {
  worksheet: string;
}

interface PersonOfRow {
  participant: Participant | null;
  /** whose and which key; undefined: without a key */
  id?: string;
}

/** Writes an archive with a file for each person, which Moodle gives out as feedback files of an assignment. */
export async function runMoodle(prefix: string | undefined, flags: MoodleFlags, ctx: Context): Promise<ExitCode> {
  const people = await readPeople(flags.worksheet, ctx);
  // Whether a name is that of one person alone is decided by all of the workshop, not by those who are selected.
  const whole = { ...flags, email: undefined, group: undefined, where: undefined, new: false };
  const everybody = await gatherKnown('moodle', prefix, whole, ctx);
  const found = matchMoodle<PersonOfRow>(
    [
      ...everybody.recipients.map((recipient) => ({ participant: recipient.participant, id: recipientId(recipient) })),
      ...everybody.leftOut,
    ],
    people,
  );
  const matchOf = new Map(found.matches.map((match) => [match.recipient.id, match]));
  const all = await gather('moodle', prefix, flags, ctx);
  const gathered = leaveOut(all, (recipient) => (matchOf.has(recipientId(recipient)) ? undefined : 'not_in_worksheet'));
  if (gathered.recipients.length === 0 && all.recipients.length > 0) {
    throw usageError('nothing_selected', 'Nobody in the worksheet is a selected participant of this workshop.', {
      hint: 'Participants are found by email address, otherwise by full name. Does the worksheet belong to this workshop?',
    });
  }
  const matches = gathered.recipients.flatMap((recipient) => {
    const match = matchOf.get(recipientId(recipient));
    return match ? [{ ...match, recipient }] : [];
  });
  const byName = matches.filter(({ by }) => by === 'name').map(({ person }) => person);
  const withKey = new Set(everybody.recipients.map(recipientId));
  const without = [
    ...found.strangers,
    ...found.matches
      .filter(({ recipient: { id } }) => id === undefined || !withKey.has(id))
      .map(({ person }) => person),
  ];
  return handOut(
    {
      what: 'moodle',
      line: `${plural(matches.length, 'participant')}, a file env.txt each in one archive`,
      gathered,
      flags,
      make: async () => [
        {
          name: 'moodle-feedback.zip',
          bytes: plainZip(
            matches.map(({ recipient, person }) => ({
              name: moodlePath(person, 'env.txt'),
              bytes: new TextEncoder().encode(envFile(recipient)),
            })),
          ),
          hasKeys: true,
        },
      ],
      notes: [
        ...(byName.length > 0
          ? ([
              [
                'By name',
                `${plural(byName.length, 'participant')} with another email address there: ${namesOf(byName)}`,
              ],
            ] as const)
          : []),
        ...(without.length > 0
          ? ([
              ['Not here', `${without.length} of the worksheet without a key to hand out: ${namesOf(without)}`],
            ] as const)
          : []),
      ],
      next: [
        [
          'Upload',
          'in the assignment: Actions > Upload multiple feedback files in a zip; each participant sees their own file',
        ],
        ['Check', 'that the assignment has no group submissions: Moodle would give a file to a whole group'],
      ],
    },
    ctx,
  );
}

function namesOf(people: readonly MoodlePerson[]): string {
  return shortList(people.map(({ name, id }) => (name === '' ? id : name)));
}

async function readPeople(file: string, ctx: Context): Promise<MoodlePerson[]> {
  const [first] = await readSheets(file, ctx);
  const sheet = readWorksheet(first?.rows ?? []);
  if ('people' in sheet) return sheet.people;
  if (sheet.problem === 'group_submissions') {
    throw usageError('bad_worksheet', `${safeText(file)} is of an assignment with group submissions.`, {
      hint: 'Moodle would give a file to a whole group. Use an assignment without group submissions.',
    });
  }
  throw usageError('bad_worksheet', `${safeText(file)} is not a grading worksheet of Moodle.`, {
    hint:
      'In the assignment: Actions > Download grading worksheet. Its settings need the feedback types "Feedback files" and ' +
      '"Offline grading worksheet".',
  });
}
