import type { LeftOut, LeftOutReason, Recipient } from '../handout/recipients.ts';
import { plural } from '../plural.ts';
import type { Participant } from '../roster/participant.ts';
import { participantName } from '../roster/participant-name.ts';
import { commandLine } from '../terminal/command-line.ts';

/** Where the people are, for printed commands. */
interface Place {
  prefix: string;
  locationArgs?: readonly string[] | undefined;
}

/** `all are off now; to switch them on: …`; undefined if none is. */
export function keysOffText(recipients: readonly Recipient[], place: Place): string | undefined {
  const off = recipients.filter(({ disabled }) => disabled);
  if (off.length === 0) return undefined;
  const which = off.length === recipients.length ? 'all are off' : `${off.length} of ${recipients.length} are off`;
  return `${which} now; to switch them on: ${enableCommand(place)}`;
}

function enableCommand({ prefix, locationArgs = [] }: Place): string {
  return commandLine(['update', '--prefix', prefix, '--enable', ...locationArgs]);
}

/** One line for each reason why people are left out. */
export function leftOutLines(leftOut: readonly LeftOut[], place: Place): string[] {
  const reasons = [...new Set(leftOut.map(({ why }) => why))];
  return reasons.map((why) => {
    const people = leftOut.filter((each) => each.why === why);
    return `${plural(people.length, 'participant')} ${LEFT_OUT[why]}: ${rowsText(people)}${fixFor(why, place)}`;
  });
}

const LEFT_OUT: Readonly<Record<LeftOutReason, string>> = {
  no_key: 'without a key',
  unresolved: 'with an unresolved earlier attempt',
  refused: 'whose key OpenRouter refused',
  deleting: 'whose key is being deleted',
  revoked: 'whose key was revoked',
  purged: 'whose secret was removed by orkeys purge',
  gone: 'whose key is no longer on the account',
  not_on_account: 'whose saved key is not on the account',
  expired: 'whose key expired',
  key_in_roster: 'with a key from the roster itself',
  no_email: 'without an email address',
  shared_email: 'who share an email address',
  not_in_worksheet: 'whom no row of the worksheet clearly is',
};

function fixFor(why: LeftOutReason, { prefix, locationArgs = [] }: Place): string {
  if (why === 'expired') {
    const rotate = ['rotate', '--prefix', prefix, '--expired', '--expires', '7d', ...locationArgs];
    return ` (new keys: ${commandLine(rotate)})`;
  }
  if (why === 'purged') return ` (new keys: ${commandLine(['rotate', '--prefix', prefix, ...locationArgs])})`;
  return NOT_FOR_PROVISION.has(why) ? '' : ' (orkeys provision creates keys)';
}

const NOT_FOR_PROVISION: ReadonlySet<LeftOutReason> = new Set([
  'deleting',
  'shared_email',
  'no_email',
  'not_in_worksheet',
]);

/** `rows 3, 17 and 40`; names where the roster has no rows for them. */
export function rowsText(people: readonly Pick<LeftOut | Recipient, 'participant' | 'keyName'>[]): string {
  const rows = people.flatMap(({ participant }) => participant?.row ?? []);
  if (rows.length < people.length)
    return shortList(people.map(({ participant, keyName }) => nameOf(participant, keyName)));
  return `${rows.length === 1 ? 'row' : 'rows'} ${shortList(rows.map(String))}`;
}

function nameOf(participant: Participant | null, keyName: string | null): string {
  return participant ? participantName(participant) : (keyName ?? 'unknown');
}

export function shortList(items: readonly string[]): string {
  const shown = items.slice(0, MOST_SHOWN).join(', ');
  return items.length > MOST_SHOWN ? `${shown} and ${items.length - MOST_SHOWN} more` : shown;
}

const MOST_SHOWN = 12;
