import type { AccountKey, KeyPatch } from '../keys/account-key.ts';
import { formatUsd } from '../money.ts';
import type { Change, Create } from '../plan/change.ts';
import { plural } from '../plural.ts';
import { commandLine } from '../terminal/command-line.ts';
import { formatUtc } from '../terminal/time.ts';

/** The description of one change, old → new. */
export function changeText(change: Change): string {
  switch (change.kind) {
    case 'update':
      return patchText(change.patch, change.before);
    case 'record_changed':
      return `${patchText(change.patch, change.before)} (already done)`;
    case 'delete':
      return `delete (${formatUsd(change.before.usage)} spent)`;
    case 'create':
      return change.replaces
        ? rotationText(change, change.replaces.retire)
        : `new key, ${formatUsd(change.wanted.limit)}`;
    case 'retire':
      return `${change.old.retire} old key; its replacement is saved`;
    case 'remove_orphan':
      return `${change.how} orphaned key from an earlier run`;
    case 'record_gone':
      return 'no longer on the account';
    case 'record_person':
      return `new address: ${change.from.join(', ')} → ${change.participant.emails.join(', ')}`;
    case 'record_not_ours':
      return 'not the key of this journal; left unchanged';
    case 'record_absent':
    case 'locate':
      return 'resolved by checking the account';
    case 'import':
      return 'becomes a key of this workshop';
    case 'make_guardrail':
      return `new guardrail, ${plural(change.models.length, 'model')}`;
    case 'adopt_guardrail':
      return 'guardrail found on the account';
    case 'forget_guardrail':
      return 'was not made';
    case 'set_models':
      return `${plural(change.models.length, 'model')} instead of ${change.had ? change.had.length : 'every model'}`;
    case 'bind':
      return `assign ${plural(change.hashes.length, 'key')}`;
    case 'unbind':
      return `unassign ${plural(change.hashes.length, 'key')}, which may then use every model`;
    case 'delete_guardrail':
      return 'delete guardrail';
  }
}

/** `limit $1.00 → $2.00, disabled` */
function patchText(patch: KeyPatch, before: Partial<AccountKey>): string {
  const parts: string[] = [];
  if (patch.limit !== undefined) parts.push(`limit ${formatUsd(before.limit)} → ${formatUsd(patch.limit)}`);
  if (patch.limit_reset !== undefined) {
    parts.push(`reset ${before.limit_reset ?? 'never'} → ${patch.limit_reset ?? 'never'}`);
  }
  if (patch.disabled !== undefined) parts.push(patch.disabled ? 'enabled → disabled' : 'disabled → enabled');
  if (patch.include_byok_in_limit !== undefined) {
    const word = (on: boolean | undefined) => (on === true ? 'yes' : 'no');
    parts.push(
      `BYOK counts toward limit: ${word(before.include_byok_in_limit)} → ${word(patch.include_byok_in_limit)}`,
    );
  }
  if (patch.name !== undefined) parts.push(`rename to ${patch.name}`);
  return parts.join(', ');
}

/** How to finish rotations that an earlier run started. `--prefix` would rotate the other keys of the workshop too. */
export function unfinishedNote(hashes: readonly string[], prefix: string, locationArgs: readonly string[]): string {
  const isWhole = hashes.length > MOST_HASHES;
  const which = isWhole ? ['--prefix', prefix] : hashes.flatMap((hash) => ['--hash', hash.slice(0, 12)]);
  const command = commandLine(['rotate', ...which, ...locationArgs]);
  return hashes.length === 1
    ? `1 rotation is unfinished: both keys work until you run ${command}`
    : `${hashes.length} rotations are unfinished: old and new keys all work until you run ${command}${isWhole ? ', which also replaces the keys that are not part of them' : ''}`;
}

/** more are those of a whole workshop, and no command line to read */
const MOST_HASHES = 20;

/** `Create 12 keys, assign 12 keys?`; undefined where there is nothing to ask for. */
export function askFor(parts: readonly string[]): string | undefined {
  const text = parts.filter((part) => part !== '').join(', ');
  return text === '' ? undefined : `${text.charAt(0).toUpperCase()}${text.slice(1)}?`;
}

/** The part of a prompt about orphaned keys: ` This also deletes 1 orphaned key from an earlier run.`; empty if there are none. */
export function orphansText(changes: readonly Change[]): string {
  const orphans = changes.filter((change) => change.kind === 'remove_orphan');
  const deleted = orphans.filter(({ how }) => how === 'delete').length;
  const disabled = orphans.length - deleted;
  const parts = [
    ...(deleted > 0 ? [`deletes ${plural(deleted, 'orphaned key')}`] : []),
    ...(disabled > 0 ? [`disables ${plural(disabled, 'orphaned key')}`] : []),
  ];
  return parts.length === 0 ? '' : ` This also ${parts.join(' and ')} from an earlier run.`;
}

function rotationText({ wanted, replaces }: Create, retire: 'delete' | 'disable'): string {
  const { limit, limit_reset, expires_at } = wanted;
  const terms = [
    formatUsd(limit) + (limit_reset === null ? '' : ` ${limit_reset}`),
    ...(expires_at === null ? [] : [`expires ${formatUtc(expires_at)}`]),
    ...(replaces?.guardrail === undefined ? [] : ['same guardrail']),
  ];
  return `new key (${terms.join(', ')}), ${retire} old`;
}
