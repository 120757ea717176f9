import type { KnownGuardrail } from '../journal/guardrails.ts';
import type { Guardrail } from '../keys/guardrails-api.ts';
import { isSameList } from '../keys/model.ts';
import type { TierGuardrail } from './change.ts';

/** Which guardrail on the account is that of a tier. */
export type Found = {
  /** an intent that came to nothing */
  forget?: string;
  /** the journal has one that is not there any more */
  wasMade: boolean;
} & (
  | { kind: 'ours'; id: string; guardrail: Guardrail }
  /** made by a run whose answer was lost, or by a run whose journal is lost */
  | { kind: 'adopt'; id: string; guardrail: Guardrail; tag: string | undefined }
  /** has our name, and binds keys of others or allows something else: never changed unless it is taken over */
  | { kind: 'not_ours'; id: undefined }
  /** was asked for, and one list does not show that it is not there */
  | { kind: 'unresolved'; id: undefined }
  | { kind: 'none'; id: undefined }
);

interface Account {
  known: readonly KnownGuardrail[];
  guardrails: readonly Guardrail[];
  bound: ReadonlyMap<string, string>;
  ownHashes: ReadonlySet<string>;
  conclusive: boolean;
  takeOver: boolean;
}

/** Clocks differ: a guardrail may appear to be this much older than its intent, in milliseconds. */
const TOLERANCE = 24 * 3_600_000;

/** A journal line alone does not say whose a guardrail is: its name and its age have to fit too. */
export function findGuardrail(target: TierGuardrail, models: readonly string[], account: Account): Found {
  const { name } = target;
  const intents = account.known.filter((known) => known.name === name && isSameWorkspace(known, target));
  const named = account.guardrails.filter((each) => each.name === name && isSameWorkspace(each, target));
  const made = intents.filter(({ status }) => status === 'made');
  for (const known of made.toReversed()) {
    const guardrail = named.find(({ id }) => id === known.id);
    if (guardrail && !isOlder(guardrail, known)) return { kind: 'ours', id: guardrail.id, guardrail, wasMade: true };
  }
  const wasMade = made.length > 0;
  const pending = intents.find(({ status }) => status === 'pending');
  const free = named.filter((guardrail) => account.takeOver || isFree(guardrail, models, account));
  const adopted = free.find((guardrail) => pending && !isOlder(guardrail, pending)) ?? free[0];
  if (adopted) return { kind: 'adopt', id: adopted.id, guardrail: adopted, tag: pending?.tag, wasMade };
  if (named.length > 0) return { kind: 'not_ours', id: undefined, wasMade };
  if (pending && !account.conclusive) return { kind: 'unresolved', id: undefined, wasMade };
  return { kind: 'none', id: undefined, wasMade, ...(pending ? { forget: pending.tag } : {}) };
}

interface Placed {
  workspace_id?: string | undefined;
}

/** Where a response lacks the workspace, it is the one that was asked for. */
export function isSameWorkspace({ workspace_id: one }: Placed, { workspace_id: other }: Placed): boolean {
  return one === undefined || other === undefined || one === other;
}

/** Adopting it changes nothing for anybody: it binds no key of others, and none at all unless it allows the same. */
function isFree({ id, allowed_models }: Guardrail, models: readonly string[], { bound, ownHashes }: Account): boolean {
  const hashes = [...bound].flatMap(([hash, guardrail]) => (guardrail === id ? [hash] : []));
  return hashes.every((hash) => ownHashes.has(hash)) && (hashes.length === 0 || isSameList(models, allowed_models));
}

/** Appeared after two lists had not shown it, so another one was made in its place. */
export function isLate(guardrail: Guardrail, known: readonly KnownGuardrail[]): boolean {
  if (known.some(({ id }) => id === guardrail.id)) return false;
  return known.some(
    (intent) =>
      intent.status === 'not_made' &&
      intent.name === guardrail.name &&
      isSameWorkspace(intent, guardrail) &&
      isSameList(intent.models, guardrail.allowed_models) &&
      !isOlder(guardrail, intent),
  );
}

function isOlder({ created_at }: Guardrail, { issuedAt }: KnownGuardrail): boolean {
  const created = Date.parse(created_at ?? '');
  const issued = Date.parse(issuedAt);
  return !Number.isNaN(created) && !Number.isNaN(issued) && created < issued - TOLERANCE;
}
