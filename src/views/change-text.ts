import type { KeyFacts } from '../journal/entry.ts';
import type { KeyPatch } from '../keys/account-key.ts';
import { formatUsd } from '../money.ts';
import type { Change } from '../plan/change.ts';
import { commandLine } from '../terminal/command-line.ts';
import { formatUtc } from '../terminal/time.ts';

/** One change in words, old → new. */
export function changeText(change: Change): string {
  switch (change.kind) {
    case 'update':
      return patchText(change.patch, change.before);
    case 'record_changed':
      return `${patchText(change.patch, change.before)} (done already)`;
    case 'delete':
      return `delete (${formatUsd(change.before.usage)} spent)`;
    case 'create':
      return change.replaces
        ? rotationText(change, change.replaces.retire)
        : `new key, ${formatUsd(change.wanted.limit)}`;
    case 'retire':
      return `${change.old.retire} it: its new key is saved`;
    case 'remove_orphan':
      return `${change.how}: made by an earlier run whose answer was lost`;
    case 'record_gone':
      return 'not on the account any more';
    case 'record_absent':
    case 'locate':
      return 'settled by looking';
  }
}

/** `limit $1.00 → $2.00, disabled` */
export function patchText(patch: KeyPatch, before: KeyFacts): string {
  const parts: string[] = [];
  if (patch.limit !== undefined) parts.push(`limit ${formatUsd(before.limit)} → ${formatUsd(patch.limit)}`);
  if (patch.limit_reset !== undefined) {
    parts.push(`reset ${before.limit_reset ?? 'never'} → ${patch.limit_reset ?? 'never'}`);
  }
  if (patch.disabled !== undefined) parts.push(patch.disabled ? 'enabled → disabled' : 'disabled → enabled');
  if (patch.include_byok_in_limit !== undefined) {
    const word = (on: boolean | undefined) => (on === true ? 'yes' : 'no');
    parts.push(`BYOK in limit ${word(before.include_byok_in_limit)} → ${word(patch.include_byok_in_limit)}`);
  }
  if (patch.name !== undefined) parts.push(`name → ${patch.name}`);
  return parts.join(', ');
}

/** What to do about rotations that an earlier run began. */
export function unfinishedNote(number: number, prefix: string, place: readonly string[]): string {
  const what = number === 1 ? '1 rotation is not finished' : `${number} rotations are not finished`;
  return `${what}: both keys work until ${commandLine(['rotate', '--prefix', prefix, ...place])} takes the old one away`;
}

/** What a change is about: the name of the key that exists, or of the one to be made. */
export function changedName(change: Change): string {
  if (change.kind === 'create') return change.replaces?.name ?? `${change.stem}_…`;
  return 'name' in change ? change.name : change.tag;
}

function rotationText({ wanted, replaces }: Extract<Change, { kind: 'create' }>, retire: 'delete' | 'disable'): string {
  const { limit, limit_reset, expires_at } = wanted;
  const terms = [
    formatUsd(limit) + (limit_reset === null ? '' : ` ${limit_reset}`),
    ...(expires_at === null ? [] : [`until ${formatUtc(expires_at)}`]),
    ...(replaces?.guardrail === undefined ? [] : ['same guardrail']),
  ];
  return `new key (${terms.join(', ')}), then ${retire} old`;
}
