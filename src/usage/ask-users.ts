import type { UsageQuery, UserRow, UsersAnswer } from '../keys/usage-api.ts';
import { type AskedKey, uniqueNames } from './ask-usage.ts';
import type { UsagePeriod } from './usage-report.ts';

/** How far back OpenRouter can tell users apart. */
export const USER_DAYS = 31;

export interface UsersCounted {
  /** by hash */
  rows: Map<string, UserRow[]>;
  /** why something is missing; undefined = nothing is */
  missing: string | undefined;
}

/** A filter of so many hashes is short, and a workshop has fewer groups. */
const AT_ONCE = 100;

/** Asks which users the requests of these keys named. What is too much is asked again in halves. */
export async function askUsers(
  keys: readonly AskedKey[],
  { since, until }: Pick<UsagePeriod, 'since' | 'until'>,
  tools: { ask(query: UsageQuery): Promise<UsersAnswer>; names: readonly AskedKey[] },
): Promise<UsersCounted> {
  const counted: UsersCounted = { rows: new Map(), missing: undefined };
  const byName = uniqueNames(tools.names);
  let essentialOnly = false;
  const waiting = chunksOf(keys);
  for (let chunk = waiting.shift(); chunk; chunk = waiting.shift()) {
    const hashes = chunk.map(({ hash }) => hash);
    const answer = await tools.ask({ hashes, since, until, ...(essentialOnly ? { essentialOnly } : {}) });
    if (answer.result === 'rows' && !answer.truncated) {
      for (const row of answer.rows) {
        const [only, another] = chunk;
        const hash = another === undefined && only?.name === row.key ? only.hash : byName.get(row.key);
        if (hash === undefined || !hashes.includes(hash))
          counted.missing ??= `usage of ${row.key} belongs to no key here`;
        else counted.rows.set(hash, [...(counted.rows.get(hash) ?? []), row]);
      }
    } else if (answer.result === 'not_offered') {
      return { ...counted, missing: answer.reason };
    } else if (answer.result === 'bad_request' && !essentialOnly) {
      essentialOnly = true;
      waiting.unshift(chunk);
    } else if (chunk.length > 1) {
      const middle = Math.ceil(chunk.length / 2);
      waiting.unshift(chunk.slice(0, middle), chunk.slice(middle));
    } else {
      counted.missing ??= answer.result === 'rows' ? 'the answer is too long' : answer.reason;
    }
  }
  return counted;
}

function chunksOf(keys: readonly AskedKey[]): AskedKey[][] {
  return Array.from({ length: Math.ceil(keys.length / AT_ONCE) }, (_, at) =>
    keys.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
}
