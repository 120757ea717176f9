import * as z from 'zod/mini';
import type { BindOutcome, Guardrail, GuardrailOutcome, GuardrailsApi } from '../keys/guardrails-api.ts';
import type { Model } from '../keys/model.ts';
import { isSuccess } from './answer.ts';
import { changeOutcome, refusedOutcome } from './outcome.ts';
import { createReadAhead } from './read-ahead.ts';
import type { Send, Sent } from './send.ts';
import { serviceError, unreadable } from './service-error.ts';
import { parsed } from './success.ts';

const text = z.catch(z.optional(z.string()), undefined);
const total = z.catch(z.optional(z.number()), undefined);
const assignments = z.object({
  data: z.array(z.object({ key_hash: z.string(), guardrail_id: z.string() })),
  total_count: total,
});
const assigned = z.object({ assigned_count: z.number() });
const unassigned = z.object({ unassigned_count: z.number() });
const guardrail = z.object({
  id: z.string().check(z.minLength(1)),
  name: z.string(),
  workspace_id: text,
  allowed_models: z.catch(z.optional(z.nullable(z.array(z.string()))), undefined),
  created_at: text,
});
const guardrails = z.object({ data: z.array(guardrail), total_count: total });
const oneGuardrail = z.object({ data: guardrail });
const counted = z.object({ total_count: z.number() });
/** USD per token, as text */
const price = z.catch(z.optional(z.pipe(z.string(), z.transform(Number))), undefined);
const model = z.object({
  id: z.string().check(z.minLength(1)),
  canonical_slug: text,
  expiration_date: text,
  alias_target: z.catch(
    z.optional(
      z.union([
        z.string(),
        z.pipe(
          z.object({ slug: z.string() }),
          z.transform(({ slug }) => slug),
        ),
      ]),
    ),
    undefined,
  ),
  pricing: z.catch(z.optional(z.object({ prompt: price, completion: price })), undefined),
});
const models = z.object({ data: z.array(z.unknown()) });

const PAGE = 100;

/**
 * https://openrouter.ai/docs/api/api-reference/guardrails and /models
 * @param ahead pages to have on the way at once
 */
export function createGuardrailsApi(send: Send, ahead: number): GuardrailsApi {
  const fetchAssignments = (offset: number, dropped: AbortSignal) =>
    send({ method: 'GET', path: `/guardrails/assignments/keys?offset=${offset}&limit=${PAGE}`, dropped });
  async function assign(path: string, hashes: readonly string[], count: (json: unknown) => number | undefined) {
    const sent = await send({ method: 'POST', path, body: { key_hashes: hashes } });
    const { outcome } = sent;
    const number = outcome.kind === 'answer' && isSuccess(outcome) ? count(outcome.json) : undefined;
    return number === undefined ? failedBinding(sent) : ({ kind: 'bound', count: number } as const);
  }
  return {
    async listKeyGuardrails() {
      const bound = new Map<string, string>();
      const pages = createReadAhead(fetchAssignments, ahead);
      try {
        for (let offset = 0; ; ) {
          const sent = await pages.take(offset);
          if (isNotOffered(sent)) return undefined;
          const { data, total_count } = successOf(sent, assignments);
          const before = bound.size;
          for (const { key_hash, guardrail_id } of data) bound.set(key_hash, guardrail_id);
          offset += data.length;
          // Short pages are known to occur: the count says when it is the last.
          const whole = bound.size >= (total_count ?? Number.POSITIVE_INFINITY);
          if (whole || bound.size === before) return { bound, complete: whole || total_count === undefined };
          pages.goOn(offset, data.length, total_count);
        }
      } finally {
        pages.drop();
      }
    },
    bindKeys: (id, hashes) =>
      assign(`${pathOf(id)}/assignments/keys`, hashes, (json) => read(assigned, json)?.assigned_count),
    unbindKeys: (id, hashes) =>
      assign(`${pathOf(id)}/assignments/keys/remove`, hashes, (json) => read(unassigned, json)?.unassigned_count),

    async listGuardrails(workspace_id) {
      const found = new Map<string, Guardrail>();
      const where = workspace_id === undefined ? '' : `&workspace_id=${encodeURIComponent(workspace_id)}`;
      for (let offset = 0; ; ) {
        const sent = await send({ method: 'GET', path: `/guardrails?offset=${offset}&limit=${PAGE}${where}` });
        if (isNotOffered(sent)) return undefined;
        const { data, total_count } = successOf(sent, guardrails);
        const before = found.size;
        for (const each of data) found.set(each.id, each);
        offset += data.length;
        if (found.size >= (total_count ?? Number.POSITIVE_INFINITY)) return [...found.values()];
        if (found.size > before) continue;
        // A guardrail that is missing here would be made a second time.
        if (total_count !== undefined) throw unreadable(sent);
        return [...found.values()];
      }
    },
    async getGuardrail(id) {
      const sent = await send({ method: 'GET', path: pathOf(id) });
      return isNotOffered(sent) ? undefined : successOf(sent, oneGuardrail).data;
    },
    async createGuardrail(wanted): Promise<GuardrailOutcome> {
      const sent = await send({ method: 'POST', path: '/guardrails', body: wanted });
      const { outcome } = sent;
      const made = outcome.kind === 'answer' && isSuccess(outcome) ? read(oneGuardrail, outcome.json) : undefined;
      return made ? { result: 'done', id: made.data.id } : refusedOutcome(sent);
    },
    updateGuardrail: async (id, allowed_models) =>
      changeOutcome(await send({ method: 'PATCH', path: pathOf(id), body: { allowed_models } })),
    deleteGuardrail: async (id) => changeOutcome(await send({ method: 'DELETE', path: pathOf(id) })),
    async countAssigned(id) {
      let sum = 0;
      for (const kind of ['keys', 'members']) {
        const sent = await send({ method: 'GET', path: `${pathOf(id)}/assignments/${kind}?offset=0&limit=1` });
        const { outcome } = sent;
        const page = outcome.kind === 'answer' && isSuccess(outcome) ? read(counted, outcome.json) : undefined;
        if (!page) return undefined;
        sum += page.total_count;
      }
      return sum;
    },
    async listModels() {
      // Without the parameter only models that answer with text come.
      const sent = await send({ method: 'GET', path: '/models?output_modalities=all', anonymous: true });
      return successOf(sent, models).data.flatMap((entry) => modelOf(entry) ?? []);
    },
    async listModelsOf(key) {
      const sent = await send({ method: 'GET', path: '/models/user?output_modalities=all', as: key });
      const { outcome } = sent;
      const found = outcome.kind === 'answer' && isSuccess(outcome) ? read(models, outcome.json) : undefined;
      return found?.data.flatMap((entry) => modelOf(entry) ?? []);
    },
  };
}

function pathOf(id: string): string {
  return `/guardrails/${encodeURIComponent(id)}`;
}

function failedBinding(sent: Sent): BindOutcome {
  const { outcome } = sent;
  const error = serviceError(sent);
  const everyone = outcome.kind === 'failure' ? !outcome.written : [401, 403, 429].includes(outcome.status);
  return { kind: 'failed', reason: error.message, ...(everyone ? { stop: error } : {}) };
}

function modelOf(entry: unknown): Model | undefined {
  const { pricing, ...rest } = read(model, entry) ?? { id: '' };
  if (rest.id === '') return undefined;
  return { ...rest, prompt_price: finite(pricing?.prompt), completion_price: finite(pricing?.completion) };
}

function finite(number: number | undefined): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

/** 404 and 403 in the API's own words: there are no guardrails here, or not for this key. */
function isNotOffered({ outcome }: Sent): boolean {
  if (outcome.kind === 'failure' || outcome.error === undefined) return false;
  return outcome.status === 404 || outcome.status === 403;
}

function read<T>(schema: z.ZodMiniType<T>, json: unknown): T | undefined {
  return z.safeParse(schema, json).data;
}

function successOf<T>(sent: Sent, schema: z.ZodMiniType<T>): T {
  return parsed(sent, (json) => read(schema, json));
}
