/** A model of the sandbox, with the fields of GET /models that tools read. */
interface SandboxModel {
  id: string;
  /** without a variant, as OpenRouter reports it */
  canonical_slug: string;
  /** USD per token, as text */
  prompt: string;
  completion: string;
  output?: 'text' | 'image';
  expiration_date?: string;
  alias_target?: string;
}

/** A small catalog: plain models, variants, one that will go, one that makes images, and aliases. */
const CATALOG: readonly SandboxModel[] = [
  { id: 'openai/gpt-6', canonical_slug: 'openai/gpt-6-20260811', prompt: '0.00000125', completion: '0.00001' },
  {
    id: 'openai/gpt-6-luna',
    canonical_slug: 'openai/gpt-6-luna-20260811',
    prompt: '0.0000001',
    completion: '0.0000004',
  },
  {
    id: 'anthropic/claude-sonnet-5.5',
    canonical_slug: 'anthropic/claude-5.5-sonnet-20260915',
    prompt: '0.000003',
    completion: '0.000015',
  },
  {
    id: 'anthropic/claude-haiku-5',
    canonical_slug: 'anthropic/claude-5-haiku-20260602',
    prompt: '0.000001',
    completion: '0.000005',
  },
  {
    id: 'google/gemini-3.5-flash',
    canonical_slug: 'google/gemini-3.5-flash-20260701',
    prompt: '0.0000003',
    completion: '0.0000025',
  },
  {
    id: 'google/gemini-3.5-flash-image',
    canonical_slug: 'google/gemini-3.5-flash-image-20260701',
    prompt: '0.0000003',
    completion: '0.00003',
    output: 'image',
  },
  {
    id: 'deepseek/deepseek-v4-flash-0731',
    canonical_slug: 'deepseek/deepseek-v4-flash-20260731',
    prompt: '0.00000014',
    completion: '0.00000028',
  },
  {
    id: 'deepseek/deepseek-r1-0528',
    canonical_slug: 'deepseek/deepseek-r1-0528',
    prompt: '0.0000004',
    completion: '0.00000175',
  },
  { id: 'deepseek/deepseek-r1-0528:free', canonical_slug: 'deepseek/deepseek-r1-0528', prompt: '0', completion: '0' },
  {
    id: 'meta-llama/llama-4-scout:free',
    canonical_slug: 'meta-llama/llama-4-scout-17b-16e-instruct',
    prompt: '0',
    completion: '0',
  },
  {
    id: 'meta-llama/llama-4-scout',
    canonical_slug: 'meta-llama/llama-4-scout-17b-16e-instruct',
    prompt: '0.00000008',
    completion: '0.0000003',
  },
  { id: 'x-ai/grok-5', canonical_slug: 'x-ai/grok-5-20260505', prompt: '0.000003', completion: '0.000015' },
  {
    id: 'mistralai/mistral-medium-3',
    canonical_slug: 'mistralai/mistral-medium-3',
    prompt: '0.0000004',
    completion: '0.000002',
    expiration_date: '2030-01-31',
  },
  {
    id: '~anthropic/claude-sonnet-latest',
    canonical_slug: '~anthropic/claude-sonnet-latest',
    prompt: '0.000003',
    completion: '0.000015',
    alias_target: 'anthropic/claude-5.5-sonnet-20260915',
  },
];

/** `GET /models`: only models that answer with text, unless `output_modalities` says otherwise. */
export function modelList(modalities: string | null, allows: (stored: string) => boolean = () => true) {
  const wanted = CATALOG.filter((model) => modalities === 'all' || (model.output ?? 'text') === (modalities ?? 'text'));
  return { data: wanted.filter((model) => allows(storedId(model))).map(modelView) };
}

/** What a guardrail stores for an ID or a canonical slug, with any variant; undefined for what is neither. */
export function storedModel(reference: string): string | undefined {
  const found = CATALOG.find(({ id }) => id === reference) ?? CATALOG.find((model) => storedId(model) === reference);
  return found && storedId(found);
}

function storedId({ id, canonical_slug }: SandboxModel): string {
  const [, variant] = id.split(':');
  return variant === undefined ? canonical_slug : `${canonical_slug}:${variant}`;
}

function modelView(model: SandboxModel) {
  const { id, canonical_slug, prompt, completion, output = 'text', expiration_date, alias_target } = model;
  return {
    id,
    canonical_slug,
    name: id,
    created: 1_785_000_000,
    context_length: 131_072,
    architecture: { input_modalities: ['text'], output_modalities: [output] },
    pricing: { prompt, completion },
    expiration_date: expiration_date ?? null,
    ...(alias_target === undefined ? {} : { alias_target: { slug: alias_target } }),
  };
}
