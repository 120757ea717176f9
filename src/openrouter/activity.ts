import * as z from 'zod/mini';
import type { ActivityAnswer, UsageApi, UsageRow } from '../keys/usage-api.ts';
import { addUsd } from '../money.ts';
import type { Send } from './send.ts';
import { parsed } from './success.ts';
import { reportedDay, reportedNumber, reportedText, UNNAMED } from './usage-fields.ts';

const row = z.object({
  date: reportedDay(),
  model: reportedText(),
  model_permaslug: reportedText(),
  usage: reportedNumber(),
  byok_usage_inference: reportedNumber(),
  requests: reportedNumber(),
  prompt_tokens: reportedNumber(),
  completion_tokens: reportedNumber(),
  reasoning_tokens: reportedNumber(),
});
const activity = z.object({ data: z.array(row) });

/** 400: an account or a service that does not take the filter by key. */
const NOT_OFFERED: readonly number[] = [400, 403, 404];

/** https://openrouter.ai/docs/api/api-reference/analytics/get-user-activity */
export function createActivityApi(send: Send): Pick<UsageApi, 'getActivity'> {
  return {
    async getActivity(hash): Promise<ActivityAnswer> {
      const sent = await send({ method: 'GET', path: `/activity?api_key_hash=${encodeURIComponent(hash)}` });
      const { outcome } = sent;
      if (outcome.kind === 'answer' && outcome.error !== undefined && NOT_OFFERED.includes(outcome.status)) {
        return { result: 'not_offered', reason: outcome.error };
      }
      const { data } = parsed(sent, (json) => z.safeParse(activity, json).data);
      return { result: 'rows', rows: data.map(usageOf) };
    },
  };
}

/** `usage` is without what was paid to other providers (BYOK). */
function usageOf(reported: z.infer<typeof row>): Omit<UsageRow, 'key'> {
  const { usage, byok_usage_inference: byok = 0 } = reported;
  return {
    day: reported.date,
    model: reported.model_permaslug ?? reported.model ?? UNNAMED,
    cost: usage === undefined ? undefined : addUsd(usage, byok),
    byok_cost: byok,
    requests: reported.requests,
    tokens_prompt: reported.prompt_tokens ?? 0,
    tokens_completion: reported.completion_tokens ?? 0,
    tokens_reasoning: reported.reasoning_tokens ?? 0,
  };
}
