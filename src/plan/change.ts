import type { KeyFacts } from '../journal/entry.ts';
import type { AccountKey, KeyPatch, NewKey, Result } from '../keys/account-key.ts';
import type { MemberChanges } from '../roster/group.ts';
import type { Participant } from '../roster/participant.ts';
import { participantName } from '../roster/participant-name.ts';
import type { Secret } from '../secret.ts';

/** Why a key is patched or deleted: on the user's word, at the end of its life, or because another took its place. */
export type ChangeReason = 'update' | 'revoke' | 'retire';

/** The key that a new one takes the place of, and what becomes of it once the new one is saved. */
export interface Replaced {
  hash: string;
  name: string;
  retire: 'delete' | 'disable';
  before: KeyFacts;
  /** id of the guardrail that binds it: the new key is bound too before this one goes */
  guardrail?: string | undefined;
}

/** A guardrail of a tier, in one workspace; absent = the default one. */
export interface TierGuardrail {
  name: string;
  tier: string;
  workspace_id: string | undefined;
}

/** Models that keys may use. Assigning names a guardrail that may have to be made first. */
export type TierChange =
  | ({ kind: 'make_guardrail'; models: readonly string[] } & TierGuardrail)
  /** one that exists becomes ours, in the journal alone; `tag`: the intent that it fulfills */
  | ({ kind: 'adopt_guardrail'; id: string; models: readonly string[]; tag: string | undefined } & TierGuardrail)
  /** an intent whose guardrail is in no list */
  | { kind: 'forget_guardrail'; tag: string; name: string }
  | ({
      kind: 'set_models';
      id: string;
      models: readonly string[];
      had: readonly string[] | null | undefined;
    } & TierGuardrail)
  | ({ kind: 'bind'; hashes: readonly string[] } & TierGuardrail)
  | { kind: 'unbind'; id: string; name: string; hashes: readonly string[] }
  | { kind: 'delete_guardrail'; id: string; name: string };

/** One step of a plan. Those that change the account come with all that is needed to show them before they are done. */
export type Change =
  | {
      kind: 'create';
      /** ties the attempts for one person together; undefined = the first */
      person: string | undefined;
      participant: Participant | null;
      /** the key's name without its tag, which is new for each attempt */
      stem: string;
      wanted: Omit<NewKey, 'name'>;
      replaces?: Replaced;
    }
  | {
      kind: 'update';
      hash: string;
      name: string;
      patch: KeyPatch;
      before: AccountKey;
      reason: ChangeReason;
      /** a watch disables it, not somebody by hand */
      by?: 'watch';
    }
  | { kind: 'delete'; hash: string; name: string; before: KeyFacts; reason: ChangeReason }
  /** the end of a rotation that was begun: the new key is held, the old one has to go */
  | { kind: 'retire'; hash: string; name: string; before: KeyFacts; old: Replaced; successor: string }
  /** a key of ours whose secret nobody has: deleted when unspent, else disabled */
  | {
      kind: 'remove_orphan';
      tag: string;
      hash: string;
      name: string;
      usage: number | undefined;
      how: 'delete' | 'disable';
    }
  /** bookkeeping in the journal alone */
  /** `name`: of a key whose secret is saved, and that no key of the account can be */
  | { kind: 'record_absent'; tag: string; name?: string }
  | { kind: 'record_gone'; hash: string; name: string }
  /** somebody who has a key has another address now; a group has another name or other members */
  | {
      kind: 'record_person';
      person: string;
      participant: Participant;
      from: readonly string[];
      members?: MemberChanges;
    }
  /** the key named in a journal line has a different secret than the journal: neither is given to a participant */
  | { kind: 'record_not_ours'; tag: string; hash: string; name: string }
  /** a PATCH whose end was not recorded, and that the account shows as done */
  | {
      kind: 'record_changed';
      hash: string;
      name: string;
      patch: KeyPatch;
      before: KeyFacts;
      after: KeyFacts;
      reason: ChangeReason;
    }
  | { kind: 'locate'; tag: string; facts: KeyFacts }
  /** a key that was made elsewhere, and that its secret proves */
  | {
      kind: 'import';
      tag: string | undefined;
      person: string | undefined;
      participant: Participant;
      hash: string;
      name: string;
      secret: Secret;
      facts: KeyFacts;
    }
  | TierChange;

/** What became of one change. Only `done` and `gone` are final successes; `not_started` was never tried. */
export interface Outcome {
  change: Change;
  result: Result;
  /** of a create: the name it was given, with its tag */
  name?: string;
  tag?: string;
  reason?: string;
}

const TIER_KINDS: ReadonlySet<string> = new Set<TierChange['kind']>([
  'make_guardrail',
  'adopt_guardrail',
  'forget_guardrail',
  'set_models',
  'bind',
  'unbind',
  'delete_guardrail',
]);

/** True for changes of guardrails, and of which keys they bind. */
export function isTierChange(change: Change): change is TierChange {
  return TIER_KINDS.has(change.kind);
}

const BOOKKEEPING: ReadonlySet<Change['kind']> = new Set([
  'record_absent',
  'record_gone',
  'record_person',
  'record_not_ours',
  'record_changed',
  'locate',
  'import',
  'adopt_guardrail',
  'forget_guardrail',
]);

/** True for changes that send nothing. */
export function isBookkeeping(change: Change): boolean {
  return BOOKKEEPING.has(change.kind);
}

export type Create = Extract<Change, { kind: 'create' }>;

export function isCreate(change: Change): change is Create {
  return change.kind === 'create';
}

/** Gone is as good as done, but not for a key that was to be used on. */
export function isDone({ change, result }: Outcome): boolean {
  if (result === 'gone') return change.kind !== 'update' || change.reason !== 'update';
  return result === 'done';
}

/** Hash of the key that a change is about and that exists already. */
export function changedHash(change: Change): string | undefined {
  if (change.kind === 'create') return change.replaces?.hash;
  if (change.kind === 'locate') return change.facts.hash;
  return 'hash' in change ? change.hash : undefined;
}

/** The name of the key that a change is about, or of the one to be created. */
export function changedName(change: Change): string {
  if (change.kind === 'create') return change.replaces?.name ?? `${change.stem}_…`;
  if (change.kind === 'record_person') return participantName(change.participant);
  if (change.kind === 'record_absent') return change.name ?? change.tag;
  return 'name' in change ? change.name : change.tag;
}
