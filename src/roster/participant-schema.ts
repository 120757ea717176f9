import * as z from 'zod/mini';
import type { Issue } from '../errors.ts';
import { createIssues } from './issues.ts';
import type { Participant } from './participant.ts';

const member = z.object({
  row: z.number(),
  rows: z.array(z.number()),
  name: z.string(),
  surname: z.string(),
  emails: z.array(z.string()),
  shared: z.exactOptional(z.literal(true)),
  id: z.exactOptional(z.string()),
});

const numbered = z.extend(member, { number: z.exactOptional(z.number()) });

/** What a participant is made of, also as the journal remembers one. */
export const participantSchema = z.extend(member, {
  limit: z.exactOptional(z.nullable(z.number())),
  expires: z.exactOptional(z.string()),
  group: z.exactOptional(z.string()),
  tier: z.exactOptional(z.string()),
  keyed: z.exactOptional(z.literal(true)),
  members: z.exactOptional(z.array(numbered)),
  former: z.exactOptional(z.array(numbered)),
});

const tidy = z
  .string()
  .check(
    z.refine(
      (text) => text === text.normalize('NFC').trim() && !/[\p{Cc}\p{Cs}]|\s\s/u.test(text),
      'the name is not tidy',
    ),
  );

/** What a participant must be to get a key. */
const usable = z.extend(participantSchema, {
  row: z.number().check(z.int(), z.positive()),
  rows: z.array(z.number()).check(z.minLength(1)),
  name: tidy,
  surname: tidy,
  emails: z.array(z.string().check(z.regex(/^[^\s@]+@[^\s@]+\.[^\s@]+$/u, 'the e-mail address is not whole'))),
  limit: z.exactOptional(z.nullable(z.number().check(z.nonnegative('the limit is below zero')))),
  expires: z.exactOptional(z.iso.datetime('the expiry is no UTC time with seconds')),
});

/**
 * The gate through which every participant passes, whatever their row was like: who is not whole becomes a problem, and gets no key.
 */
export function passUsable(candidates: readonly Participant[], sheet: string, problems: Issue[]): Participant[] {
  return candidates.filter((candidate) => {
    const { success, error } = usable.safeParse(candidate);
    if (success) return true;
    const why = [...new Set(error.issues.map(({ message }) => message))].join('; ');
    problems.push(createIssues(sheet, candidate.row)('unusable_row', undefined, `This row cannot be used: ${why}.`));
    return false;
  });
}
