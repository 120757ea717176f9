import type { Session } from '../../connection/session.ts';
import type { Context } from '../../context.ts';
import { type Issue, usageError } from '../../errors.ts';
import { almostFound, findKeys } from '../../keys/find-key.ts';
import { type Candidate, hasEmail } from '../../keys/select-keys.ts';
import { isReplaced } from '../../plan/replaced-keys.ts';
import { participantName } from '../../roster/participant-name.ts';
import { incompleteListing } from '../../selection/incomplete-listing.ts';
import type { Selection } from '../../selection/select-from-account.ts';
import { canChoose, chooseOne } from '../../terminal/choose.ts';
import { commandLine } from '../../terminal/command-line.ts';
import { stopIfCancelled } from '../../terminal/confirm.ts';

/** What was typed to name one key. */
export interface Wanted {
  key: string | undefined;
  email: string | undefined;
  /** the key, or else the email */
  typed: string;
  /** the workshop to prefer: ORKEYS_PREFIX */
  usual: string | undefined;
  mayAsk: boolean;
}

/**
 * The one key that is meant: rather one on the account than one in a journal only, and rather a participant's current key than one that
 * was replaced. Of several matches, a terminal lets the user choose; elsewhere they are an error.
 */
export async function findOne(
  { key, email, typed, usual, mayAsk }: Wanted,
  { keys, missing, listing, known }: Selection,
  locationArgs: Session['locationArgs'],
  ctx: Context,
): Promise<Candidate> {
  const all = [...keys, ...missing].filter(({ participant }) => email === undefined || hasEmail(participant, email));
  const matches = key === undefined ? all : findKeys(key, all);
  const isCurrent = ({ key, home }: Candidate) =>
    !known.workshops.some(({ prefix, state }) => prefix === home && isReplaced(key, state));
  const better = [(match: Candidate) => keys.includes(match), isCurrent, ({ home }: Candidate) => home === usual];
  const found = better.reduce(preferred, matches);
  const [first, ...others] = found;
  if (first && others.length === 0) return first;
  if (first && mayAsk && canChoose(found.length, ctx)) return choose(typed, found, ctx);
  if (first) {
    throw usageError('ambiguous_key', `${typed} matches ${found.length} keys.`, {
      hint: 'Use one of these names, or more characters of the hash.',
      issues: shortList(found, ctx),
    });
  }
  if (!listing.complete) throw incompleteListing(listing, 'Run the same command again.');
  throw notFound(typed, [...keys, ...missing], locationArgs);
}

async function choose(typed: string, found: readonly Candidate[], ctx: Context): Promise<Candidate> {
  const choices = found.map((match) => ({ row: rowOf(match), value: match }));
  const chosen = await chooseOne(`${typed} matches ${found.length} keys:`, CHOICE_COLUMNS, choices, ctx);
  if (chosen) return chosen;
  stopIfCancelled(ctx);
  throw usageError('ambiguous_key', 'No key was selected.', {
    hint: 'Type a number of the list, or more of the name.',
  });
}

/** Those that are better, if there are any. */
function preferred(matches: Candidate[], isBetter: (match: Candidate) => boolean): Candidate[] {
  const better = matches.filter(isBetter);
  return better.length > 0 ? better : matches;
}

/** A terminal shows the first ones only. */
function shortList(found: readonly Candidate[], { stderr }: Context): Issue[] {
  const shown = stderr.isTTY ? found.slice(0, MOST_SHOWN) : found;
  const issues = shown.map((match): Issue => ({ code: 'candidate', message: described(match) }));
  const more = found.length - shown.length;
  return more > 0 ? [...issues, { code: 'candidate', message: `… and ${more} more` }] : issues;
}

const MOST_SHOWN = 20;

function described(match: Candidate): string {
  return rowOf(match)
    .filter((cell) => cell !== '')
    .join('  ');
}

/** Its hash, its name, whose it is, and whether it is disabled. */
function rowOf({ key, participant }: Candidate): string[] {
  const person = participant ? (participant.emails[0] ?? participantName(participant)) : '';
  return [key.hash.slice(0, 12), key.name, person, key.disabled ? 'disabled' : ''];
}

const CHOICE_COLUMNS = [
  { title: 'HASH', dropOrder: 1 },
  { title: 'KEY NAME', flexible: true, cut: 'middle', minWidth: 20 },
  { title: 'PARTICIPANT', flexible: true, cut: 'middle', minWidth: 20, wantedWidth: 40 },
  { title: '' },
] as const;

function notFound(typed: string, all: readonly Candidate[], locationArgs: readonly string[]): Error {
  const near = almostFound(typed, all);
  return usageError(
    'unknown_key',
    `No key matches ${typed}, neither on the account nor in the journals on this computer.`,
    {
      hint:
        near.length > 0
          ? `Did you mean ${near.join(', or ')}?`
          : `To list all keys, run: ${commandLine(['list', ...locationArgs])}`,
    },
  );
}
