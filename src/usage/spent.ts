import { sumUsdOf } from '../money.ts';
import type { Spent } from './usage-report.ts';

/** The sum of counts; one that is not known makes the sum not known. */
export function sumOf(counts: readonly Spent[]): Spent {
  const sum = atLeast(counts);
  if (counts.some(({ cost }) => cost === null)) sum.cost = null;
  if (counts.some(({ requests }) => requests === null)) sum.requests = null;
  return sum;
}

/** The sum of what is known; null only if nothing is. */
export function atLeast(counts: readonly Spent[]): Spent {
  const sum: Spent = {
    ...{ cost: null, byok_cost: 0, requests: null },
    ...{ tokens_prompt: 0, tokens_completion: 0, tokens_reasoning: 0 },
  };
  // One pass, because a report adds up hundreds of thousands of counts.
  for (const count of counts) {
    if (count.requests !== null) sum.requests = (sum.requests ?? 0) + count.requests;
    sum.tokens_prompt += count.tokens_prompt;
    sum.tokens_completion += count.tokens_completion;
    sum.tokens_reasoning += count.tokens_reasoning;
  }
  const isKnown = counts.length === 0 || counts.some(({ cost }) => cost !== null);
  sum.cost = isKnown ? sumUsdOf(counts, costOf) : null;
  sum.byok_cost = sumUsdOf(counts, byokOf);
  if (counts.length === 0) sum.requests = 0;
  return sum;
}

function costOf({ cost }: Spent): number | null {
  return cost;
}

function byokOf({ byok_cost }: Spent): number {
  return byok_cost;
}
