import { ENTRY_VERSION } from '../journal/entry.ts';
import { raiseVersion } from '../journal/journal.ts';
import type { ChangeOutcome, Result } from '../keys/account-key.ts';
import type { BindOutcome, GuardrailsApi } from '../keys/guardrails-api.ts';
import { newTag } from '../keys/key-name.ts';
import type { TierChange, TierGuardrail } from '../plan/change.ts';
import { isSameWorkspace } from '../plan/own-guardrails.ts';
import { plural } from '../plural.ts';
import type { ApplyDeps, Step } from './step.ts';

/** Changes a guardrail, or which keys it binds. The journal has each request before it is sent, and what became of it. */
export async function applyTierChange(change: TierChange, deps: ApplyDeps): Promise<Step> {
  const { journal, guardrails } = deps;
  await raiseVersion(journal, ENTRY_VERSION.tiers);
  switch (change.kind) {
    case 'make_guardrail':
      return make(change, deps);
    case 'adopt_guardrail': {
      const tag = change.tag ?? (await recordIntent(change, deps));
      await journal.append({ type: 'guardrail_made', tag, id: change.id });
      return { outcome: { change, result: 'done' } };
    }
    case 'forget_guardrail':
      await journal.append({ type: 'guardrail_not_made', tag: change.tag, reason: 'not on the account' });
      return { outcome: { change, result: 'done' } };
    case 'set_models': {
      const models = [...change.models];
      return recorded(change, { id: change.id, action: 'update', models }, deps, (api) =>
        api.updateGuardrail(change.id, models),
      );
    }
    case 'bind': {
      const id = idOf(change, deps);
      if (id === undefined)
        return { outcome: { change, result: 'not_started', reason: 'its guardrail does not exist' } };
      const hashes = [...change.hashes];
      return recorded(change, { id, action: 'bind', hashes }, deps, async (api) =>
        asChange(await api.bindKeys(id, hashes), hashes.length),
      );
    }
    case 'unbind': {
      const hashes = [...change.hashes];
      return recorded(change, { id: change.id, action: 'unbind', hashes }, deps, async (api) =>
        asChange(await api.unbindKeys(change.id, hashes), hashes.length),
      );
    }
    case 'delete_guardrail': {
      // Its keys would be unrestricted; one may have been assigned since the list was read.
      const assigned = await guardrails?.countAssigned(change.id);
      if (assigned !== 0) {
        const reason =
          assigned === undefined
            ? 'its keys and members cannot be counted'
            : `it binds ${plural(assigned, 'key or member', 'keys or members')}`;
        return { outcome: { change, result: 'refused', reason } };
      }
      return recorded(change, { id: change.id, action: 'delete' }, deps, (api) => api.deleteGuardrail(change.id));
    }
  }
}

async function make(change: Extract<TierChange, { kind: 'make_guardrail' }>, deps: ApplyDeps): Promise<Step> {
  const { name, tier, workspace_id } = change;
  const { journal, guardrails } = deps;
  if (!guardrails) return { outcome: { change, result: 'not_started', reason: NOT_AVAILABLE } };
  const tag = await recordIntent(change, deps);
  const answer = await guardrails.createGuardrail({
    name,
    description: `The models of tier ${tier}, made by orkeys`,
    allowed_models: change.models,
    ...(workspace_id === undefined ? {} : { workspace_id }),
  });
  if (answer.result === 'done') {
    await journal.append({ type: 'guardrail_made', tag, id: answer.id });
    return { outcome: { change, result: 'done' } };
  }
  const { result, reason, stop } = answer;
  if (result !== 'unresolved') await journal.append({ type: 'guardrail_not_made', tag, reason });
  return { outcome: { change, result, reason }, ...(stop ? { stop } : {}) };
}

const NOT_AVAILABLE = 'guardrails are not available';

async function recordIntent(
  { name, tier, workspace_id, models }: TierGuardrail & { models: readonly string[] },
  { journal, random }: ApplyDeps,
): Promise<string> {
  const tag = newTag(random);
  await journal.append({ type: 'guardrail', tag, tier, name, models: [...models], workspace_id });
  return tag;
}

interface RecordedChange {
  id: string;
  action: 'update' | 'delete' | 'bind' | 'unbind';
  models?: string[];
  hashes?: string[];
}

async function recorded(
  change: TierChange,
  line: RecordedChange,
  { journal, guardrails }: ApplyDeps,
  send: (api: GuardrailsApi) => Promise<ChangeOutcome>,
): Promise<Step> {
  if (!guardrails) return { outcome: { change, result: 'not_started', reason: NOT_AVAILABLE } };
  await journal.append({ type: 'guardrail_change', ...line });
  const answer = await send(guardrails);
  if (answer.result === 'done' || answer.result === 'gone') {
    // Of a list or a key, gone means that the guardrail is not there any more.
    const result: Result =
      answer.result === 'gone' && change.kind !== 'delete_guardrail' ? 'unresolved' : answer.result;
    await journal.append({ type: 'guardrail_changed', ...withoutHashes(line), result: answer.result });
    return {
      outcome: { change, result, ...(result === 'unresolved' ? { reason: 'the guardrail no longer exists' } : {}) },
    };
  }
  const { result, reason, stop } = answer;
  if (result !== 'not_started') {
    await journal.append({ type: 'guardrail_changed', ...withoutHashes(line), result, message: reason });
  }
  return { outcome: { change, result, reason }, ...(stop ? { stop } : {}) };
}

function withoutHashes({ hashes: _, ...line }: RecordedChange): Omit<RecordedChange, 'hashes'> {
  return line;
}

/** Unknown hashes are passed over with success: only the count tells. */
function asChange(bound: BindOutcome, wanted: number): ChangeOutcome {
  if (bound.kind === 'failed') {
    const { reason, stop } = bound;
    return { result: 'unresolved', reason, ...(stop ? { stop } : {}) };
  }
  if (bound.count === wanted) return { result: 'done' };
  return { result: 'unresolved', reason: `OpenRouter did it for ${bound.count} of ${plural(wanted, 'key')}` };
}

/** The guardrail of a tier, as the journal knows it. */
function idOf(target: TierGuardrail, { journal }: ApplyDeps): string | undefined {
  return [...journal.state.guardrails.values()].findLast(
    (known) => known.status === 'made' && known.name === target.name && isSameWorkspace(known, target),
  )?.id;
}
