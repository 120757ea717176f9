import { foldEmail } from '../roster/identity.ts';
import type { Participant } from '../roster/participant.ts';
import type { AccountKey } from './account-key.ts';
import { instantOf } from './instant.ts';
import { hasPrefix } from './key-name.ts';
import { keyStatus } from './key-status.ts';
import { isOver, type Threshold } from './spending.ts';

/** Which keys are meant: all conditions must hold; of several hashes or addresses one is enough. */
export interface KeySelector {
  /** keys of this workshop, and others that are named like it */
  prefix?: string | undefined;
  /** all workshops known here: a key whose name fits one of them that begins with `prefix` is not named like `prefix` */
  workshops?: readonly string[] | undefined;
  name?: ((name: string) => boolean) | undefined;
  /** lower-case hex: whole hashes or their beginnings */
  hashes?: readonly string[] | undefined;
  emails?: readonly string[] | undefined;
  /** hashes of the keys of people who are in a roster */
  among?: ReadonlySet<string> | undefined;
  /** the same for people who shall not be meant: then keys of nobody known are not meant either */
  notAmong?: ReadonlySet<string> | undefined;
  disabled?: boolean | undefined;
  expired?: boolean | undefined;
  unused?: boolean | undefined;
  over?: Threshold | undefined;
  createdBefore?: Date | undefined;
  createdAfter?: Date | undefined;
}

/** A key of the account, or one that is only saved and whose hash may not be known. */
type SelectableKey = Omit<AccountKey, 'hash'> & { hash: string | undefined };

/** A key and whose it is, as far as the journals here know. */
export interface Candidate<K extends SelectableKey = AccountKey> {
  key: K;
  participant: Participant | null;
  /** prefix of the workshop whose journal proves that it created the key */
  home: string | undefined;
}

export function selectKeys<C extends Candidate<SelectableKey>>(
  candidates: readonly C[],
  selector: KeySelector,
  now: Date,
): C[] {
  return candidates.filter((candidate) => isSelected(candidate, selector, now));
}

function isSelected(candidate: Candidate<SelectableKey>, selector: KeySelector, now: Date): boolean {
  const { key, participant, home } = candidate;
  const { name, hashes, emails, among, notAmong, over } = selector;
  if (!isInWorkshop(candidate, selector)) return false;
  if (name && !name(key.name)) return false;
  if (hashes && !hashes.some((hash) => key.hash?.startsWith(hash))) return false;
  if (emails && !emails.some((email) => hasEmail(participant, email))) return false;
  if (among && (home === undefined || !isIn(among, key))) return false;
  if (notAmong && (participant === null || isIn(notAmong, key))) return false;
  if (selector.disabled !== undefined && (key.disabled === true) !== selector.disabled) return false;
  if (selector.expired && keyStatus(key, now) !== 'expired') return false;
  if (selector.unused && !isUnused(key)) return false;
  if (over && !isOver(key, over)) return false;
  return wasCreated(key, selector);
}

/** True for a key that its workshop's journal does not know, and that is only named like the prefix. */
export function isNamedLike({ home }: Pick<Candidate, 'home'>, prefix: string | undefined): boolean {
  return prefix !== undefined && home !== prefix;
}

function isInWorkshop({ key, home }: Candidate<SelectableKey>, { prefix, workshops = [] }: KeySelector): boolean {
  if (prefix === undefined || home === prefix) return true;
  if (home !== undefined || !hasPrefix(key.name, prefix)) return false;
  return !workshops.some(
    (other) => other.length > prefix.length && hasPrefix(other, prefix) && hasPrefix(key.name, other),
  );
}

function isIn(hashes: ReadonlySet<string>, { hash }: SelectableKey): boolean {
  return hash !== undefined && hashes.has(hash);
}

/** True when one of the participant's addresses is this one, however it is written; of a group, one of a member's. */
export function hasEmail(participant: Participant | null, email: string): boolean {
  if (!participant) return false;
  const people = [participant, ...(participant.members ?? [])];
  return people.some(({ emails }) => emails.some((own) => foldEmail(own) === foldEmail(email)));
}

/** Free models cost nothing, so a key without spending may have been used all the same. */
function isUnused(key: SelectableKey): boolean {
  return key.usage === 0 && (key.byok_usage ?? 0) === 0 && (key.last_used_at ?? null) === null;
}

function wasCreated(key: SelectableKey, { createdBefore, createdAfter }: KeySelector): boolean {
  if (!createdBefore && !createdAfter) return true;
  const at = instantOf(key.created_at);
  if (at === undefined) return false;
  return (!createdBefore || at < createdBefore.getTime()) && (!createdAfter || at >= createdAfter.getTime());
}
