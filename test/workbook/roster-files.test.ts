import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CliError } from '../../src/errors.ts';
import { parseRoster } from '../../src/roster/parse-roster.ts';
import { readRosterFile } from '../../src/workbook/read-roster-file.ts';

interface Expected {
  file: string;
  /** error code, where the file yields no one */
  error?: string;
  /** `addresses | name | surname` a participant, in file order */
  people?: string[];
  sheet?: string;
  headerRow?: number | null;
  /** rows with problems, exactly */
  problems?: number[];
  /** codes that must be among the notices */
  notices?: string[];
  options?: object;
}

const FIXTURES = join(import.meta.dirname, '../fixtures/rosters');
const NOW = new Date('2026-01-20T12:00:00Z');
const TABLE: Expected[] = JSON.parse(readFileSync(join(FIXTURES, 'expected.json'), 'utf8'));

describe('roster files of all kinds', () => {
  test.each(TABLE)('$file gives what its table says', async (expected) => {
    const result = await read(expected.file, expected.options).catch((error: unknown) => error);
    if (expected.error !== undefined) {
      expect(result).toBeInstanceOf(CliError);
      expect(result).toMatchObject({ code: expected.error, exitCode: 2 });
      return;
    }
    if (result instanceof Error) throw result;
    const roster = result as Awaited<ReturnType<typeof read>>;
    const people = roster.participants.map(
      ({ emails, name, surname }) => `${emails.join(', ')} | ${name} | ${surname}`,
    );
    expect(people).toEqual(expected.people);
    expect([...new Set(roster.problems.map(({ row }) => row))]).toEqual(expected.problems ?? []);
    expect(roster.notices.map(({ code }) => code)).toEqual(expect.arrayContaining(expected.notices ?? []));
    if (expected.sheet !== undefined) expect(roster.sheet).toBe(expected.sheet);
    if (expected.headerRow !== undefined) expect(roster.header_row).toBe(expected.headerRow);
  });
});

async function read(file: string, options: object = {}) {
  const book = await readRosterFile({ file, path: join(FIXTURES, file) }, () => NOW);
  return parseRoster(book, { now: NOW, ...options });
}
