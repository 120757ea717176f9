import { CliError, cannotSaveError, EXIT } from '../errors.ts';
import { ENTRY_VERSION, type KeyFacts, toKeyFacts } from '../journal/entry.ts';
import { heldKeys } from '../journal/fold.ts';
import { raiseVersion } from '../journal/journal.ts';
import { numberMembers } from '../journal/member-numbers.ts';
import { fitOfLabel } from '../journal/ownership.ts';
import type { CreateOutcome, NewKey } from '../keys/account-key.ts';
import { keyName, newTag } from '../keys/key-name.ts';
import type { Create, Outcome } from '../plan/change.ts';
import { isGroup } from '../roster/group.ts';
import { retire } from './apply-retire.ts';
import type { ApplyDeps, Step } from './step.ts';

type Created = Extract<CreateOutcome, { result: 'done' }>;

/**
 * One key: intent on disk → one POST → secret on disk, before anything else can fail. In a rotation, the new key is saved
 * before the old one is deleted or disabled.
 */
export async function applyCreate(change: Create, deps: ApplyDeps): Promise<Step> {
  const tag = newTag(deps.random);
  const wanted: NewKey = { ...change.wanted, name: keyName(change.stem, tag) };
  if (isGroup(change.participant)) await raiseVersion(deps.journal, ENTRY_VERSION.group);
  const person = change.person ?? tag;
  await deps.journal.append({
    type: 'intent',
    tag,
    person,
    participant: numberMembers(change.participant, person, deps.journal.state),
    wanted,
    ...(change.replaces ? { replaces: change.replaces.hash, retire: change.replaces.retire } : {}),
  });
  const answer = await deps.api.createKey(wanted);
  const step = await recordAnswer(change, tag, wanted.name, answer, deps);
  if (step.outcome.result !== 'done' || !change.replaces || step.stop) return step;
  return retireOld(change, change.replaces, { ...step.outcome, tag }, deps);
}

async function recordAnswer(
  change: Create,
  tag: string,
  name: string,
  answer: CreateOutcome,
  deps: ApplyDeps,
): Promise<Step> {
  const base = { change, tag, name };
  if (answer.result === 'done') {
    if (!deps.journal.state.secrets.claim(answer.secret) && !(await resolveClaims(tag, answer, deps))) {
      return { outcome: { ...base, result: 'unresolved', reason: SECOND_CLAIM } };
    }
    await saveSecret(tag, answer, factsOf(answer, name), deps);
    return { outcome: { ...base, result: 'done' } };
  }
  const { reason, status, stop } = answer;
  // What would hit every other row too says nothing about this one.
  const result = answer.result === 'refused' && stop ? 'not_started' : answer.result;
  if (result === 'unresolved') await deps.journal.append({ type: 'unresolved', tag, reason });
  else await deps.journal.append({ type: 'not_created', tag, refused: result === 'refused', reason, status });
  return { outcome: { ...base, result, reason }, ...(stop ? { stop } : {}) };
}

const SECOND_CLAIM = 'OpenRouter returned a secret that another key already has';

/**
 * Two keys were returned with the same secret, so one of the responses is wrong. The masked secret of each key shows which one.
 * If it does not, neither is used and the sweep removes both keys. Returns whether the secret belongs to this key.
 */
async function resolveClaims(tag: string, answer: Created, { journal }: ApplyDeps): Promise<boolean> {
  // Lines are written in order, so once this one is written, the earlier claim is in the state.
  await journal.append({ type: 'unresolved', tag, reason: SECOND_CLAIM });
  const text = answer.secret.reveal();
  const earlier = heldKeys(journal.state).find(({ secret }) => secret?.reveal() === text);
  if (!earlier || fitOfLabel(earlier.facts.label, answer.secret) === 'fits') return false;
  await journal.append({ type: 'unresolved', tag: earlier.tag, reason: SECOND_CLAIM });
  return fitOfLabel(answer.facts.label, answer.secret) === 'fits';
}

/** A response with another name, or with a label that does not match the secret, describes a different key. */
function factsOf({ facts, secret }: Created, name: string): KeyFacts {
  const isOther = facts.name !== undefined && facts.name.normalize('NFC').trim() !== name;
  return isOther || fitOfLabel(facts.label, secret) === 'contradicts' ? {} : toKeyFacts(facts);
}

/**
 * Saves the secret in the journal, or else in another folder; if both fail, deletes the new key, because it would be orphaned. Another
 * run that has taken the workshop over finds the key by its name and deletes it, so then it is not saved elsewhere.
 */
async function saveSecret(tag: string, answer: Created, facts: KeyFacts, deps: ApplyDeps): Promise<void> {
  const entry = { type: 'created', tag, key: answer.secret.reveal(), facts } as const;
  try {
    await deps.journal.append(entry);
  } catch (error) {
    const line = deps.journal.lineOf(entry);
    const isTakenOver = error instanceof CliError && error.exitCode === EXIT.LOCKED;
    const path = isTakenOver ? undefined : await deps.rescue({ tag, secret: answer.secret, line });
    const why = error instanceof CliError ? error.message : 'Cannot write the journal.';
    if (path !== undefined) {
      throw cannotSaveError('journal_failed', `${why} The last secret is saved in ${path} instead.`, {
        hint: howToSave(error) ?? 'Free up disk space, then run the same command again to restore the secret.',
      });
    }
    const removed = facts.hash === undefined ? undefined : await deps.api.deleteKey(facts.hash, { always: true });
    const consequence =
      removed?.result === 'done' || removed?.result === 'gone'
        ? 'The new key was deleted because its secret could not be saved.'
        : 'The new key could be neither saved nor deleted. The next run finds it by its name and deletes it.';
    if (isTakenOver) throw new CliError(error.code, EXIT.LOCKED, `${why} ${consequence}`, withHint(error));
    throw cannotSaveError('journal_failed', `${why} ${consequence}`, {
      hint: howToSave(error) ?? 'Free up disk space, then run the same command again.',
    });
  }
}

/** A database that several people share fails in more ways than a disk, and says what to do about each. */
function howToSave(error: unknown): string | undefined {
  return error instanceof CliError && error.code.startsWith('share_') ? error.hint : undefined;
}

function withHint({ hint }: CliError): { hint?: string } {
  return hint === undefined ? {} : { hint };
}

async function retireOld(
  change: Create,
  old: NonNullable<Create['replaces']>,
  outcome: Outcome & { tag: string },
  deps: ApplyDeps,
): Promise<Step> {
  const step = await retire(old, outcome.tag, deps);
  if (step.outcome.result === 'done' || step.outcome.result === 'gone') return { outcome };
  const reason = `the new key is saved, but the old one still exists: ${step.outcome.reason ?? 'unknown outcome'}`;
  return { outcome: { ...outcome, change, result: 'unresolved', reason }, ...(step.stop ? { stop: step.stop } : {}) };
}
