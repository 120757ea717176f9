import type { Context } from '../context.ts';
import { formatUsd } from '../money.ts';
import type { Change } from '../plan/change.ts';
import { decidingOptions, typedAs } from '../plan/find-moved.ts';
import type { Skipped } from '../plan/plan-provision.ts';
import { plural } from '../plural.ts';
import { isGroup, type MemberChanges } from '../roster/group.ts';
import { foldName } from '../roster/identity.ts';
import type { Member } from '../roster/participant.ts';
import { participantName } from '../roster/participant-name.ts';
import { commandLine } from '../terminal/command-line.ts';

/** For commands that are printed. */
interface Here {
  prefix: string;
  /** `--out` and `--sandbox` as typed */
  locationArgs: readonly string[];
}

export function resolveLines(changes: readonly Change[], here: Here, env: Context['env']): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'remove_orphan') {
      const spent = change.how === 'delete' ? '' : ` (${formatUsd(change.usage)} spent)`;
      return [`${change.how} orphaned key ${change.name} from an earlier run${spent}`];
    }
    if (change.kind === 'record_gone') return [`${change.name} is no longer on the account; a new key will be created`];
    if (change.kind === 'record_absent' && change.name !== undefined) {
      return [`no key of this account has the saved secret of ${change.name}; a new key will be created`];
    }
    if (change.kind === 'record_person') {
      return personLines(change, here, env);
    }
    if (change.kind === 'record_not_ours') {
      return [
        `the secret of ${change.name} is not the one in the journal; it is unchanged, and a new key will be created`,
      ];
    }
    return [];
  });
}

/** Who left a group knows its key: only another key ends that. The same name under another address left nothing. */
function personLines(
  { participant, from, members }: Extract<Change, { kind: 'record_person' }>,
  { prefix, locationArgs }: Here,
  env: Context['env'],
): string[] {
  const name = participantName(participant);
  const lines =
    from.length > 0 ? [`${name} keeps the key: ${from.join(', ')} → ${typedAs(participant).join(', ')}`] : [];
  if (!members) return lines;
  const { corrected, joined, left } = withoutCorrected(members);
  for (const [before, now] of corrected) {
    lines.push(`${participantName(now)} of ${name}: ${before.emails.join(', ')} → ${now.emails.join(', ')}`);
  }
  if (joined.length > 0) lines.push(`the key of ${name} is now also for ${namesOf(joined)}`);
  if (left.length > 0) {
    const know = left.length === 1 ? 'knows' : 'know';
    const rotate = commandLine(['rotate', '--prefix', prefix, '--group', name, ...locationArgs], env);
    lines.push(`no longer in ${name}: ${namesOf(left)}, who still ${know} its key; ${rotate} replaces it`);
  }
  return lines;
}

function withoutCorrected({ joined, left }: MemberChanges) {
  const corrected = left.flatMap((before): [Member, Member][] => {
    const named = (members: readonly Member[]) => members.filter((each) => foldName(each) === foldName(before));
    const [now, ...others] = named(joined);
    const isSame = now !== undefined && others.length === 0 && named(left).length === 1;
    return isSame && before.emails.length > 0 && now.emails.length > 0 ? [[before, now]] : [];
  });
  const rest = (members: readonly Member[]) => members.filter((each) => !corrected.flat().includes(each));
  return { corrected, joined: rest(joined), left: rest(left) };
}

function namesOf(members: readonly Member[]): string {
  const shown = members.slice(0, 5).map(participantName);
  return `${shown.join(', ')}${members.length > shown.length ? ', …' : ''}`;
}

export function skipLines(skipped: readonly Skipped[]): string[] {
  const lines: string[] = [];
  const who = skipped.some(({ participant }) => isGroup(participant)) ? 'group' : 'participant';
  const has = skipped.filter(({ because }) => because === 'has_key').length;
  if (has > 0) lines.push(`${plural(has, who)} already ${has === 1 ? 'has' : 'have'} a key`);
  const elsewhere = skipped.flatMap((skip) => (skip.because === 'has_key_elsewhere' ? [skip.key.name] : []));
  if (elsewhere.length > 0) {
    const names = elsewhere.slice(0, 3).join(', ') + (elsewhere.length > 3 ? ', …' : '');
    lines.push(
      `${plural(elsewhere.length, who)} ${elsewhere.length === 1 ? 'has' : 'have'} a key on the account that is not saved on this computer (${names}); add --create-duplicates to create new keys`,
    );
  }
  const purged = skipped.filter(({ because }) => because === 'purged').length;
  if (purged > 0) {
    lines.push(
      `${plural(purged, who)} ${purged === 1 ? 'has' : 'have'} a key whose secret was removed by orkeys purge; replace it with orkeys rotate, or add --create-duplicates`,
    );
  }
  const keyed = skipped.filter(({ because }) => because === 'keyed_in_roster').length;
  if (keyed > 0) {
    lines.push(
      `${plural(keyed, who)} already ${keyed === 1 ? 'has' : 'have'} a key in the roster; add --create-duplicates to create new keys`,
    );
  }
  const unresolved = skipped.filter(({ because }) => because === 'unresolved').length;
  if (unresolved > 0)
    lines.push(`${plural(unresolved, who)} with an unresolved earlier attempt; run the same command again later`);
  for (const skip of skipped) {
    if (skip.because !== 'maybe_moved') continue;
    const { from, participant } = skip.moved;
    const { keep, renew } = decidingOptions(skip.moved);
    const what = isGroup(participant) ? 'name' : 'address';
    lines.push(
      `${participantName(participant)} seems to have a new ${what} (${from.join(', ')} → ${typedAs(participant).join(', ')}) and waits: add ${keep} to keep the key, or ${renew}`,
    );
  }
  return lines;
}
