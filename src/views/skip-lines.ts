import { formatUsd } from '../money.ts';
import type { Change } from '../plan/change.ts';
import { decidingOptions, typedAs } from '../plan/find-moved.ts';
import type { Skipped } from '../plan/plan-provision.ts';
import { plural } from '../plural.ts';
import { isGroup } from '../roster/group.ts';
import type { Member } from '../roster/participant.ts';
import { participantName } from '../roster/participant-name.ts';
import { quoteArgument } from '../shell.ts';

export function resolveLines(changes: readonly Change[]): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'remove_orphan') {
      const spent = change.how === 'delete' ? '' : ` (${formatUsd(change.usage)} spent)`;
      return [`${change.how} orphaned key ${change.name} from an earlier run${spent}`];
    }
    if (change.kind === 'record_gone') return [`${change.name} is no longer on the account; a new key will be created`];
    if (change.kind === 'record_person') {
      return personLines(change);
    }
    if (change.kind === 'record_not_ours') {
      return [
        `the secret of ${change.name} is not the one in the journal; it is unchanged, and a new key will be created`,
      ];
    }
    return [];
  });
}

/** Who left a group knows its key: only another key ends that. */
function personLines({ participant, from, members }: Extract<Change, { kind: 'record_person' }>): string[] {
  const name = participantName(participant);
  const lines =
    from.length > 0 ? [`${name} keeps the key: ${from.join(', ')} → ${typedAs(participant).join(', ')}`] : [];
  if (members && members.joined.length > 0) lines.push(`the key of ${name} is now also for ${namesOf(members.joined)}`);
  if (members && members.left.length > 0) {
    const know = members.left.length === 1 ? 'knows' : 'know';
    lines.push(
      `no longer in ${name}: ${namesOf(members.left)}, who still ${know} its key; orkeys rotate --group ${quoteArgument(name)} replaces it`,
    );
  }
  return lines;
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
