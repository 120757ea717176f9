import { addUsd } from '../money.ts';
import type { Spent } from './usage-report.ts';

/** The sum of counts; one that is not known makes the sum not known. */
export function sumOf(counts: readonly Spent[]): Spent {
  return {
    ...atLeast(counts),
    cost: counts.some(({ cost }) => cost === null) ? null : addUsd(...counts.map(({ cost }) => cost)),
    requests: counts.some(({ requests }) => requests === null) ? null : requestsOf(counts),
  };
}

/** The sum of what is known; null only if nothing is. */
export function atLeast(counts: readonly Spent[]): Spent {
  const isKnown = (pick: (count: Spent) => number | null) =>
    counts.length === 0 || counts.some((count) => pick(count) !== null);
  return {
    cost: isKnown(({ cost }) => cost) ? addUsd(...counts.map(({ cost }) => cost)) : null,
    byok_cost: addUsd(...counts.map(({ byok_cost }) => byok_cost)),
    requests: isKnown(({ requests }) => requests) ? requestsOf(counts) : null,
    tokens_prompt: sum(counts.map(({ tokens_prompt }) => tokens_prompt)),
    tokens_completion: sum(counts.map(({ tokens_completion }) => tokens_completion)),
    tokens_reasoning: sum(counts.map(({ tokens_reasoning }) => tokens_reasoning)),
  };
}

function requestsOf(counts: readonly Spent[]): number {
  return sum(counts.map(({ requests }) => requests ?? 0));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
