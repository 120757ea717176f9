import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js';
import { expect, test } from 'vitest';
import { useProvisioned } from '../support/provisioned.ts';

const WORKSHEET = `\ufeffIdentifier,"Full name","Email address",Status,Grade
"Participant 1041","Anda Baklāne",anda.baklane@example.org,"No submission",
"Participant 1042","Vēveris Valdis",vv@university.example,"No submission",
"Participant 1043","Somebody_7_assignfeedback_file_/x",somebody@example.org,"No submission",
`;

async function unzipped(path: string): Promise<Record<string, string>> {
  const reader = new ZipReader(new BlobReader(new Blob([readFileSync(path)])));
  const files: Record<string, string> = {};
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) files[entry.filename] = await entry.getData(new TextWriter());
  }
  return files;
}

test('a feedback archive: each file is that of its person, and who is not found is told', async () => {
  const { command, screen, cwd, folder, saved } = await useProvisioned();
  writeFileSync(join(cwd, 'grades.csv'), WORKSHEET);
  expect(screen(await command(['handout', 'moodle', '--worksheet', 'grades.csv']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Moodle    2 participants, a file env.txt each in one archive
    Left out  1 participant whom no row of the worksheet clearly is: row 4
    By name   1 participant with another email address there: Vēveris Valdis
    Not here  1 of the worksheet without a key to hand out: Somebody_7_assignfeedback_file_/x
    Saved     <folder>/output/SUMMER/handout/moodle-feedback.zip
    Upload    in the assignment: Actions > Upload multiple feedback files in a zip; each participant sees their own file
    Check     that the assignment has no group submissions: Moodle would give a file to a whole group
    --- stderr
    "
  `);
  expect(await unzipped(join(folder, 'handout', 'moodle-feedback.zip'))).toEqual({
    'Anda Baklāne_1041_assignfeedback_file_/env.txt': expect.stringContaining(saved[0]?.key ?? 'none'),
    'Vēveris Valdis_1042_assignfeedback_file_/env.txt': expect.stringContaining(saved[1]?.key ?? 'none'),
  });
});

test('a dry run tells the same and writes nothing; a second run finds nothing new with --new', async () => {
  const { command, screen, cwd } = await useProvisioned();
  writeFileSync(join(cwd, 'grades.csv'), WORKSHEET);
  const args = ['handout', 'moodle', 'SUMMER', '--worksheet', 'grades.csv'];
  expect(screen(await command([...args, '--dry-run']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Moodle    2 participants, a file env.txt each in one archive
    Left out  1 participant whom no row of the worksheet clearly is: row 4
    By name   1 participant with another email address there: Vēveris Valdis
    Not here  1 of the worksheet without a key to hand out: Somebody_7_assignfeedback_file_/x
    Would save <folder>/output/SUMMER/handout/moodle-feedback.zip
    Dry run: nothing was written.
    --- stderr
    "
  `);
  await command(args);
  expect(screen(await command([...args, '--new', '--email', 'anda.baklane@example.org']))).toMatchInlineSnapshot(`
    "exit 0
    --- stdout
    Moodle    nothing new: 1 participant already got the current key this way
    --- stderr
    "
  `);
});

test('an archive with a key that was rotated away is named, with the command that writes it again', async () => {
  const { command, cwd } = await useProvisioned();
  writeFileSync(join(cwd, 'grades.csv'), WORKSHEET);
  await command(['handout', 'moodle', '--worksheet', 'grades.csv']);
  await command(['rotate', '--email', 'anda.baklane@example.org', '--yes']);
  const { stderr } = await command(['handout', 'slips']);
  expect(stderr).toContain('handout/moodle-feedback.zip has 1 key no longer in use');
  expect(stderr).toContain('orkeys handout moodle --worksheet grades.csv SUMMER');
});

test('what is no worksheet, or of group submissions, is refused', async () => {
  const { command, screen, cwd } = await useProvisioned();
  writeFileSync(join(cwd, 'groups.csv'), WORKSHEET.replace('Status', 'Group'));
  writeFileSync(join(cwd, 'roster.csv'), 'Name,Email\nAnda,anda.baklane@example.org\n');
  const refused = [];
  for (const file of ['groups.csv', 'roster.csv', 'missing.csv'])
    refused.push(screen(await command(['handout', 'moodle', '--worksheet', file])));
  expect(refused.join('')).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: groups.csv is of an assignment with group submissions.
    Hint: Moodle would give a file to a whole group. Use an assignment without group submissions.
    exit 2
    --- stdout
    --- stderr
    Error: roster.csv is not a grading worksheet of Moodle.
    Hint: In the assignment: Actions > Download grading worksheet. Its settings need the feedback types "Feedback files" and "Offline grading worksheet".
    exit 2
    --- stdout
    --- stderr
    Error: File not found: missing.csv
    Hint: Check the name and the folder.
    "
  `);
});

test('a name that two of the workshop have is nobody, also when only one of them is selected', async () => {
  const { command, screen, cwd } = await useProvisioned();
  const roster = 'E-mail,Name,Surname\na@example.org,Anna,Ozola\nb@example.org,Anna,Ozola\n';
  writeFileSync(join(cwd, 'TWINS_participants.csv'), roster);
  await command(['provision', 'TWINS_participants.csv', '--yes']);
  writeFileSync(join(cwd, 'grades.csv'), 'Identifier,Name\n"Participant 7","Anna Ozola"\n');
  const args = ['handout', 'moodle', 'TWINS', '--worksheet', 'grades.csv', '--email', 'a@example.org'];
  expect(screen(await command(args))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Nobody in the worksheet is a selected participant of this workshop.
    Hint: Participants are found by email address, otherwise by full name. Does the worksheet belong to this workshop?
    "
  `);
});

test('nobody of the workshop is in the worksheet', async () => {
  const { command, screen, cwd } = await useProvisioned();
  writeFileSync(join(cwd, 'grades.csv'), 'Identifier,Name\n"Participant 7","Somebody Else"\n');
  expect(screen(await command(['handout', 'moodle', '--worksheet', 'grades.csv']))).toMatchInlineSnapshot(`
    "exit 2
    --- stdout
    --- stderr
    Error: Nobody in the worksheet is a selected participant of this workshop.
    Hint: Participants are found by email address, otherwise by full name. Does the worksheet belong to this workshop?
    "
  `);
});
