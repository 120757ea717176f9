import type { CliError } from '../errors.ts';
import { type HeldAttempt, labelOfHeld, rememberedKey } from '../journal/attempt.ts';
import type { AccountKey } from '../keys/account-key.ts';
import { isGroup } from '../roster/group.ts';
import type { Member, Participant } from '../roster/participant.ts';
import type { ShownFile } from './shown-file.ts';

/** Whose a key is, in the format of every command's JSON: `group` is there only for a key that a group shares. */
export function ownerJson(owner: Participant | null) {
  if (!isGroup(owner)) return { participant: participantJson(owner) };
  const { row, name, tier, members } = owner;
  return { participant: null, group: { row, name, tier: tier ?? null, members: members.map(memberJson) } };
}

/** One of those who share a key. */
export function memberJson({ row, name, surname, emails, id }: Member) {
  return { row, name, surname, emails, id: id ?? null };
}

export function participantJson(participant: Participant | null) {
  if (!participant) return null;
  const { row, name, surname, emails, group, tier, id } = participant;
  return { row, name, surname, emails, group: group ?? null, tier: tier ?? null, id: id ?? null };
}

type KeyParts = Omit<Partial<AccountKey>, 'name' | 'hash'> & { name?: string | undefined; hash?: string | undefined };

/** A key that is created or planned, with the field names of the API; `label` is the masked secret. */
export function keyJson(name: string | null, key: KeyParts) {
  return {
    name,
    hash: key.hash ?? null,
    label: key.label ?? null,
    limit: key.limit ?? null,
    limit_reset: key.limit_reset ?? null,
    include_byok_in_limit: key.include_byok_in_limit ?? null,
    expires_at: key.expires_at ?? null,
    created_at: key.created_at ?? null,
    workspace_id: key.workspace_id ?? null,
  };
}

/** A key from the journal. */
export function heldJson(held: HeldAttempt) {
  const key = rememberedKey(held);
  return keyJson(key.name, { ...key, label: labelOfHeld(held), created_at: key.created_at ?? held.issuedAt });
}

/** A key from the account, with every field. Only an unknown limit is omitted, because null would mean unlimited. */
export function accountKeyJson(key: AccountKey) {
  const { limit, limit_remaining } = key;
  return {
    name: key.name,
    hash: key.hash,
    label: key.label ?? null,
    disabled: key.disabled ?? null,
    ...(limit === undefined ? {} : { limit }),
    limit_remaining: limit_remaining ?? null,
    limit_reset: key.limit_reset ?? null,
    include_byok_in_limit: key.include_byok_in_limit ?? null,
    usage: key.usage ?? null,
    usage_daily: key.usage_daily ?? null,
    usage_weekly: key.usage_weekly ?? null,
    usage_monthly: key.usage_monthly ?? null,
    byok_usage: key.byok_usage ?? null,
    created_at: key.created_at ?? null,
    updated_at: key.updated_at ?? null,
    expires_at: key.expires_at ?? null,
    last_used_at: key.last_used_at ?? null,
    creator_user_id: key.creator_user_id ?? null,
    workspace_id: key.workspace_id ?? null,
  };
}

/** The result files: their paths, or why they could not be written. */
export function filesJson(files: readonly ShownFile[]) {
  return files.map(({ path, insteadOf, failed }) => ({ path, instead_of: insteadOf ?? null, failed: failed ?? null }));
}

/** The error that stopped a run; it is also printed on standard error. */
export function stoppedJson(stopped: CliError | undefined) {
  return stopped ? { code: stopped.code, message: stopped.message } : null;
}
