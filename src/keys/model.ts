/** A model that OpenRouter offers: an entry of GET /models. Field names are the API's. */
export interface Model {
  /** what requests name, with its variant: `deepseek/deepseek-r1-0528:free` */
  id: string;
  /** its name for good, without a variant */
  canonical_slug?: string | undefined;
  /** set on `~vendor/name-latest`: the model that the alias means today */
  alias_target?: string | undefined;
  /** when it goes, ISO 8601 */
  expiration_date?: string | undefined;
  /** USD per token */
  prompt_price?: number | undefined;
  completion_price?: number | undefined;
}

/**
 * How a guardrail stores a model: the canonical slug with the variant of the ID.
 * https://openrouter.ai/docs/guides/features/guardrails
 */
export function canonicalId({ id, canonical_slug }: Pick<Model, 'id' | 'canonical_slug'>): string {
  const at = id.indexOf(':');
  const variant = at < 0 ? '' : id.slice(at);
  const slug = canonical_slug ?? id;
  return slug.endsWith(variant) ? slug : `${slug}${variant}`;
}

/** Whether two lists allow the same models: order and repetitions do not matter. `null` allows every model. */
export function isSameList(one: readonly string[] | null, other: readonly string[] | null | undefined): boolean {
  if (one === null || other === null || other === undefined) return one === other;
  const [a, b] = [new Set(one), new Set(other)];
  return a.size === b.size && [...a].every((model) => b.has(model));
}
