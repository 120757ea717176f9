import { CliError, EXIT } from '../errors.ts';
import { heldKeys, type JournalState } from '../journal/fold.ts';
import type { KeysApi } from '../keys/account-key.ts';
import type { Guardrail, GuardrailsApi } from '../keys/guardrails-api.ts';
import type { TierInput } from '../plan/plan-tiers.ts';
import type { TierKey } from '../plan/tier-people.ts';

/** What a plan for tiers has to know of the account. */
export type TierSurvey = Pick<
  TierInput,
  'known' | 'guardrails' | 'bound' | 'defaults' | 'ownHashes' | 'conclusive' | 'keys'
>;

export interface TierTools {
  api: Pick<KeysApi, 'listWorkspaces'> & GuardrailsApi;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  stop: AbortSignal;
  /** ms between the two lists that resolve an unknown outcome: a new guardrail may be missing from the first */
  recheckMs: number;
}

/** Lists guardrails, assignments and default guardrails. Throws where a list is not whole: then nothing is changed. */
export async function surveyTiers(
  state: JournalState,
  keys: readonly TierKey[],
  { api, sleep, stop, recheckMs }: TierTools,
): Promise<TierSurvey> {
  const known = [...state.guardrails.values()];
  const workspaces = new Set([...keys, ...known].map(({ workspace_id }) => workspace_id));
  let guardrails = await listAll(workspaces, api);
  const isDoubtful = (found: readonly Guardrail[]) =>
    known.some(({ status, name }) => status === 'pending' && !found.some((each) => each.name === name));
  let conclusive = false;
  if (isDoubtful(guardrails)) {
    await sleep(recheckMs, stop);
    guardrails = joined(guardrails, await listAll(workspaces, api));
    conclusive = !stop.aborted;
  }
  guardrails = joined(guardrails, await findUnlisted(known, guardrails, api));
  const assignments = await api.listKeyGuardrails();
  if (!assignments) throw noGuardrails();
  if (!assignments.complete) {
    // A key that is missing there may belong to a guardrail of somebody else.
    throw new CliError('incomplete_listing', EXIT.UNREACHABLE, 'The list of keys with guardrails is incomplete.', {
      hint: 'No key was assigned. Run the same command again.',
    });
  }
  return {
    keys,
    known: [...state.guardrails.values()],
    guardrails,
    bound: assignments.bound,
    defaults: await listDefaults(new Set(keys.map(({ workspace_id }) => workspace_id)), api),
    ownHashes: new Set(heldKeys(state).flatMap(({ facts: { hash } }) => (hash === undefined ? [] : [hash]))),
    conclusive,
  };
}

async function listAll(workspaces: Iterable<string | undefined>, api: GuardrailsApi): Promise<Guardrail[]> {
  let all: Guardrail[] = [];
  for (const workspace_id of workspaces) {
    const list = await api.listGuardrails(workspace_id);
    if (!list) throw noGuardrails();
    all = joined(
      all,
      list.map((each) => ({ ...each, workspace_id: each.workspace_id ?? workspace_id })),
    );
  }
  return all;
}

/** A list may lag behind: only a request for the guardrail itself shows that it is gone. */
async function findUnlisted(
  known: TierSurvey['known'],
  listed: readonly Guardrail[],
  api: GuardrailsApi,
): Promise<Guardrail[]> {
  const missing = known.filter(({ status, id }) => status === 'made' && !listed.some((each) => each.id === id));
  const found = await Promise.all(
    missing.map(async ({ id, workspace_id }) => {
      const guardrail = id === undefined ? undefined : await api.getGuardrail(id);
      return guardrail && { ...guardrail, workspace_id };
    }),
  );
  return found.filter((each) => each !== undefined);
}

async function listDefaults(workspaces: ReadonlySet<string | undefined>, api: TierTools['api']): Promise<Guardrail[]> {
  if (workspaces.size === 0) return [];
  const found = await Promise.all(
    (await api.listWorkspaces()).map(async ({ id, default_guardrail_id }) => {
      if (!workspaces.has(id) || default_guardrail_id === undefined) return undefined;
      const guardrail = await api.getGuardrail(default_guardrail_id);
      return guardrail && { ...guardrail, workspace_id: id };
    }),
  );
  return found.filter((each) => each !== undefined);
}

function joined(older: readonly Guardrail[], newer: readonly Guardrail[]): Guardrail[] {
  return [...new Map([...older, ...newer].map((each) => [each.id, each])).values()];
}

function noGuardrails(): CliError {
  return new CliError(
    'no_guardrails',
    EXIT.NOT_AUTHORIZED,
    'OpenRouter does not offer guardrails to this management key.',
    {
      hint: 'Tiers need guardrails. Use a management key of an account that has them: https://openrouter.ai/settings/guardrails',
    },
  );
}
