import type { Issue } from '../errors.ts';
import type { LimitReset } from '../keys/account-key.ts';
import { canonicalId, type Model } from '../keys/model.ts';
import { nearMisses } from '../near-misses.ts';
import type { TierTerms } from './tiers-file.ts';

/** A tier whose models are known to OpenRouter. */
export interface Tier {
  name: string;
  /** what a guardrail stores, each once; null = every model, which needs no guardrail */
  models: readonly string[] | null;
  limit?: number | null | undefined;
  limit_reset?: LimitReset | undefined;
}

export interface ResolvedTiers {
  tiers: Tier[];
  /** nothing is changed before these are corrected */
  problems: Issue[];
  /** what is worth knowing: models that will go, models that are there twice */
  notices: Issue[];
}

/** Finds each model of each tier among those that OpenRouter offers. */
export function resolveTiers(terms: readonly TierTerms[], models: readonly Model[]): ResolvedTiers {
  const known = new Map<string, Model>();
  for (const model of models) known.set(canonicalId(model).toLowerCase(), model);
  // What requests name goes before what only the lists name.
  for (const model of models) known.set(model.id.toLowerCase(), model);
  const resolved: ResolvedTiers = { tiers: [], problems: [], notices: [] };
  for (const tier of terms) {
    const list = tier.models && listOf(tier.name, tier.models, known, resolved);
    const { name, limit, limit_reset } = tier;
    resolved.tiers.push({ name, models: list, limit, limit_reset });
  }
  return resolved;
}

/** The lists of guardrails, as a person would type them: IDs where they are known. */
export function typedIds(list: readonly string[], models: readonly Model[]): string[] {
  const ids = new Map(models.map((model) => [canonicalId(model), model.id]));
  return list.map((canonical) => ids.get(canonical) ?? canonical);
}

function listOf(
  tier: string,
  ids: readonly string[],
  known: ReadonlyMap<string, Model>,
  { problems, notices }: ResolvedTiers,
): string[] {
  const list = new Set<string>();
  for (const typed of ids) {
    const id = typed.trim();
    const model = known.get(id.toLowerCase());
    if (id.startsWith('~') || model?.alias_target !== undefined) {
      problems.push(aliasProblem(tier, id, model, known));
    } else if (!model) {
      problems.push(unknownModel(tier, id, known));
    } else {
      const canonical = canonicalId(model);
      if (list.has(canonical)) notices.push({ code: 'model_twice', message: `tier ${tier}: ${id} is listed twice` });
      else if (model.expiration_date !== undefined) {
        const message = `tier ${tier}: ${id} is offered until ${model.expiration_date.slice(0, 10)}`;
        notices.push({ code: 'model_expires', message, value: id });
      }
      list.add(canonical);
    }
  }
  return [...list];
}

/** An alias means another model tomorrow, and then nobody could say what a list allows. */
function aliasProblem(tier: string, id: string, model: Model | undefined, known: ReadonlyMap<string, Model>): Issue {
  const target = model?.alias_target === undefined ? undefined : known.get(model.alias_target.toLowerCase());
  const today = target?.id ?? model?.alias_target;
  const use = today === undefined ? 'name the model itself' : `today it means ${today}: name that model`;
  return { code: 'model_alias', message: `tier ${tier}: ${id} is an alias; ${use}`, value: id };
}

function unknownModel(tier: string, id: string, known: ReadonlyMap<string, Model>): Issue {
  const ids = [
    ...new Set([...known.values()].flatMap((model) => (model.alias_target === undefined ? [model.id] : []))),
  ];
  const plain = known.get(id.toLowerCase().replace(/:.*/s, ''));
  const near = plain && plain.alias_target === undefined ? [plain.id] : nearMisses(id, ids, 3);
  const hint = near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`;
  return { code: 'unknown_model', message: `tier ${tier}: OpenRouter has no model ${id}${hint}`, value: id };
}
