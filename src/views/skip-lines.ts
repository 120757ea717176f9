import { formatUsd } from '../money.ts';
import type { Change } from '../plan/change.ts';
import type { Skipped } from '../plan/plan-provision.ts';
import { plural } from '../plural.ts';
import { participantName } from '../roster/participant-name.ts';

export function resolveLines(changes: readonly Change[]): string[] {
  return changes.flatMap((change) => {
    if (change.kind === 'remove_orphan') {
      const spent = change.how === 'delete' ? '' : ` (${formatUsd(change.usage)} spent)`;
      return [`${change.how} orphaned key ${change.name} from an earlier run${spent}`];
    }
    if (change.kind === 'record_gone') return [`${change.name} is no longer on the account; a new key will be created`];
    if (change.kind === 'record_person') {
      return [
        `${participantName(change.participant)} keeps the key: ${change.from.join(', ')} → ${change.participant.emails.join(', ')}`,
      ];
    }
    if (change.kind === 'record_not_ours') {
      return [
        `the secret of ${change.name} is not the one in the journal; it is unchanged, and a new key will be created`,
      ];
    }
    return [];
  });
}

export function skipLines(skipped: readonly Skipped[]): string[] {
  const lines: string[] = [];
  const has = skipped.filter(({ because }) => because === 'has_key').length;
  if (has > 0) lines.push(`${plural(has, 'participant')} already ${has === 1 ? 'has' : 'have'} a key`);
  const elsewhere = skipped.flatMap((skip) => (skip.because === 'has_key_elsewhere' ? [skip.key.name] : []));
  if (elsewhere.length > 0) {
    const names = elsewhere.slice(0, 3).join(', ') + (elsewhere.length > 3 ? ', …' : '');
    lines.push(
      `${plural(elsewhere.length, 'participant')} ${elsewhere.length === 1 ? 'has' : 'have'} a key on the account that is not saved on this computer (${names}); add --create-duplicates to create new keys`,
    );
  }
  const purged = skipped.filter(({ because }) => because === 'purged').length;
  if (purged > 0) {
    lines.push(
      `${plural(purged, 'participant')} ${purged === 1 ? 'has' : 'have'} a key whose secret was removed by orkeys purge; replace it with orkeys rotate, or add --create-duplicates`,
    );
  }
  const keyed = skipped.filter(({ because }) => because === 'keyed_in_roster').length;
  if (keyed > 0) {
    lines.push(
      `${plural(keyed, 'participant')} already ${keyed === 1 ? 'has' : 'have'} a key in the roster; add --create-duplicates to create new keys`,
    );
  }
  const unresolved = skipped.filter(({ because }) => because === 'unresolved').length;
  if (unresolved > 0)
    lines.push(
      `${plural(unresolved, 'participant')} with an unresolved earlier attempt; run the same command again later`,
    );
  for (const skip of skipped) {
    if (skip.because !== 'maybe_moved') continue;
    const { from, participant } = skip.moved;
    lines.push(
      `${participantName(participant)} seems to have a new address (${from.join(', ')} → ${participant.emails.join(', ')}) and waits: add --same-person ${from[0] ?? 'OLD'}=${participant.emails[0] ?? 'NEW'} to keep the key, or --new-person ${participant.emails[0] ?? 'NEW'}`,
    );
  }
  return lines;
}
