import { expect, test } from 'vitest';
import { waitAskedFor } from '../../src/openrouter/retry-after.ts';

const NOW = new Date('2026-01-05T09:00:00Z');
const answer = (headers: Record<string, string>) => ({ kind: 'answer', status: 429, headers, text: '' }) as const;

test.each<[Record<string, string>, number | undefined]>([
  [{}, undefined],
  [{ 'retry-after': '0' }, 0],
  [{ 'retry-after': '7' }, 7000],
  [{ 'retry-after': ' 7 ' }, 7000],
  [{ 'retry-after': '1.5' }, 1500],
  [{ 'retry-after': '86400' }, 86_400_000],
  [{ 'retry-after': '-1' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': '2027' }, 2_027_000],
  [{ 'retry-after': 'Mon, 05 Jan 2026 09:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'Mon, 05 Jan 2026 08:00:00 GMT' }, 0],
  [{ 'retry-after': 'Mon, 99 Jan 2026 08:00:00 GMT' }, undefined],
  // Our clock is a day behind the service's: what counts is the distance between its own two dates.
  [{ 'retry-after': 'Tue, 06 Jan 2026 09:00:30 GMT', date: 'Tue, 06 Jan 2026 09:00:20 GMT' }, 10_000],
  [{ 'x-ratelimit-reset': String(NOW.getTime() + 5000) }, 5000],
  [{ 'x-ratelimit-reset': String(NOW.getTime() - 5000) }, 0],
  [{ 'x-ratelimit-reset': '60' }, undefined],
  [{ 'retry-after': '2', 'x-ratelimit-reset': String(NOW.getTime() + 5000) }, 2000],
])('%o → %s ms', (headers, ms) => {
  expect(waitAskedFor(answer(headers), NOW)).toBe(ms);
});
