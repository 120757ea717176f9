import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createRosterCommand } from '../../src/commands/roster/command.ts';
import { createTestContext } from '../support/context.ts';

interface Case {
  file: string;
  note: string;
  people?: { name: string; surname: string; emails: string[] }[];
  told_rows?: number[];
  problem_rows?: number[];
  quiet_rows?: number[];
}
interface Told {
  row?: number;
  message: string;
}

const folder = fileURLToPath(new URL('../fixtures/rosters-wild/', import.meta.url));
const { cases } = JSON.parse(readFileSync(`${folder}manifest.json`, 'utf8')) as { cases: Case[] };

async function check(args: string[]) {
  const ctx = createTestContext({ cwd: folder });
  await createRosterCommand({ ctx, args, finish: () => {}, helpText: () => '' }).parseAsync(
    ['check', '--json', ...args],
    { from: 'user' },
  );
  return JSON.parse(ctx.stdout.text()) as { participants: Case['people']; problems: Told[]; notices: Told[] };
}

test.each(cases)('$file: $note', async ({ file, people, told_rows = [], problem_rows = [], quiet_rows = [] }) => {
  const { participants = [], problems, notices } = await check([file]);
  const named = (issues: Told[]) => issues.map(({ row }) => row);
  const found = participants.map(({ name, surname, emails }) => ({ name, surname, emails }));
  const sorted = (list: typeof found) => list.toSorted((a, b) => `${a.emails[0]}`.localeCompare(`${b.emails[0]}`));
  if (people) expect(sorted(found)).toEqual(sorted(people));
  expect(named([...problems, ...notices])).toEqual(expect.arrayContaining(told_rows));
  expect(named(problems)).toEqual(expect.arrayContaining(problem_rows));
  expect(named([...problems, ...notices]).filter((row) => row && quiet_rows.includes(row))).toEqual([]);
});

test('a status that was left out can be brought in, and a role can be left out', async () => {
  const emails = async (...args: string[]) => (await check(args)).participants?.flatMap((person) => person.emails);
  expect(await emails('k3-luma.csv')).not.toContain('cy@example.org');
  expect(await emails('k3-luma.csv', '--include-status', 'waitlist', '--include-status', 'Declined')).toEqual(
    expect.arrayContaining(['bo@example.org', 'cy@example.org']),
  );
  expect(await emails('k4-canvas-people.csv', '--exclude-role', 'teacher', '--exclude-role', 'TA')).toEqual([
    'ada@example.org',
    'di@example.org',
  ]);
});
