import * as z from 'zod/mini';
import type { BindOutcome, GuardrailsApi } from '../keys/guardrails-api.ts';
import { isSuccess } from './answer.ts';
import type { Send, Sent } from './send.ts';
import { serviceError } from './service-error.ts';
import { parsed } from './success.ts';

const assignments = z.object({
  data: z.array(z.object({ key_hash: z.string(), guardrail_id: z.string() })),
  total_count: z.optional(z.number()),
});
const assigned = z.object({ assigned_count: z.number() });

const PAGE = 100;

/** https://openrouter.ai/docs/api/api-reference/guardrails/list-key-assignments and /bulk-assign-keys */
export function createGuardrailsApi(send: Send): GuardrailsApi {
  return {
    async listKeyGuardrails() {
      const bound = new Map<string, string>();
      for (let offset = 0; ; ) {
        const sent = await send({ method: 'GET', path: `/guardrails/assignments/keys?offset=${offset}&limit=${PAGE}` });
        if (isNotOffered(sent)) return undefined;
        const page = parsed(sent, (json) => z.safeParse(assignments, json).data);
        const before = bound.size;
        for (const { key_hash, guardrail_id } of page.data) bound.set(key_hash, guardrail_id);
        offset += page.data.length;
        // Short pages are known to occur: the count says when it is the last.
        if (bound.size === before || bound.size >= (page.total_count ?? Number.POSITIVE_INFINITY)) return bound;
      }
    },

    async bindKeys(guardrail, hashes): Promise<BindOutcome> {
      const path = `/guardrails/${encodeURIComponent(guardrail)}/assignments/keys`;
      const sent = await send({ method: 'POST', path, body: { key_hashes: hashes } });
      const { outcome } = sent;
      if (outcome.kind === 'answer' && isSuccess(outcome)) {
        const { data } = z.safeParse(assigned, outcome.json);
        if (data) return { kind: 'bound', count: data.assigned_count };
      }
      const error = serviceError(sent);
      const everyone = outcome.kind === 'failure' ? !outcome.written : [401, 403, 429].includes(outcome.status);
      return { kind: 'failed', reason: error.message, ...(everyone ? { stop: error } : {}) };
    },
  };
}

/** 404 and 403 in the API's own words: there are no guardrails here, or not for this key. */
function isNotOffered({ outcome }: Sent): boolean {
  if (outcome.kind === 'failure' || outcome.error === undefined) return false;
  return outcome.status === 404 || outcome.status === 403;
}
